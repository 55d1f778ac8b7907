import type { GivenBuild } from "./givenBuild.ts";

/** A build that a file of a project describes, and that exports the layers of all stages into a cache which others may read. */
export interface CacheExport {
	/** Path of the Dockerfile from the folder that paths in the file start from, with forward slashes. */
	readonly dockerfile: string;
	/** The stage that is built; undefined for the last one. */
	readonly target: string | undefined;
	readonly backend: CacheBackend;
}

/** `gha` is the cache of GitHub's workflows. */
export type CacheBackend = "registry" | "gha";

/**
 * Where an entry of `cache-to` puts the layers of all stages, if others may read them there: `type=registry,ref=…,mode=max`.
 * Undefined for `mode=min`, the default, and for stores of one's own (buildx, "Cache storage backends").
 */
function sharedBackend(entry: string): CacheBackend | undefined {
	const fields = new Map(
		entry.split(",").flatMap((field) => {
			const [, key, value] = /^\s*"?\s*(\w+)\s*=\s*(.*?)\s*"?\s*$/.exec(field) ?? [];
			return key === undefined || value === undefined ? [] : [[key.toLowerCase(), value] as const];
		}),
	);
	if (fields.get("mode") !== "max") return undefined;
	const type = fields.get("type");
	if (type === "gha") return type;
	const isLocal = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?\//.test(fields.get("ref") ?? "");
	return type === "registry" && !isLocal ? type : undefined;
}

/** The first of several entries that is such a store. */
export function sharedBackendOf(entries: readonly string[]): CacheBackend | undefined {
	return entries.map(sharedBackend).find((backend) => backend !== undefined);
}

/** The builds that export all layers into such a store; those whose Dockerfile or stage nobody knows are left out. */
export function cacheExportsOf(builds: readonly GivenBuild[]): readonly CacheExport[] {
	return builds.flatMap(({ dockerfile, target, cacheTo }) => {
		const backend = sharedBackendOf(cacheTo);
		if (dockerfile === undefined || target === "unknown" || backend === undefined) return [];
		return [{ dockerfile, target: target === "last" ? undefined : target.name, backend }];
	});
}
