import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";

/** An import as it stands in a source: types count as much as values. */
export interface Import {
	/** Path of the importing file, from the root of the project, with forward slashes. */
	readonly from: string;
	/** Path of the imported file, or the name of a package or of a module of Node. */
	readonly to: string;
	readonly typeOnly: boolean;
	/** What it takes, under the names that the imported file gives: `default` too, and `*` for all of it. */
	readonly names: readonly string[];
}

/** Every import of the TypeScript files below some folders. */
export function importsBelow(...folders: readonly string[]): readonly Import[] {
	return folders.flatMap((folder) => sourcesBelow(folder).flatMap(importsOf));
}

export function sourcesBelow(folder: string): readonly string[] {
	return readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
		.map((entry) => relative(".", join(entry.parentPath, entry.name)).split(sep).join("/"))
		.sort();
}

function importsOf(from: string): readonly Import[] {
	const text = readFileSync(from, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
	const to = (name: string): string => (name.startsWith(".") ? posix.join(dirname(from).split(sep).join("/"), name) : name);
	const declared = text.matchAll(/^\s*(?:import|export)\s(type\s)?([^"';]*?)from\s*["']([^"']+)["']|^\s*import\s*["']([^"']+)["']/gm);
	const asked = text.matchAll(
		/(\{[^{}]*\}\s*=\s*)?\bawait\s+import\(\s*["']([^"']+)["']\s*\)(?:\)\.(\w+))?|\bimport\(\s*["']([^"']+)["']\s*\)/g,
	);
	return [
		...[...declared].map(([, typeOnly, clause = "", name, bare = ""]) => ({
			from,
			to: to(name ?? bare),
			typeOnly: typeOnly !== undefined,
			names: clauseNames(clause),
		})),
		...[...asked].map(([, clause, awaited, member, other = ""]) => ({
			from,
			to: to(awaited ?? other),
			typeOnly: false,
			names: clause === undefined ? [member ?? "*"] : clauseNames(clause),
		})),
	];
}

/** `Default, { a, type B as C }` and `{ a, b: c }` → the names before `as` and the colon. */
function clauseNames(clause: string): readonly string[] {
	const [, standing = "", listed = ""] = /^([^{]*)(?:\{([^}]*)\})?/.exec(clause) ?? [];
	const names = listed.split(",").flatMap((entry) => /^\s*(?:type\s+)?(\w+)/.exec(entry)?.[1] ?? []);
	return [...(standing.includes("*") ? ["*"] : /\w/.test(standing) ? ["default"] : []), ...names];
}

/** The first cycle in a graph, as the path that leads back to its start; undefined if there is none. */
export function findCycle(edges: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] | undefined {
	const done = new Set<string>();
	const path: string[] = [];
	const visit = (node: string): readonly string[] | undefined => {
		if (done.has(node)) return undefined;
		const at = path.indexOf(node);
		if (at !== -1) return [...path.slice(at), node];
		path.push(node);
		for (const next of edges.get(node) ?? []) {
			const cycle = visit(next);
			if (cycle !== undefined) return cycle;
		}
		path.pop();
		done.add(node);
		return undefined;
	};
	for (const node of edges.keys()) {
		const cycle = visit(node);
		if (cycle !== undefined) return cycle;
	}
	return undefined;
}
