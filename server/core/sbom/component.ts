/** A package in an image. */
export interface Component {
	/** Package URL with version; the empty text if there is none. */
	readonly purl: string;
	readonly name: string;
	readonly version: string;
	/** `deb`, `apk`, `npm`, `pypi` …: the type of the package URL. */
	readonly type: string;
	/** What a package of a distribution was built from, where another name or version: advisories speak of it. */
	readonly sourcePackage?: SourcePackage | undefined;
	/** SPDX ids, expressions or names, as the document has them. */
	readonly licenses: readonly string[];
	/** DiffID or blob digest of the layer that brought it, where known. */
	readonly layer: string | undefined;
	/** Files or folders in the image that show it. Without a slash in front. */
	readonly locations: readonly string[];
	/** References of components that it needs, in the document that lists it. */
	readonly dependsOn: readonly string[];
	/** Identity in that document. */
	readonly reference: string;
}

export interface SourcePackage {
	readonly name: string;
	readonly version: string;
}

/** A bill of materials as the views and the command line show it. */
export interface Sbom {
	/** As asked for: `registry/name:tag`. */
	readonly image: string;
	readonly digest: string | undefined;
	/** `linux/amd64` */
	readonly platform: string | undefined;
	/** Who made it: `BuildKit attestation (syft-1.18.1)`, `Trivy 0.76.0` … */
	readonly source: string;
	readonly components: readonly Component[];
	/** The document that it was read from. */
	readonly original: SbomDocument | undefined;
}

export type SbomFormat = "cyclonedx" | "spdx";

export interface SbomDocument {
	readonly format: SbomFormat;
	/** As `JSON.parse` gives it. */
	readonly value: unknown;
}

/** What a document says of itself and of its packages. */
export interface ReadSbom {
	/** The tool that wrote it: `trivy 0.76.0`. */
	readonly tool: string | undefined;
	readonly components: readonly Component[];
}

/** What a new document says of its making. */
export interface DocumentFacts {
	/** ISO 8601. */
	readonly created: string;
	/** A new UUID. */
	readonly uuid: string;
	/** Version of Hullguard. */
	readonly version: string;
}
