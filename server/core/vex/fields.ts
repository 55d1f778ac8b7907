import { parseInstant } from "../instant.ts";
import { type JsonArray, type JsonMember, type JsonNode, type JsonObject, memberOf } from "../json/tree.ts";
import type { Span } from "../text.ts";
import { type Complaints, REFUSED_BY_BOTH, SILENTLY_IGNORED } from "./problems.ts";

/**
 * Reads fields as the scanners' JSON library does: null counts as absent, a value of another kind makes the whole file
 * unreadable. Each function gives undefined for what is absent or wrong.
 */

/** The member of a field, unless its value is null. */
export function present(object: JsonObject, key: string): JsonMember | undefined {
	const member = memberOf(object, key);
	return member === undefined || isNull(member.value) ? undefined : member;
}

function isNull(node: JsonNode): boolean {
	return node.kind === "literal" && node.value === null;
}

/** A field that holds a text. */
export function readString(object: JsonObject, key: string, complaints: Complaints): string | undefined {
	const member = present(object, key);
	if (member === undefined) return undefined;
	if (member.value.kind === "string") return member.value.value;
	wrongKind(member.value.span, key, "a text", complaints);
	return undefined;
}

/** A field that holds a date and time. */
export function readInstant(object: JsonObject, key: string, complaints: Complaints): string | undefined {
	const text = readString(object, key, complaints);
	if (text === undefined || parseInstant(text) !== undefined) return text;
	const span = present(object, key)?.value.span ?? object.span;
	complaints.add("error", span, `"${key}" is no date and time`, `${REFUSED_BY_BOTH}. Write it like 2026-01-02T03:04:05Z`);
	return undefined;
}

/** A field that holds a whole number. */
export function readInteger(object: JsonObject, key: string, complaints: Complaints): number | undefined {
	const member = present(object, key);
	if (member === undefined) return undefined;
	if (member.value.kind === "number" && /^-?[0-9]{1,15}$/.test(member.value.text)) return Number(member.value.text);
	wrongKind(member.value.span, key, "a whole number", complaints);
	return undefined;
}

/** A field that holds a list. */
export function readArray(object: JsonObject, key: string, complaints: Complaints): JsonArray | undefined {
	const member = present(object, key);
	if (member === undefined) return undefined;
	if (member.value.kind === "array") return member.value;
	wrongKind(member.value.span, key, "a list", complaints);
	return undefined;
}

/** A field that holds a list of texts; elements of another kind are left out after a complaint. */
export function readStrings(object: JsonObject, key: string, complaints: Complaints): readonly string[] {
	const strings: string[] = [];
	for (const element of readArray(object, key, complaints)?.elements ?? []) {
		if (element.kind === "string") strings.push(element.value);
		else if (!isNull(element)) wrongKind(element.span, key, "a list of texts", complaints);
	}
	return strings;
}

/** The values of a field that holds an object of texts: `identifiers`, `hashes`. */
export function readValues(object: JsonObject, key: string, complaints: Complaints): readonly string[] {
	const member = present(object, key);
	if (member === undefined) return [];
	const inner = asObject(member.value, key, complaints);
	return (inner?.members ?? [])
		.map((each) => readString(inner as JsonObject, each.key.value, complaints))
		.filter((value) => value !== undefined);
}

/** The node as an object; a complaint about an entry of the list `name` if it is none. */
export function asObject(node: JsonNode, name: string, complaints: Complaints): JsonObject | undefined {
	if (node.kind === "object") return node;
	if (isNull(node)) complaints.add("warning", node.span, `An entry of "${name}" is empty`, SILENTLY_IGNORED);
	else wrongKind(node.span, name, "an object", complaints);
	return undefined;
}

/** Complains about fields that the specification does not know, and about those that are there twice. */
export function checkFields(object: JsonObject, known: readonly string[], complaints: Complaints): void {
	const seen = new Set<string>();
	for (const { key } of object.members) {
		if (seen.has(key.value)) complaints.add("warning", key.span, `"${key.value}" is there twice`, "Only the last one counts");
		seen.add(key.value);
		if (known.includes(key.value)) continue;
		const meant = known.find((name) => name.toLowerCase() === key.value.toLowerCase());
		const hint = meant === undefined ? "Scanners ignore it" : `Write "${meant}"`;
		complaints.add("info", key.span, `"${key.value}" is no field of OpenVEX 0.2.0`, hint);
	}
}

/** Where an object begins: the place for a complaint about what is missing in it. */
export function openingOf(object: JsonObject | JsonArray): Span {
	return { start: object.span.start, end: object.span.start + 1 };
}

function wrongKind(span: Span, key: string, wanted: string, complaints: Complaints): void {
	complaints.add("error", span, `"${key}" must be ${wanted}`, REFUSED_BY_BOTH);
}
