/** What is known of the files around a Dockerfile. Shells read them; a rule that asks for more stays silent. */
export interface WorkspaceFacts {
	/** The ignore file in force (its path absolute, undefined where nobody could change it); `absent` if there is none, `unknown` if nobody looked. */
	readonly dockerignore:
		| { readonly kind: "present"; readonly text: string; readonly path?: string }
		| { readonly kind: "absent" }
		| { readonly kind: "unknown" };
	/** Names at the top of the build context; undefined if nobody looked. */
	readonly contextEntries: readonly string[] | undefined;
	/** What the sources of COPY and ADD are, by their path from the root of the context (`src/start.sh`); one that is not here is unknown. */
	readonly contextFiles: ReadonlyMap<string, ContextFile>;
	/** What registries have said of images before, by canonical name with tag (`docker.io/library/debian:12`). No rule makes anybody ask. */
	readonly images: ReadonlyMap<string, ImageFacts>;
	/** What scans found in images, by {@link contentName}. */
	readonly scans: ReadonlyMap<string, ScanCounts>;
	/** What lists of packages say of licences: those of scans, and documents that lie next to the Dockerfile. Empty unless a rule asks for it. */
	readonly packageLists: readonly PackageList[];
	/** Builds of this Dockerfile that export the layers of all stages into a cache that others read. Empty unless a rule asks for it. */
	readonly cacheExports: readonly CacheExportFact[];
	/** `YYYY-MM-DD`; undefined where nobody says. */
	readonly today: string | undefined;
}

/** Facts that are not gathered for every file. */
export type WorkspaceQuestion = "packageLists" | "cacheExports";

/** A file of the project says that a build exports its cache with `mode=max`. */
export interface CacheExportFact {
	/** Name of that file: `docker-bake.hcl`. */
	readonly file: string;
	/** The stage that is built; undefined for the last one. */
	readonly target: string | undefined;
	readonly backend: "registry" | "gha";
}

/** A path of the build context. */
export interface ContextFile {
	readonly kind: "file" | "folder" | "absent";
	/** Whether anybody may execute a file; undefined where the system does not tell. */
	readonly executable?: boolean;
	/** Of what may be the script that starts a container; undefined for other files and for long ones. */
	readonly text?: string;
	/** Absolute, beside `text`; undefined where nobody could change the file. */
	readonly path?: string;
}

/** The packages of an image. */
export interface PackageList {
	/** Who says so, for people: `sbom.cdx.json`, `debian:12`. */
	readonly source: string;
	/** {@link contentName} of the base image that has them; undefined where it is what the Dockerfile builds. */
	readonly base: string | undefined;
	readonly packages: readonly LicensedPackage[];
}

export interface LicensedPackage {
	readonly name: string;
	/** SPDX ids, expressions or names. */
	readonly licenses: readonly string[];
}

/** What a registry said of a tag. */
export interface ImageFacts {
	/** What the tag points at: that of the index, where there is one. */
	readonly digest: string;
	/** When a registry was asked, `YYYY-MM-DD`. */
	readonly asked: string;
	/** `linux/amd64`, `linux/arm64/v8`, as the index lists them; undefined if nobody looked, or there is no index. */
	readonly platforms?: readonly string[];
	/** Digests of the manifests that the index lists. */
	readonly manifests?: readonly string[];
	/** `YYYY-MM-DD`, of the image's configuration; undefined where that is 1970 or 1980, as of reproducible images. */
	readonly created?: string;
	/** Other tags of the repository. */
	readonly tags?: readonly string[];
}

/** What the last scan of an image found that no VEX statement hides. */
export interface ScanCounts {
	readonly critical: number;
	readonly high: number;
	readonly fixableCritical: number;
	readonly fixableHigh: number;
}

export const NO_WORKSPACE: WorkspaceFacts = {
	dockerignore: { kind: "unknown" },
	contextEntries: undefined,
	contextFiles: new Map(),
	images: new Map(),
	scans: new Map(),
	packageLists: [],
	cacheExports: [],
	today: undefined,
};
