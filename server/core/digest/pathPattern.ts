import { matchesGlob } from "../glob.ts";

const LONGEST = 200;

/** Whether a path fits a pattern of a bot; undefined for patterns with more in them than `*`, `**` and `?`. */
export function fitsPattern(pattern: string, path: string): boolean | undefined {
	if (pattern.length > LONGEST || path.length > 4 * LONGEST || /[{}[\]()!+@|\\]/.test(pattern)) return undefined;
	return matchesGlob(pattern, path);
}

/** A folder as both sides write it: without slashes at the ends, empty for the root. */
export function trimmedFolder(folder: string): string {
	let start = folder.startsWith("./") ? 2 : 0;
	let end = folder.length;
	while (folder[start] === "/") start++;
	while (end > start && folder[end - 1] === "/") end--;
	const trimmed = folder.slice(start, end);
	return trimmed === "." ? "" : trimmed;
}
