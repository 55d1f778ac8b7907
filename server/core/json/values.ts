/**
 * Reading of JSON that others wrote: strict about what is used, blind for the rest, and a complaint names the place.
 */

/** A value in a JSON document, with the way to it. */
export interface JsonNode {
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
export function jsonRoot(value: unknown): JsonNode {
	return { value, path: "$" };
}

/** Whether nothing is there: absent, or `null`. */
export function isAbsent(node: JsonNode): boolean {
	return node.value === undefined || node.value === null;
}

/**
 * A property of an object; a node without a value if the object does not have it, or if the object itself is absent.
 * @throws JsonError if the node is something else than an object
 */
export function child(node: JsonNode, key: string): JsonNode {
	const path = /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `${node.path}.${key}` : `${node.path}[${JSON.stringify(key)}]`;
	const record = recordOf(node);
	return { value: record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined, path };
}

/** @throws JsonError unless the property is a text */
export function text(node: JsonNode, key: string): string {
	const found = child(node, key);
	if (typeof found.value !== "string") throw new JsonError(found.path, "a text");
	return found.value;
}

/** The text, or undefined where there is none. @throws JsonError if it is something else */
export function optionalText(node: JsonNode, key: string): string | undefined {
	const found = child(node, key);
	return isAbsent(found) ? undefined : text(node, key);
}

/** @throws JsonError unless the property is a number */
export function number(node: JsonNode, key: string): number {
	const found = child(node, key);
	if (typeof found.value !== "number") throw new JsonError(found.path, "a number");
	return found.value;
}

/** The number, or undefined where there is none. @throws JsonError if it is something else */
export function optionalNumber(node: JsonNode, key: string): number | undefined {
	return isAbsent(child(node, key)) ? undefined : number(node, key);
}

/** False where nothing is there. @throws JsonError if it is something else than true and false */
export function flag(node: JsonNode, key: string): boolean {
	const found = child(node, key);
	if (isAbsent(found)) return false;
	if (typeof found.value !== "boolean") throw new JsonError(found.path, "true or false");
	return found.value;
}

/** The items of a list; none where there is no list. @throws JsonError if it is something else */
export function list(node: JsonNode, key: string): readonly JsonNode[] {
	return items(child(node, key));
}

/** The items of the node itself; none where it is absent. @throws JsonError if it is something else than a list */
export function items(node: JsonNode): readonly JsonNode[] {
	if (isAbsent(node)) return [];
	if (!Array.isArray(node.value)) throw new JsonError(node.path, "a list");
	return node.value.map((value: unknown, index) => ({ value, path: `${node.path}[${index}]` }));
}

/** The texts in a list; none where there is no list. @throws JsonError if an item is something else */
export function texts(node: JsonNode, key: string): readonly string[] {
	return list(node, key).map((item) => {
		if (typeof item.value !== "string") throw new JsonError(item.path, "a text");
		return item.value;
	});
}

/** Name and value of each property; none where there is no object. @throws JsonError if it is something else */
export function entries(node: JsonNode): readonly (readonly [string, JsonNode])[] {
	const record = recordOf(node);
	return record === undefined ? [] : Object.keys(record).map((key) => [key, child(node, key)] as const);
}

function recordOf(node: JsonNode): Readonly<Record<string, unknown>> | undefined {
	if (isAbsent(node)) return undefined;
	if (typeof node.value !== "object" || Array.isArray(node.value)) throw new JsonError(node.path, "an object");
	return node.value as Readonly<Record<string, unknown>>;
}
