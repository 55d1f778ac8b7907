import { dirname, resolve } from "node:path";
import type { BuildValues } from "../core/digest/passedImages.ts";
import { buildsOf, mentionKindOf } from "../core/references/mentions.ts";

/** What builds that are written down pass, by the absolute path of the Dockerfile; without the names of contexts, which are no images. */
export type KnownBuilds = ReadonlyMap<string, readonly BuildValues[]>;

/** Reads the builds of Compose and Bake files; other files have none. Paths are absolute. */
export function knownBuilds(files: Iterable<{ readonly path: string; readonly text: string }>): KnownBuilds {
	const byDockerfile = new Map<string, BuildValues[]>();
	for (const { path, text } of files) {
		const slashed = path.replaceAll("\\", "/");
		const kind = mentionKindOf(slashed);
		for (const build of kind === undefined ? [] : buildsOf(kind, text, slashed)) {
			// With contexts that nobody knows, any value could be one of them.
			const { dockerfile: beside, contexts } = build;
			if (beside === undefined || contexts === undefined || build.arguments.length === 0) continue;
			const dockerfile = resolve(dirname(path), beside);
			const images = build.arguments.filter(({ value }) => !contexts.has(value));
			const values = new Map(images.map(({ name, value }) => [name, value]));
			byDockerfile.set(dockerfile, [...(byDockerfile.get(dockerfile) ?? []), values]);
		}
	}
	return byDockerfile;
}

/** The builds of a Dockerfile, each with what somebody says that builds pass; that counts before what is written down. */
export function buildsWith(builds: KnownBuilds, dockerfile: string, said: BuildValues): readonly BuildValues[] {
	const known = builds.get(dockerfile) ?? [];
	if (said.size === 0) return known;
	return known.length === 0 ? [said] : known.map((values) => new Map([...values, ...said]));
}
