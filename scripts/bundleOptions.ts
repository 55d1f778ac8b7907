import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { BuildOptions } from "esbuild";

/** How everything that is shipped is bundled for release: for Node, as CommonJS, minified. */
export function bundleOptions(): BuildOptions {
	const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
	return {
		bundle: true,
		platform: "node",
		format: "cjs",
		// The oldest Node that runs the bundle: the command line on 20.19, the editor's own on 22.
		target: "node20.19",
		// The language server's packages bring a second copy of the same types.
		alias: { "vscode-languageserver-types": resolve("node_modules/vscode-languageserver-types/lib/esm/main.js") },
		define: { HULLGUARD_VERSION: JSON.stringify(version), "import.meta.url": "__filename_url" },
		inject: ["scripts/importMetaUrl.ts"],
		minify: true,
		keepNames: false,
		legalComments: "none",
		logLevel: "warning",
	};
}
