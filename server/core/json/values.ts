import { ownValue } from "../ownValue.ts";

/**
 * Reading of JSON that others wrote: strict about what is used, blind for the rest, and a complaint names the place.
 */

/** A value in a JSON document, with the way to it. */
export interface JsonValue {
	/** Undefined where the document has nothing. */
	readonly value: unknown;
	/** `$.Results[0].Class` */
	readonly path: string;
}

/** A document is not what it should be. */
export class JsonError extends Error {
	readonly path: string;

	constructor(path: string, expected: string) {
		super(`${path} is not ${expected}`);
		this.name = "JsonError";
		this.path = path;
	}
}

/** The document itself, from `JSON.parse`. */
export function jsonRoot(value: unknown): JsonValue {
	return { value, path: "$" };
}

/** Whether nothing is there: absent, or `null`. */
export function isAbsent(from: JsonValue): boolean {
	return from.value === undefined || from.value === null;
}

/**
 * A property of an object; a value that is absent if the object does not have it, or if the object itself is absent.
 * @throws JsonError if the value is something else than an object
 */
export function child(from: JsonValue, key: string): JsonValue {
	const path = /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `${from.path}.${key}` : `${from.path}[${JSON.stringify(key)}]`;
	const record = recordOf(from);
	return { value: ownValue(record, key), path };
}

/** A property that has to be there. @throws JsonError unless it is a text */
export function readText(from: JsonValue, key: string): string {
	const found = child(from, key);
	if (typeof found.value !== "string") throw new JsonError(found.path, "a text");
	return found.value;
}

/** The text, or undefined where there is none. @throws JsonError if it is something else */
export function readOptionalText(from: JsonValue, key: string): string | undefined {
	const found = child(from, key);
	return isAbsent(found) ? undefined : readText(from, key);
}

/** A property that has to be there. @throws JsonError unless it is a number */
export function readNumber(from: JsonValue, key: string): number {
	const found = child(from, key);
	if (typeof found.value !== "number") throw new JsonError(found.path, "a number");
	return found.value;
}

/** The number, or undefined where there is none. @throws JsonError if it is something else */
export function readOptionalNumber(from: JsonValue, key: string): number | undefined {
	return isAbsent(child(from, key)) ? undefined : readNumber(from, key);
}

/** False where nothing is there. @throws JsonError if it is something else than true and false */
export function readFlag(from: JsonValue, key: string): boolean {
	const found = child(from, key);
	if (isAbsent(found)) return false;
	if (typeof found.value !== "boolean") throw new JsonError(found.path, "true or false");
	return found.value;
}

/** The items of a list; none where there is no list. @throws JsonError if it is something else */
export function readList(from: JsonValue, key: string): readonly JsonValue[] {
	return readItems(child(from, key));
}

/** The items of the value itself; none where it is absent. @throws JsonError if it is something else than a list */
export function readItems(from: JsonValue): readonly JsonValue[] {
	if (isAbsent(from)) return [];
	if (!Array.isArray(from.value)) throw new JsonError(from.path, "a list");
	return from.value.map((value: unknown, index) => ({ value, path: `${from.path}[${index}]` }));
}

/** The texts in a list; none where there is no list. @throws JsonError if an item is something else */
export function readTexts(from: JsonValue, key: string): readonly string[] {
	return readList(from, key).map((item) => {
		if (typeof item.value !== "string") throw new JsonError(item.path, "a text");
		return item.value;
	});
}

/** Name and value of each property; none where there is no object. @throws JsonError if it is something else */
export function readEntries(from: JsonValue): readonly (readonly [string, JsonValue])[] {
	const record = recordOf(from);
	return record === undefined ? [] : Object.keys(record).map((key) => [key, child(from, key)] as const);
}

function recordOf(from: JsonValue): Readonly<Record<string, unknown>> | undefined {
	if (isAbsent(from)) return undefined;
	if (typeof from.value !== "object" || Array.isArray(from.value)) throw new JsonError(from.path, "an object");
	return from.value as Readonly<Record<string, unknown>>;
}
