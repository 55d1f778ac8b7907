/**
 * Bundles the extension, the language server and the command line into `dist/`.
 *
 *   npm run build                 for release: minified
 *   npm run build -- --development   with source maps, not minified
 *   npm run build -- --watch         and again whenever a source changes
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { type BuildOptions, build, context, type Metafile, type Plugin } from "esbuild";
import { bundledPackages, thirdPartyNotices } from "./thirdParty.ts";
import { withoutExamples } from "./withoutExamples.ts";

const development = process.argv.includes("--development") || process.argv.includes("--watch");
const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

interface Bundle {
	readonly name: string;
	readonly entry: string;
	/** Its file in `dist`, where that is not its name with `.cjs`. */
	readonly file?: string;
	/** What it leaves to its surroundings. */
	readonly external: readonly string[];
	readonly plugins?: readonly Plugin[];
}

const BUNDLES: readonly Bundle[] = [
	{ name: "extension", entry: "client/extension.ts", external: ["vscode"] },
	{ name: "server", entry: "server/lsp/main.ts", external: [] },
	{ name: "cli", entry: "server/cli/main.ts", file: "commands", external: ["./server.cjs"] },
	{ name: "lint", entry: "server/cli/mainLint.ts", external: [], plugins: [withoutExamples] },
	{ name: "launcher", entry: "server/cli/launch.ts", file: "cli", external: ["./commands.cjs"] },
];

function optionsFor(bundle: Bundle): BuildOptions {
	return {
		entryPoints: { [bundle.file ?? bundle.name]: bundle.entry },
		outdir: "dist",
		outExtension: { ".js": ".cjs" },
		bundle: true,
		platform: "node",
		format: "cjs",
		// The oldest Node that runs the bundle: the command line on 20.19, the editor's own on 22.
		target: "node20.19",
		external: [...bundle.external],
		// The language server's packages bring a second copy of the same types.
		alias: { "vscode-languageserver-types": resolve("node_modules/vscode-languageserver-types/lib/esm/main.js") },
		define: { HULLGUARD_VERSION: JSON.stringify(version), "import.meta.url": "__filename_url" },
		inject: ["scripts/importMetaUrl.ts"],
		minify: !development,
		keepNames: false,
		sourcemap: development ? "linked" : false,
		metafile: true,
		plugins: [...(bundle.plugins ?? [])],
		legalComments: "none",
		logLevel: "warning",
	};
}

/** Replaces a file of `dist` at once: an editor or a test may be reading the old one. Gives its name. */
function put(name: string, content: string | Uint8Array, mode = 0o644): string {
	const fresh = join("dist/meta", `${basename(name)}.${process.pid}`);
	writeFileSync(fresh, content);
	chmodSync(fresh, mode);
	renameSync(fresh, join("dist", name));
	return name;
}

mkdirSync("dist/meta", { recursive: true });
if (process.argv.includes("--watch")) {
	// What the task "watch" of the editor waits for.
	const report: Plugin = {
		name: "report",
		setup({ onStart, onEnd }) {
			onStart(() => console.log("build started"));
			onEnd(() => console.log("build ended"));
		},
	};
	for (const bundle of BUNDLES) await (await context({ ...optionsFor(bundle), plugins: [...(bundle.plugins ?? []), report] })).watch();
} else {
	const results = await Promise.all(BUNDLES.map((bundle) => build({ ...optionsFor(bundle), write: false })));
	const written = new Set<string>(["meta"]);
	const metafiles: Record<string, Metafile> = {};
	results.forEach(({ outputFiles, metafile }, index) => {
		const name = BUNDLES[index]?.name ?? "";
		if (metafile !== undefined) metafiles[name] = metafile;
		for (const file of outputFiles ?? []) {
			written.add(put(basename(file.path), file.contents, basename(file.path) === "cli.cjs" ? 0o755 : 0o644));
			if (file.path.endsWith(".cjs"))
				console.log(
					`${name.padEnd(10)} ${`dist/${basename(file.path)}`.padEnd(20)} ${(file.contents.length / 1000).toFixed(0).padStart(5)} kB`,
				);
		}
	});
	written.add(put("THIRD-PARTY.txt", thirdPartyNotices(bundledPackages(Object.values(metafiles)))));
	put("meta/bundles.json", JSON.stringify(metafiles));
	// Source maps of an earlier build, bundles that are no longer made.
	for (const name of readdirSync("dist")) if (!written.has(name)) rmSync(join("dist", name), { recursive: true });
}
