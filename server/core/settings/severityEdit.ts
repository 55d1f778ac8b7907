import { type Alias, isAlias, isCollection, isMap, isScalar, type Node, type Pair, parseDocument, type Scalar, type YAMLMap } from "yaml";
import type { SpanEdit } from "../text.ts";
import { matchesPattern } from "./rules.ts";
import type { RuleLevel } from "./schema.ts";

/** An entry for a rule, and the place where the map that it belongs into is written. */
interface Entry {
	readonly text: string;
	readonly rule: string;
	readonly level: RuleLevel;
	readonly lineBreak: string;
}

/**
 * The edits that give a rule a severity in a configuration file; everything else stays as it is written. Undefined where the file
 * is written in a way that leaves no place for it: the caller has to check what the edits make of the file.
 * @param override index of the entry of `overrides` to write it into; without it, into the `rules` of the whole file
 */
export function severityEdits(text: string, rule: string, level: RuleLevel, override?: number): readonly SpanEdit[] | undefined {
	const document = parseDocument(text, { prettyErrors: false });
	if (document.errors.length > 0) return undefined;
	const entry: Entry = { text, rule, level, lineBreak: text.includes("\r\n") ? "\r\n" : "\n" };
	const root = document.contents;
	if (root === null) return [appended(entry)];
	if (!isMap(root)) return undefined;
	const map = override === undefined ? root : root.getIn(["overrides", override]);
	if (!isMap(map)) return undefined;
	const rules = map.items.find(({ key }) => isScalar(key) && key.value === "rules");
	if (rules === undefined) return afterLast(entry, map, (indentation) => `rules:${entry.lineBreak}${indentation}  ${rule}: ${level}`);
	if (isMap(rules.value)) return rules.value.items.length === 0 ? inEmptyMap(entry, rules, rules.value) : inRules(entry, rules.value);
	return isNothing(rules.value) ? [belowKey(entry, rules)] : undefined;
}

function appended({ text, rule, level, lineBreak }: Entry): SpanEdit {
	const gap = text === "" || text.endsWith("\n") ? "" : lineBreak;
	return { span: { start: text.length, end: text.length }, newText: `${gap}rules:${lineBreak}  ${rule}: ${level}${lineBreak}` };
}

function inRules(entry: Entry, rules: YAMLMap): readonly SpanEdit[] | undefined {
	const { rule, level } = entry;
	const index = rules.items.findIndex(({ key }) => isScalar(key) && key.value === rule);
	const pair = rules.items[index];
	const added = (): readonly SpanEdit[] | undefined => afterLast(entry, rules, () => `${rule}: ${level}`);
	if (pair === undefined) return added();
	const isLast = !rules.items.slice(index + 1).some(({ key }) => isScalar(key) && matchesPattern(String(key.value), rule));
	if (isLast) return inPair(entry, pair);
	// A pattern below it has the last word: the entry goes below that.
	const removal = rules.flow || !isScalar(pair.value) ? undefined : lineOf(entry.text, pair);
	const addition = removal === undefined ? undefined : added();
	return removal === undefined || addition === undefined ? undefined : [removal, ...addition];
}

/** Another severity for a rule that is named already; its options stay. */
function inPair(entry: Entry, pair: Pair): readonly SpanEdit[] | undefined {
	const { value } = pair;
	if (isMap(value)) {
		const severity = value.items.find(({ key }) => isScalar(key) && key.value === "severity")?.value;
		if (isScalar(severity)) return replaced(severity, entry.level);
		const first = startOf(value.items[0]?.key);
		if (first === undefined) return undefined;
		const gap = value.flow ? ", " : `${entry.lineBreak}${indentationAt(entry.text, first)}`;
		return [{ span: { start: first, end: first }, newText: `severity: ${entry.level}${gap}` }];
	}
	if (isNothing(value)) {
		const key = (pair.key as Node | null)?.range;
		const colon = key ? entry.text.indexOf(":", key[1]) : -1;
		return colon === -1 ? undefined : [{ span: { start: colon + 1, end: colon + 1 }, newText: ` ${entry.level}` }];
	}
	return isScalar(value) || isAlias(value) ? replaced(value, entry.level) : undefined;
}

function replaced(value: Scalar | Alias, level: RuleLevel): readonly SpanEdit[] | undefined {
	const { range } = value;
	// What an anchor marks counts elsewhere, too.
	return range && (isAlias(value) || value.anchor === undefined)
		? [{ span: { start: range[0], end: range[1] }, newText: level }]
		: undefined;
}

/** Behind the last entry of a map, in its style; comments behind that stay where they are. */
function afterLast(entry: Entry, map: YAMLMap, written: (indentation: string) => string): readonly SpanEdit[] | undefined {
	const last = map.items.at(-1);
	const start = startOf(last?.key);
	const end = endOf(entry.text, last);
	if (start === undefined || end === undefined) return undefined;
	if (map.flow) return [{ span: { start: end, end }, newText: `, ${written("").replace(/:\r?\n\s*(.*)$/, ": { $1 }")}` }];
	const lineEnd = entry.text.slice(end).search(/\r?\n|$/) + end;
	const indentation = " ".repeat(start - (entry.text.lastIndexOf("\n", start - 1) + 1));
	return [{ span: { start: lineEnd, end: lineEnd }, newText: `${entry.lineBreak}${indentation}${written(indentation)}` }];
}

/** In place of `{}`. */
function inEmptyMap(entry: Entry, rules: Pair, { range }: YAMLMap): readonly SpanEdit[] | undefined {
	if (!range) return undefined;
	const [start, end] = range;
	const own = `${entry.rule}: ${entry.level}`;
	const isAlone = entry.text.slice(entry.text.lastIndexOf("\n", start - 1) + 1, start).trim() === "";
	if (isAlone) return [{ span: { start, end }, newText: own }];
	const before = /[ \t]*$/.exec(entry.text.slice(0, start))?.[0].length ?? 0;
	const key = startOf(rules.key) ?? 0;
	return [{ span: { start: start - before, end }, newText: `${entry.lineBreak}${indentationAt(entry.text, key)}  ${own}` }];
}

function belowKey({ text, rule, level, lineBreak }: Entry, { key }: Pair): SpanEdit {
	const range = (key as Node).range ?? [0, 0, 0];
	const at = text.indexOf(":", range[1]) + 1;
	return { span: { start: at, end: at }, newText: `${lineBreak}${indentationAt(text, range[0])}  ${rule}: ${level}` };
}

function isNothing(value: unknown): boolean {
	return value === null || (isScalar(value) && value.value === null);
}

function startOf(node: unknown): number | undefined {
	return (node as Node | null | undefined)?.range?.[0];
}

/** Behind the last character of an entry that is no white space. */
function endOf(text: string, pair: Pair | undefined): number | undefined {
	const value = pair?.value as Node | null | undefined;
	const range = (value ?? (pair?.key as Node | null | undefined))?.range;
	if (!range) return undefined;
	const end = isCollection(value) && !value.flow ? endOf(text, lastPair(value)) : range[1];
	if (end === undefined) return undefined;
	// A key without a value ends behind its colon.
	const colon = isNothing(value) ? text.indexOf(":", (pair?.key as Node | null)?.range?.[1] ?? end) + 1 : 0;
	return Math.max(text.slice(0, end).trimEnd().length, colon);
}

/** The last entry of a map, or the last item of a list as one. */
function lastPair(collection: { readonly items: readonly unknown[] }): Pair | undefined {
	const last = collection.items.at(-1);
	if (last === undefined) return undefined;
	return isMap(collection) ? collection.items.at(-1) : ({ key: last, value: last } as Pair);
}

/** White space between the start of a line and the given place in it; a list's dash counts as white space. */
function indentationAt(text: string, at: number): string {
	return " ".repeat(at - (text.lastIndexOf("\n", at - 1) + 1));
}

/** The line of an entry that stands on one. */
function lineOf(text: string, pair: Pair): SpanEdit | undefined {
	const start = startOf(pair.key);
	const end = endOf(text, pair);
	if (start === undefined || end === undefined) return undefined;
	const lineStart = text.lastIndexOf("\n", start - 1) + 1;
	const next = text.indexOf("\n", end);
	if (text.slice(lineStart, start).trim() !== "" || next === -1) return undefined;
	return { span: { start: lineStart, end: next + 1 }, newText: "" };
}
