import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

/** Leaves the examples of the rules out of what only lints: they are a quarter of all that it would have to load. */
export const withoutExamples: Plugin = {
	name: "without-examples",
	setup({ onLoad }) {
		onLoad({ filter: /core[\\/]rules[\\/][\w-]+[\\/][\w-]+\.ts$/ }, ({ path }) => {
			const text = readFileSync(path, "utf8");
			const contents = text.replace(/\n\texamples: \[\n[\s\S]*?\n\t\],\n/, "\n\texamples: [],\n");
			if (contents === text && text.includes("defineRule({")) throw new Error(`${path}: no examples found`);
			return { contents, loader: "ts" };
		});
	},
};
