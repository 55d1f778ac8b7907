import { readFile, stat } from "node:fs/promises";
import { mentionKindOf } from "../core/references/mentions.ts";
import { findDockerfiles, isDockerfileName } from "./findFiles.ts";

/** A file that may name images. */
export interface CandidateFile {
	/** Absolute. */
	readonly path: string;
	readonly text: string;
}

/** A bigger file is data, or generated. */
const LARGEST_BYTES = 500_000;
const MOST_FILES = 5000;
const MOST_FOLDERS = 20_000;
/** Files that are read at a time. */
const AT_ONCE = 32;

/** Whether a file may name images, by its name. */
export function mayNameImages(name: string): boolean {
	return isDockerfileName(name) || mentionKindOf(name) !== undefined;
}

/**
 * The files of a folder that may name images, except what `.gitignore` files leave out, with their texts. The search is bounded:
 * `complete` is false where there is more. What cannot be read is left out.
 * @throws AbortError when the signal fires
 */
export async function filesWithImages(
	folder: string,
	signal: AbortSignal,
): Promise<{ readonly files: readonly CandidateFile[]; readonly complete: boolean }> {
	const found = await findDockerfiles([folder], folder, signal, mayNameImages, MOST_FOLDERS);
	const paths = found.files.slice(0, MOST_FILES).map(({ absolute }) => absolute);
	const files: CandidateFile[] = [];
	for (let start = 0; start < paths.length; start += AT_ONCE) {
		signal.throwIfAborted();
		const read = await Promise.all(paths.slice(start, start + AT_ONCE).map(readSmall));
		files.push(...read.filter((file) => file !== undefined));
	}
	return { files, complete: found.complete && found.files.length <= MOST_FILES };
}

async function readSmall(path: string): Promise<CandidateFile | undefined> {
	try {
		return (await stat(path)).size > LARGEST_BYTES ? undefined : { path, text: await readFile(path, "utf8") };
	} catch {
		// It may have been removed since its folder was read.
		return undefined;
	}
}
