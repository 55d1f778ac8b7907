import { isMap, isScalar, type Node, type Pair, parseDocument } from "yaml";
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

export function readYamlMap(text: string, path: string): YamlMap {
	const starts = lineStartsOf(text);
	const problems: Problem[] = [];
	const rangeAt = (node: unknown): Range => {
		const range = (node as Node | null)?.range;
		return rangeOf(starts, { start: range?.[0] ?? 0, end: range?.[1] ?? 0 });
	};
	const complain = (node: unknown, message: string, hint?: string): void => {
		problems.push({ kind: "settings", message, path, range: rangeAt(node), ...(hint === undefined ? {} : { hint }) });
	};
	const document = parseDocument(text, { prettyErrors: false });
	for (const error of document.errors) {
		problems.push({ kind: "settings", message: error.message, path, range: rangeOf(starts, { start: error.pos[0], end: error.pos[1] }) });
	}
	const root = document.contents;
	if (!isMap(root) && root !== null && document.errors.length === 0) complain(root, "The file has to be a list of keys and values");
	return { entries: entriesOf(root), problems, complain, rangeAt };
}

/** The keys and values of a map; none for anything else. */
export function entriesOf(node: unknown): readonly YamlEntry[] {
	if (!isMap(node)) return [];
	return node.items.map(({ key, value }: Pair) => ({ name: String(isScalar(key) ? key.value : key), key, value }));
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
