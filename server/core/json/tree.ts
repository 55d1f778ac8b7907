import type { Span } from "../text.ts";

/** A JSON value with the place where it stands. */
export type JsonNode = JsonObject | JsonArray | JsonString | JsonNumber | JsonLiteral;

/** `{…}` */
export interface JsonObject {
	readonly kind: "object";
	readonly span: Span;
	/** In the order of the text; a key can be there twice. */
	readonly members: readonly JsonMember[];
}

/** A key with its value. */
export interface JsonMember {
	readonly key: JsonString;
	readonly value: JsonNode;
}

/** `[…]` */
export interface JsonArray {
	readonly kind: "array";
	readonly span: Span;
	readonly elements: readonly JsonNode[];
}

/** A text, decoded. */
export interface JsonString {
	readonly kind: "string";
	/** With the quotes. */
	readonly span: Span;
	readonly value: string;
}

/** A number. */
export interface JsonNumber {
	readonly kind: "number";
	readonly span: Span;
	/** As written. */
	readonly text: string;
}

/** `true`, `false` or `null`. */
export interface JsonLiteral {
	readonly kind: "literal";
	readonly span: Span;
	readonly value: boolean | null;
}

/** Why a text is not JSON, and where that shows first. */
export interface JsonFault {
	readonly span: Span;
	/** The fact, as a sentence without a full stop. */
	readonly message: string;
}

/** The member with a key: the last one where the key is there twice, as every reader takes it. */
export function memberOf(object: JsonObject, key: string): JsonMember | undefined {
	return object.members.findLast((member) => member.key.value === key);
}
