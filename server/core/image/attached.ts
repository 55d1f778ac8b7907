/** Whether something is there, as far as anybody could find out. */
export type Presence = "found" | "none" | "unknown";

/** What is attached to an image in its registry. That something is there is all that is known: nothing is verified. */
export interface Attached {
	readonly signature: Presence;
	/** Statements about the image, such as provenance and SBOM. */
	readonly attestation: Presence;
}
