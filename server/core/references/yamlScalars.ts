import { type Document, isMap, isScalar, isSeq, parseAllDocuments } from "yaml";
import { type ImageMention, mentionAt } from "./mention.ts";

/** The documents of a YAML text; none if one of them is broken. */
export function yamlDocuments(text: string): readonly Document[] {
	const documents = parseAllDocuments(text, { prettyErrors: false, logLevel: "silent" });
	if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return [];
	return documents as readonly Document[];
}

/** The keys and values of a map; none for anything else. */
export function yamlEntries(node: unknown): readonly (readonly [string, unknown])[] {
	if (!isMap(node)) return [];
	return node.items.map(({ key, value }) => [String(isScalar(key) ? key.value : key), value] as const);
}

export function isYamlMap(node: unknown): boolean {
	return isMap(node);
}

export function yamlItems(node: unknown): readonly unknown[] {
	return isSeq(node) ? node.items : [];
}

/** What stands under a key of a map. */
export function yamlValue(node: unknown, key: string): unknown {
	return isMap(node) ? node.get(key, true) : undefined;
}

/** The text of a scalar; undefined for anything else. */
export function yamlText(node: unknown): string | undefined {
	return isScalar(node) && typeof node.value === "string" ? node.value : undefined;
}

/** What a scalar says: a text, a number, a truth value; undefined for anything else. */
export function yamlScalar(node: unknown): unknown {
	return isScalar(node) ? node.value : undefined;
}

/** The image that a scalar names; `prefix` stands before it (`docker://`). Undefined where its characters do not stand in the file as they are. */
export function scalarMention(text: string, node: unknown, owner: string, prefix = ""): ImageMention | undefined {
	const value = yamlText(node);
	const range = isScalar(node) ? node.range : undefined;
	if (value === undefined || !range || !value.startsWith(prefix)) return undefined;
	const start = range[0] + (/["']/.test(text.charAt(range[0])) ? 1 : 0);
	if (!text.startsWith(value, start)) return undefined;
	return mentionAt(value.slice(prefix.length), start + prefix.length, owner);
}
