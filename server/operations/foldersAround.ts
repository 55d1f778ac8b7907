import { dirname } from "node:path";

/** The names in a folder, those of folders with a slash; undefined where there is none. */
export type ListFolder = (folder: string) => Promise<readonly string[] | undefined>;

/** Folders above a Dockerfile, at most. */
const HIGHEST = 12;

/** From a folder up to the root of its repository; without one the folder alone. */
export async function foldersAround(folder: string, list: ListFolder): Promise<readonly string[]> {
	const folders: string[] = [];
	for (let current = folder; folders.length < HIGHEST; current = dirname(current)) {
		folders.push(current);
		const names = (await list(current)) ?? [];
		if (names.some((name) => name === ".git/" || name === ".git" || name === ".github/")) return folders;
		if (dirname(current) === current) break;
	}
	return [folder];
}
