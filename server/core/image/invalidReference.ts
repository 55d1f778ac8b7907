import { ownValue } from "../ownValue.ts";
import { parseReference, splitReference } from "./reference.ts";

/** Why Docker refuses a reference, and the part of it that is wrong. */
export interface InvalidReference {
	/** A fact about that part, to be put behind it: `has capital letters`. */
	readonly reason: string;
	/** Offsets in the text. */
	readonly at: number;
	readonly end: number;
	/** The text as it would be right, where only the case of the name is wrong. */
	readonly lowered?: string;
}

const DIGEST_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** Looks for what is wrong with a reference; undefined if nothing is. */
export function invalidReference(text: string): InvalidReference | undefined {
	if (parseReference(text) !== undefined) return undefined;
	const { name, tag, tagAt, digest, digestAt } = splitReference(text);
	const ofName = (reason: string): InvalidReference => ({ reason, at: 0, end: Math.max(name.length, 1) });
	if (digest !== undefined) {
		const reason = digestReason(digest);
		if (reason !== undefined) return { reason, at: digest === "" ? digestAt : digestAt + 1, end: text.length };
	}
	if (tag !== undefined) {
		const reason = tagReason(tag);
		const end = tagAt + 1 + tag.length;
		if (reason !== undefined) return { reason, at: tag === "" ? tagAt : tagAt + 1, end };
	}
	if (/^[a-f0-9]{64}$/.test(name)) return ofName("is the id of an image, not a name");
	const lowered = name.toLowerCase() + text.slice(name.length);
	if (/[A-Z]/.test(name) && parseReference(lowered) !== undefined) return { ...ofName("has capital letters"), lowered };
	if (/^[a-z]+:\/\//i.test(text)) return ofName("is an address, not the name of an image");
	if (name.includes("//") || name.startsWith("/") || name.endsWith("/")) return ofName("has an empty part between slashes");
	if (/[^ -~]/.test(name)) return ofName("has characters that are not ASCII, however they look");
	return ofName("is no name of an image");
}

function tagReason(tag: string): string | undefined {
	if (tag === "") return "ends where the tag should be";
	if (tag.length > 128) return `is a tag of ${tag.length} characters, 128 are allowed`;
	if (!/^[A-Za-z0-9_.-]+$/.test(tag)) return "is a tag with characters that no tag has";
	return /^[.-]/.test(tag) ? "is a tag that begins with a separator" : undefined;
}

function digestReason(digest: string): string | undefined {
	if (digest === "") return "ends where the digest should be";
	const colon = digest.indexOf(":");
	if (colon === -1) return "is a digest without an algorithm";
	const algorithm = digest.slice(0, colon);
	const digits = digest.slice(colon + 1);
	const length = ownValue(DIGEST_LENGTHS, algorithm);
	if (length === undefined) return "is a digest of an unknown algorithm";
	if (digits.length !== length) return `is a ${algorithm} digest of ${digits.length} digits instead of ${length}`;
	return /^[0-9a-f]+$/.test(digits) ? undefined : "is a digest with characters other than 0 to 9 and a to f";
}
