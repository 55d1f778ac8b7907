import { basename, dirname, join, resolve } from "node:path";
import { type CacheExport, cacheExportsOf } from "../core/references/cacheExport.ts";
import { buildsOf, mentionKindOf } from "../core/references/mentions.ts";
import { workflowCacheExports } from "../core/references/workflowCacheExports.ts";
import type { CacheExportFact } from "../core/rules/workspaceFacts.ts";
import type { Files } from "../tools/files.ts";
import { foldersAround, type ListFolder } from "./foldersAround.ts";
import { remember } from "./remember.ts";

/** Tells which builds of a Dockerfile export all layers, as workflows, Compose and Bake files around it say; `path` is absolute. */
export type CacheExportReader = (path: string) => Promise<readonly CacheExportFact[]>;

/** Bytes. What people write is shorter. */
const LONGEST = 500_000;

/** Reads each file at most once. Broken files, and those that nobody may read, say nothing. */
export function createCacheExportReader(files: Files, list: ListFolder): CacheExportReader {
	const seen = new Map<string, Promise<readonly CacheExport[]>>();
	const read = async (path: string, reader: (text: string) => readonly CacheExport[]): Promise<readonly CacheExport[]> => {
		if (((await files.look(path))?.size ?? LONGEST) >= LONGEST) return [];
		const text = (await files.readText(path)) ?? "";
		// Reading all of it takes its time, and hardly any file has one.
		return /cache[-_]to/.test(text) && text.includes("max") ? reader(text) : [];
	};
	const around = new Map<string, Promise<readonly string[]>>();
	const inFolders = new Map<string, Promise<readonly Building[]>>();
	return async (path) => {
		const found: CacheExportFact[] = [];
		const own = dirname(path);
		for (const folder of await remember(around, own, () => foldersAround(own, list))) {
			for (const { file, reader } of await remember(inFolders, folder, () => buildingFiles(folder, list))) {
				for (const { dockerfile, target, backend } of await remember(seen, file, () => read(file, reader)))
					if (resolve(folder, dockerfile) === path) found.push({ file: basename(file), target, backend });
			}
		}
		return found;
	};
}

/** A file that may build images, and what reads it. */
interface Building {
	readonly file: string;
	readonly reader: (text: string) => readonly CacheExport[];
}

/** The Compose and Bake files of a folder, and the workflows of a repository that begins there. */
async function buildingFiles(folder: string, list: ListFolder): Promise<readonly Building[]> {
	const names = (await list(folder)) ?? [];
	const workflows = names.includes(".github/") ? ((await list(join(folder, ".github/workflows"))) ?? []) : [];
	return [
		...(["compose", "bake"] as const).flatMap((kind) =>
			names
				.filter((name) => mentionKindOf(name) === kind)
				.map((name) => ({ file: join(folder, name), reader: (text: string) => cacheExportsOf(buildsOf(kind, text, name)) })),
		),
		...workflows
			.filter((name) => /\.ya?ml$/.test(name))
			.map((name) => ({ file: join(folder, ".github/workflows", name), reader: workflowCacheExports })),
	];
}
