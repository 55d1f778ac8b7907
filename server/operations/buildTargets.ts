import { dirname, join, resolve } from "node:path";
import type { GivenBuild } from "../core/references/givenBuild.ts";
import { buildsOf, mentionKindOf } from "../core/references/mentions.ts";
import type { Files } from "../tools/files.ts";
import { foldersAround, type ListFolder } from "./foldersAround.ts";
import { remember } from "./remember.ts";

/** Names the stages of a Dockerfile that Compose and Bake files around it build, besides the last one; `path` is absolute. */
export type BuildTargetReader = (path: string) => Promise<readonly string[]>;

/** Bytes. What people write is shorter. */
const LONGEST = 500_000;

/** A stage that a build names, and the absolute path of its Dockerfile. */
interface NamedTarget {
	readonly path: string;
	readonly name: string;
}

/** Reads each file at most once. Broken files, and those that nobody may read, say nothing. */
export function createBuildTargetReader(files: Files, list: ListFolder): BuildTargetReader {
	const around = new Map<string, Promise<readonly string[]>>();
	const byFolder = new Map<string, Promise<readonly NamedTarget[]>>();
	const read = async (folder: string, name: string, kind: "compose" | "bake"): Promise<readonly GivenBuild[]> => {
		const path = join(folder, name);
		if (((await files.look(path))?.size ?? LONGEST) >= LONGEST) return [];
		const text = (await files.readText(path)) ?? "";
		// Reading all of it takes its time, and most files name none.
		if (!/^[ \t{,]*"?target"?[ \t]*[:=]/m.test(text)) return [];
		return buildsOf(kind, text, name);
	};
	const inFolder = async (folder: string): Promise<readonly NamedTarget[]> => {
		const found: NamedTarget[] = [];
		for (const name of (await list(folder)) ?? []) {
			const kind = mentionKindOf(name);
			if (kind !== "compose" && kind !== "bake") continue;
			for (const { dockerfile, target } of await read(folder, name, kind))
				if (dockerfile !== undefined && typeof target === "object") found.push({ path: resolve(folder, dockerfile), name: target.name });
		}
		return found;
	};
	return async (path) => {
		const names = new Set<string>();
		const own = dirname(path);
		for (const folder of await remember(around, own, () => foldersAround(own, list))) {
			for (const target of await remember(byFolder, folder, () => inFolder(folder))) if (target.path === path) names.add(target.name);
		}
		return [...names];
	};
}
