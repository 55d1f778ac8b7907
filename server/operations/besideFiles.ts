import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { ReadBeside } from "../core/references/givenBuild.ts";
import { type MentionKind, mentionsOf } from "../core/references/mentions.ts";

/** A longer one is no Dockerfile. */
const LARGEST_BYTES = 500_000;

/** The text of a file by its absolute path; undefined where there is none that can be read. */
export type ReadText = (path: string) => Promise<string | undefined>;

/** The files that a file refers to, as they were read. */
export interface BesideFiles {
	readonly read: ReadBeside;
	/** By absolute path. */
	readonly texts: ReadonlyMap<string, string | undefined>;
}

/**
 * Reads the files that a file refers to: the Dockerfiles of its builds. Most files refer to none, and then nothing is read.
 * @param path absolute
 */
export async function besideFiles(kind: MentionKind, path: string, text: string, readText: ReadText = readSmallFile): Promise<BesideFiles> {
	const absolute = (relative: string): string => resolve(dirname(path), relative);
	const wanted = new Set<string>();
	mentionsOf(kind, text, (relative) => {
		wanted.add(absolute(relative));
		return undefined;
	});
	const texts = await textsOf(wanted, readText);
	return { read: (relative) => texts.get(absolute(relative)), texts };
}

/** Reads files by their absolute paths. */
export async function textsOf(
	paths: Iterable<string>,
	readText: ReadText = readSmallFile,
): Promise<ReadonlyMap<string, string | undefined>> {
	return new Map(await Promise.all([...paths].map(async (path) => [path, await readText(path)] as const)));
}

/** What is no plain file, is too long to be a Dockerfile, or cannot be read, is not there. */
export async function readSmallFile(path: string): Promise<string | undefined> {
	try {
		const found = await stat(path);
		return found.isFile() && found.size <= LARGEST_BYTES ? await readFile(path, "utf8") : undefined;
	} catch {
		return undefined;
	}
}
