/**
 * Bundles the extension, the language server and the command line into `dist/`.
 *
 *   npm run build                 for release: minified
 *   npm run build -- --development   with source maps, not minified
 *   npm run build -- --watch         and again whenever a source changes
 */
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type BuildOptions, build, context, type Metafile, type Plugin } from "esbuild";
import { bundleOptions } from "./bundleOptions.ts";
import { bundledPackages, thirdPartyNotices } from "./thirdParty.ts";
import { withoutExamples } from "./withoutExamples.ts";

const development = process.argv.includes("--development") || process.argv.includes("--watch");

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
		...bundleOptions(),
		entryPoints: { [bundle.file ?? bundle.name]: bundle.entry },
		outdir: "dist",
		outExtension: { ".js": ".cjs" },
		external: [...bundle.external],
		minify: !development,
		sourcemap: development ? "linked" : false,
		metafile: true,
		plugins: [...(bundle.plugins ?? [])],
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
