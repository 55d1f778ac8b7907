/**
 * Bundles the extension, the language server and the command line into `dist/`.
 *
 *   npm run build                 for release: minified
 *   npm run build -- --development   with source maps, not minified
 *   npm run build -- --watch         and again whenever a source changes
 */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type BuildOptions, build, context, type Metafile } from "esbuild";

const development = process.argv.includes("--development") || process.argv.includes("--watch");
const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

/** Entry of each bundle, and what it leaves to its surroundings. */
export const BUNDLES: readonly { readonly name: string; readonly entry: string; readonly external: readonly string[] }[] = [
	{ name: "extension", entry: "client/extension.ts", external: ["vscode"] },
	{ name: "server", entry: "server/lsp/main.ts", external: [] },
	{ name: "cli", entry: "server/cli/main.ts", external: ["./server.cjs"] },
];

function optionsFor(bundle: (typeof BUNDLES)[number]): BuildOptions {
	return {
		entryPoints: { [bundle.name]: bundle.entry },
		outdir: "dist",
		outExtension: { ".js": ".cjs" },
		bundle: true,
		platform: "node",
		format: "cjs",
		// The oldest Node that runs the bundle: the command line on 20.19, the editor's own on 22.
		target: "node20.19",
		external: [...bundle.external],
		define: { HULLGUARD_VERSION: JSON.stringify(version), "import.meta.url": "__filename_url" },
		inject: ["scripts/importMetaUrl.ts"],
		minify: !development,
		keepNames: false,
		sourcemap: development ? "linked" : false,
		metafile: true,
		legalComments: "none",
		logLevel: "warning",
	};
}

mkdirSync("dist", { recursive: true });
if (process.argv.includes("--watch")) {
	for (const bundle of BUNDLES) await (await context(optionsFor(bundle))).watch();
	console.log("watching");
} else {
	rmSync("dist", { recursive: true, force: true });
	const results = await Promise.all(BUNDLES.map((bundle) => build(optionsFor(bundle))));
	const metafiles: Record<string, Metafile | undefined> = {};
	results.forEach((result, index) => {
		metafiles[BUNDLES[index]?.name ?? ""] = result.metafile;
	});
	mkdirSync("dist/meta", { recursive: true });
	writeFileSync("dist/meta/bundles.json", JSON.stringify(metafiles));
	chmodSync("dist/cli.cjs", 0o755);
	for (const [name, metafile] of Object.entries(metafiles)) {
		for (const [path, output] of Object.entries(metafile?.outputs ?? {}))
			if (path.endsWith(".cjs")) console.log(`${name.padEnd(10)} ${path.padEnd(20)} ${(output.bytes / 1000).toFixed(0).padStart(5)} kB`);
	}
}
