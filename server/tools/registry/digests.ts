import { createHash } from "node:crypto";

/** Whether a text is a digest as references have it. Grammar: OCI image-spec, descriptor. */
export function isDigest(text: string): boolean {
	return /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/.test(text);
}

/** The digest of some bytes, by the algorithm of another digest; sha256 without one. */
export function digestOf(bytes: Uint8Array, like?: string): string {
	const algorithm = like === undefined ? "sha256" : like.slice(0, like.indexOf(":"));
	return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}
