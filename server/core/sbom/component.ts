/** A package in an image. */
export interface Component {
	/** Package URL with version; the empty text if there is none. */
	readonly purl: string;
	readonly name: string;
	readonly version: string;
	/** `deb`, `apk`, `npm`, `pypi` …: the type of the package URL. */
	readonly type: string;
	readonly licenses: readonly string[];
	/** DiffID or blob digest of the layer that brought it, where known. */
	readonly layer: string | undefined;
	/** Files or folders in the image. */
	readonly locations: readonly string[];
	/** References of components that it needs, in the document that lists it. */
	readonly dependsOn: readonly string[];
	/** Identity in that document. */
	readonly reference: string;
}

/** A bill of materials as the views and the command line show it. */
export interface Sbom {
	readonly image: string;
	/** Who made it: `BuildKit attestation`, `Trivy 0.76.0` … */
	readonly source: string;
	readonly components: readonly Component[];
}
