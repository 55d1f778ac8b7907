import { stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import createIgnore, { type Ignore } from "ignore";
import type { Problem } from "../core/finding.ts";
import type { Files } from "../tools/files.ts";

/** A Dockerfile that a command works on. */
export interface FoundFile {
	/** As it is shown: relative to the current folder where it lies below it; forward slashes. */
	readonly path: string;
	readonly absolute: string;
}

/** Folders that hold other people's files, or none. */
const NEVER = new Set([".git/", "node_modules/"]);

export function isDockerfileName(name: string): boolean {
	if (/\.(?:dockerignore|containerignore|md|txt|orig|rej|bak|swp|html)$/i.test(name) || name.endsWith("~")) return false;
	return /^(?:dockerfile|containerfile)(?:\.[^/]+)?$/i.test(name) || /\.(?:dockerfile|containerfile)$/i.test(name);
}

/**
 * The Dockerfiles that paths stand for: files as named, folders searched for Dockerfiles, Containerfiles and `*.dockerfile`,
 * except what `.gitignore` files leave out. Sorted; a path that is not there is a problem.
 */
export async function findDockerfiles(
	paths: readonly string[],
	folder: string,
	files: Files,
): Promise<{ readonly files: readonly FoundFile[]; readonly problems: readonly Problem[] }> {
	const found = new Map<string, FoundFile>();
	const problems: Problem[] = [];
	for (const path of paths.length === 0 ? ["."] : paths) {
		const absolute = resolve(folder, path);
		const kind = await stat(absolute).then(
			(entry) => (entry.isDirectory() ? "folder" : "file"),
			() => undefined,
		);
		if (kind === undefined) problems.push({ kind: "file", message: `There is no file or folder ${path}`, path });
		else if (kind === "file") found.set(absolute, { path: shown(absolute, folder), absolute });
		else for (const file of await search(absolute, files)) found.set(file, { path: shown(file, folder), absolute: file });
	}
	return { files: [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), problems };
}

function shown(absolute: string, folder: string): string {
	const below = relative(folder, absolute);
	return (below === "" || below.startsWith("..") || isAbsolute(below) ? absolute : below).split(sep).join("/");
}

interface IgnoreLevel {
	readonly folder: string;
	readonly rules: Ignore;
}

async function search(root: string, files: Files): Promise<readonly string[]> {
	const found: string[] = [];
	const visit = async (folder: string, levels: readonly IgnoreLevel[]): Promise<void> => {
		const names = (await files.list(folder)) ?? [];
		const own = names.includes(".gitignore") ? await files.readText(join(folder, ".gitignore")) : undefined;
		const all = own === undefined ? levels : [...levels, { folder, rules: createIgnore().add(own) }];
		for (const name of names) {
			if (NEVER.has(name)) continue;
			const path = join(folder, name);
			if (all.some((level) => level.rules.ignores(relative(level.folder, path).split(sep).join("/") + (name.endsWith("/") ? "/" : ""))))
				continue;
			if (name.endsWith("/")) await visit(path, all);
			else if (isDockerfileName(name)) found.push(path);
		}
	};
	await visit(root, await ignoreFilesAbove(root, files));
	return found;
}

/** The `.gitignore` files of the folders above, up to the one that holds `.git`. */
async function ignoreFilesAbove(root: string, files: Files): Promise<readonly IgnoreLevel[]> {
	const levels: IgnoreLevel[] = [];
	for (let folder = root; ; ) {
		const names = (await files.list(folder)) ?? [];
		if (folder !== root && names.includes(".gitignore")) {
			const text = await files.readText(join(folder, ".gitignore"));
			if (text !== undefined) levels.unshift({ folder, rules: createIgnore().add(text) });
		}
		const parent = resolve(folder, "..");
		if (names.some((name) => name === ".git" || name === ".git/") || parent === folder)
			return names.some((name) => name.startsWith(".git")) ? levels : [];
		folder = parent;
	}
}
