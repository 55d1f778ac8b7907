import { type Alias, type Document, isCollection, isMap, isPair, isScalar, isSeq, type Node, type Pair, parseDocument, visit } from "yaml";
import type { Problem } from "../finding.ts";
import { lineStartsOf, type Range, rangeOf } from "../text.ts";

/** A YAML file whose outermost value is a map, with the places of its parts. */
export interface YamlMap {
	/** None where the file is empty or broken. */
	readonly entries: readonly YamlEntry[];
	/** Those of the YAML itself; readers add theirs with `complain`. */
	readonly problems: readonly Problem[];
	complain(node: unknown, message: string, hint?: string): void;
	rangeAt(node: unknown): Range;
}

export interface YamlEntry {
	readonly name: string;
	readonly key: unknown;
	/** A node of the `yaml` package; null where nothing is written. */
	readonly value: unknown;
}

/** The key that takes the entries of other maps (YAML, "Merge Key Language-Independent Type"). */
const MERGE = "<<";

export function readYamlMap(text: string, path: string): YamlMap {
	const document = parseDocument(text, { prettyErrors: false });
	const isBroken = document.errors.length > 0;
	const starts = lineStartsOf(text);
	const problems: Problem[] = [];
	const rangeAt = (node: unknown): Range => {
		const range = (node as Node | null)?.range;
		return rangeOf(starts, { start: range?.[0] ?? 0, end: range?.[1] ?? 0 });
	};
	const complain = (node: unknown, message: string, hint?: string): void => {
		// What a broken text seems to say is nothing that its author wrote.
		if (isBroken) return;
		problems.push({ kind: "settings", message, path, range: rangeAt(node), ...(hint === undefined ? {} : { hint }) });
	};
	for (const error of document.errors) {
		problems.push({ kind: "settings", message: error.message, path, range: rangeOf(starts, { start: error.pos[0], end: error.pos[1] }) });
	}
	for (const alias of resolveAliases(document)) complain(alias, `There is no anchor &${alias.source} above this`);
	const root = document.contents;
	if (!isMap(root) && root !== null) complain(root, "The file has to be a list of keys and values");
	return { entries: entriesOf(root), problems, complain, rangeAt };
}

/** The keys and values of a map, those that it takes from others (`<<`) first; none for anything else. */
export function entriesOf(node: unknown): readonly YamlEntry[] {
	return entriesWithMerged(node, new Set());
}

/** @param seen maps that are in already: each one adds something only once, and one that holds itself ends */
function entriesWithMerged(node: unknown, seen: Set<unknown>): readonly YamlEntry[] {
	if (!isMap(node) || seen.has(node)) return [];
	seen.add(node);
	const all = node.items.map(({ key, value }: Pair): YamlEntry => ({ name: nameOf(key), key, value }));
	const own = all.filter(({ name, value }) => name !== MERGE || isScalar(value));
	if (own.length === all.length) return own;
	const names = new Set(own.map(({ name }) => name));
	const merged: YamlEntry[] = [];
	for (const { name, value } of all) {
		if (name !== MERGE) continue;
		for (const source of isSeq(value) ? value.items : [value]) {
			// The map's own keys count, and of several maps the first one that has it.
			const added = entriesWithMerged(source, seen).filter((entry) => !names.has(entry.name));
			for (const entry of added) names.add(entry.name);
			merged.push(...added);
		}
	}
	return [...merged, ...own];
}

/** The text of a map or list may be endless: one that is a key may hold itself, or another one very often. */
function nameOf(key: unknown): string {
	return isCollection(key) ? "[…]" : String(isScalar(key) ? key.value : key);
}

/** What a scalar says; undefined for maps, lists and nothing. */
export function scalarOf(node: unknown): unknown {
	return isScalar(node) ? node.value : undefined;
}

/** The texts of a list, or the one text that stands for it; undefined where it is neither. */
export function textsOf(node: unknown): readonly { readonly text: string; readonly node: unknown }[] | undefined {
	const single = scalarOf(node);
	if (typeof single === "string") return [{ text: single, node }];
	const items = (node as { readonly items?: readonly unknown[] } | null)?.items;
	if (items === undefined || isMap(node)) return undefined;
	const texts = items.map((item) => ({ text: scalarOf(item), node: item }));
	return texts.every((item): item is { text: string; node: unknown } => typeof item.text === "string") ? texts : undefined;
}

/**
 * Puts what an anchor (`&name`) marks in the place of its aliases (`*name`), without a look inside: a node may then hold itself, and readers have to
 * know how deep they go.
 * @returns aliases of anchors that are not there
 */
function resolveAliases(document: Document): readonly Alias[] {
	const anchors = new Map<string, unknown>();
	const dangling: Alias[] = [];
	const replacements: (() => void)[] = [];
	visit(document, {
		Value(_, node) {
			if (node.anchor !== undefined) anchors.set(node.anchor, node);
		},
		Alias(key, alias, path) {
			const node = anchors.get(alias.source);
			const parent = path.at(-1);
			if (node === undefined) dangling.push(alias);
			else if (isSeq(parent) && typeof key === "number")
				replacements.push(() => {
					parent.items[key] = node;
				});
			else if (isPair(parent))
				replacements.push(() => {
					if (key === "key") parent.key = node;
					else parent.value = node;
				});
		},
	});
	for (const replace of replacements) replace();
	return dangling;
}
