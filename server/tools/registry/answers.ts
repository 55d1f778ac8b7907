import type { Attached } from "../../core/image/attached.ts";
import type { Image } from "../../core/image/image.ts";
import type { IndexEntry } from "./documents.ts";
import type { ManifestType } from "./mediaTypes.ts";

/** The digest that a registry has for a reference. */
export interface DigestAnswer {
	/** `sha256:…`; of the index where there is one. */
	readonly digest: string;
	readonly mediaType: ManifestType;
	/** Who gave it: the registry, or a mirror of it. */
	readonly registryHost: string;
	/** Milliseconds since 1970. */
	readonly askedAt: number;
}

/** What a registry says of an image, without pulling it. */
export interface InspectedImage {
	/** For one platform; its digest is that of the reference, so of the index where there is one. */
	readonly image: Image;
	readonly mediaType: ManifestType;
	/** Every platform that there is. Of an image without an index the digest is the image's own. */
	readonly platforms: readonly IndexEntry[];
	/** Compressed bytes of all layers. */
	readonly size: number;
	/** Whether its index holds attestations, as BuildKit writes them. */
	readonly hasAttestations: boolean;
	/** What else the registry has of it; undefined where nobody asked. */
	readonly attached?: Attached;
	readonly registryHost: string;
}

/** The tags of a repository. */
export interface TagList {
	readonly tags: readonly string[];
	/** False where the registry has more than are read. */
	readonly complete: boolean;
	readonly registryHost: string;
}
