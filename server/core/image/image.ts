/** An image as it was built or scanned. */
export interface Image {
	/** As asked for: `registry/name:tag`. */
	readonly reference: string;
	/** What a registry calls it: of the index where there is one. Undefined for an image that has none. */
	readonly digest: string | undefined;
	/** `linux/amd64`. */
	readonly platform: string | undefined;
	/** `name@sha256:…` for each name that a registry or daemon knows it by. */
	readonly repositoryDigests: readonly string[];
	/** Digests of the platform manifests, as far as known: scanners name images by them too. */
	readonly manifestDigests: readonly string[];
	readonly layers: readonly ImageLayer[];
	readonly config: ImageConfig;
	/** ISO 8601. */
	readonly created: string | undefined;
}

/** A layer, the bottom one first. */
export interface ImageLayer {
	/** sha256 of the uncompressed tar: the identity that scanners name. */
	readonly diffId: string;
	/** sha256 of the compressed blob, where known. */
	readonly digest: string | undefined;
	readonly size: number | undefined;
	/** `created_by` of its history entry. */
	readonly createdBy: string | undefined;
}

/** What an image's configuration says, as far as somebody looks at it. */
export interface ImageConfig {
	readonly user: string | undefined;
	readonly entrypoint: readonly string[];
	readonly command: readonly string[];
	readonly environment: readonly string[];
	readonly exposedPorts: readonly string[];
	readonly labels: Readonly<Record<string, string>>;
	readonly workdir: string | undefined;
	readonly history: readonly HistoryEntry[];
}

export interface HistoryEntry {
	readonly createdBy: string;
	readonly emptyLayer: boolean;
	readonly comment: string | undefined;
}
