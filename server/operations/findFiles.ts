import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import createIgnore, { type Ignore } from "ignore";
import type { Problem } from "../core/finding.ts";
import { fileProblem, isGone } from "./fileProblem.ts";

/** A Dockerfile that a command works on. */
export interface FoundFile {
	/** As it is shown: relative to the current folder where it lies below it; forward slashes. */
	readonly path: string;
	readonly absolute: string;
}

/** Folders that hold other people's files, or none. */
const NEVER = new Set([".git", "node_modules"]);

/** Endings of what lies beside a Dockerfile, or is made into one: templates, notes, copies, data. */
const OTHER =
	/(?:~|\.(?:dockerignore|containerignore|md|txt|orig|rej|bak|swp|html?|json|ya?ml|toml|lock|xml|svg|png|snap|j2|jinja2?|erb|tmpl|tpl|template|mustache|hbs|ejs|gotmpl|in))$/i;
/** `dockerfile.go` is a program about Dockerfiles; `Dockerfile.go` is a Dockerfile for Go. */
const PROGRAM = /^(?:docker|container)file\.(?:[cm]?[jt]sx?|go|py|rb|rs|java|kt|php|cs|c|cc|cpp|h|hpp|lua|pl|sh|ps1|vim|el)$/;

/** Whether a file in a folder is taken for a Dockerfile. */
export function isDockerfileName(name: string): boolean {
	if (OTHER.test(name) || PROGRAM.test(name)) return false;
	return /^(?:dockerfile|containerfile)(?:\..+)?$/i.test(name) || /\.(?:dockerfile|containerfile)$/i.test(name);
}

export interface FoundFiles {
	/** By path, each file once. */
	readonly files: readonly FoundFile[];
	readonly problems: readonly Problem[];
	/** False where `mostFolders` ended the search. */
	readonly complete: boolean;
}

/**
 * The Dockerfiles that paths stand for: files as named, folders searched for Dockerfiles, Containerfiles and `*.dockerfile`,
 * except what `.gitignore` files leave out; `isWanted` tells by the name which files count,
 * `mostFolders` how many folders are looked into. A path that is not there, and a folder that cannot be read, is a problem.
 */
export async function findDockerfiles(
	paths: readonly string[],
	folder: string,
	signal: AbortSignal,
	isWanted: (name: string) => boolean = isDockerfileName,
	mostFolders: number = Number.POSITIVE_INFINITY,
): Promise<FoundFiles> {
	const found = new Set<string>();
	const limit = { folders: mostFolders };
	const problems: Problem[] = [];
	const search = createSearch(folder, signal, { isWanted, limit }, (problem) => problems.push(problem));
	for (const path of paths.length === 0 ? ["."] : paths) {
		const absolute = resolve(folder, path);
		try {
			if (!(await stat(absolute)).isDirectory()) found.add(absolute);
			else for (const file of await search(absolute)) found.add(file);
		} catch (error) {
			signal.throwIfAborted();
			problems.push(
				isGone(error)
					? {
							kind: "file",
							message: `There is no file or folder ${path}`,
							hint: "Check the spelling, and the folder that you are in.",
							path,
						}
					: fileProblem(path, error),
			);
		}
	}
	const files = [...found].map((absolute) => ({ path: shownPath(absolute, folder), absolute }));
	return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), problems, complete: limit.folders >= 0 };
}

/** A path as people see it: relative to the current folder where it lies below it, with forward slashes. */
export function shownPath(absolute: string, folder: string): string {
	const below = relative(folder, absolute);
	return (below === "" || below.startsWith("..") || isAbsolute(below) ? absolute : below).split(sep).join("/");
}

interface IgnoreLevel {
	readonly folder: string;
	readonly rules: Ignore;
}

function createSearch(
	shownFrom: string,
	signal: AbortSignal,
	{ isWanted, limit }: { readonly isWanted: (name: string) => boolean; readonly limit: { folders: number } },
	note: (problem: Problem) => void,
): (root: string) => Promise<readonly string[]> {
	const visit = async (folder: string, above: readonly IgnoreLevel[], found: string[]): Promise<void> => {
		signal.throwIfAborted();
		if (--limit.folders < 0) return;
		let entries: readonly Dirent[];
		try {
			entries = await readdir(folder, { withFileTypes: true });
		} catch (error) {
			// It may have been removed since its parent was read.
			if (!isGone(error)) note(fileProblem(shownPath(folder, shownFrom), error));
			return;
		}
		const levels = entries.some((entry) => entry.name === ".gitignore") ? await withOwn(folder, above) : above;
		for (const entry of entries) {
			const path = join(folder, entry.name);
			if (entry.isDirectory()) {
				if (!NEVER.has(entry.name) && !isIgnored(path, true, levels)) await visit(path, levels, found);
			} else if (isWanted(entry.name) && (await leadsToFile(entry, path)) && !isIgnored(path, false, levels)) found.push(path);
		}
	};
	return async (root) => {
		const found: string[] = [];
		await visit(root, await ignoreFilesAbove(root), found);
		return found;
	};
}

/** Links to folders are not followed, pipes and sockets not read. What leads nowhere is taken: reading it says so. */
async function leadsToFile(entry: Dirent, path: string): Promise<boolean> {
	if (!entry.isSymbolicLink()) return entry.isFile();
	return stat(path).then(
		(target) => target.isFile(),
		() => true,
	);
}

/** The file nearest to an entry decides, as in Git. A folder that is left out is not entered, so that nothing in it comes back. */
function isIgnored(path: string, isFolder: boolean, levels: readonly IgnoreLevel[]): boolean {
	for (const { folder, rules } of levels.toReversed()) {
		const below = relative(folder, path).split(sep).join("/");
		const parent = below.slice(0, below.lastIndexOf("/") + 1);
		// What brought this folder back stands nearer to it; this file's own word about what is in it would only repeat itself.
		if (parent !== "" && rules.test(parent).ignored) continue;
		const { ignored, unignored } = rules.test(isFolder ? `${below}/` : below);
		if (ignored || unignored) return ignored;
	}
	return false;
}

async function withOwn(folder: string, above: readonly IgnoreLevel[]): Promise<readonly IgnoreLevel[]> {
	const text = await readFile(join(folder, ".gitignore"), "utf8").catch(() => undefined);
	if (text === undefined) return above;
	// As Git's own default is on these systems.
	const ignorecase = process.platform === "win32" || process.platform === "darwin";
	return [...above, { folder, rules: createIgnore({ ignorecase }).add(text.replace(/^\ufeff/, "")) }];
}

/** The `.gitignore` files of the folders above, up to the one that holds `.git`; none outside of a repository. */
async function ignoreFilesAbove(root: string): Promise<readonly IgnoreLevel[]> {
	const folders: string[] = [];
	for (let folder = root; ; folder = resolve(folder, "..")) {
		const isRepository = await stat(join(folder, ".git")).then(
			() => true,
			() => false,
		);
		if (folder !== root) folders.unshift(folder);
		if (isRepository) break;
		if (resolve(folder, "..") === folder) return [];
	}
	let levels: readonly IgnoreLevel[] = [];
	for (const folder of folders) levels = await withOwn(folder, levels);
	return levels;
}
