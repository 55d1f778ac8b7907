import type { Span } from "../text.ts";

/** A value of a Bake file, as far as it stands there as it is. */
export type BakeValue =
	/** A text without escapes and templates; the span is between the quotes. */
	| { readonly kind: "text"; readonly value: string; readonly span: Span }
	| { readonly kind: "map"; readonly entries: ReadonlyMap<string, BakeValue> }
	| { readonly kind: "list"; readonly items: readonly BakeValue[] }
	/** An expression. */
	| { readonly kind: "unknown" };

/** `TYPE "LABEL" { … }` at the top of a file. */
export interface HclBlock {
	readonly type: string;
	readonly label: string;
	readonly attributes: ReadonlyMap<string, BakeValue>;
}

const UNKNOWN: BakeValue = { kind: "unknown" };
const CLOSING: Readonly<Record<string, string>> = { "{": "}", "[": "]", "(": ")" };
/** Expressions in one another, beyond which a file is given up. */
const DEEPEST = 100;

interface Reader {
	readonly text: string;
	at: number;
	depth: number;
}

/** The blocks of a file in HCL that have one label (HCL native syntax specification); undefined for a text that is none. */
export function hclBlocks(text: string): readonly HclBlock[] | undefined {
	const reader: Reader = { text, at: 0, depth: 0 };
	const blocks: HclBlock[] = [];
	for (;;) {
		skip(reader, true);
		if (reader.at >= text.length) return blocks;
		const type = take(reader, /[A-Za-z_][\w-]*/y);
		if (type === "") return undefined;
		skip(reader, false);
		const label = text[reader.at] === '"' ? readText(reader) : UNKNOWN;
		skip(reader, false);
		if (text[reader.at] === "=") skipExpression(reader);
		else if (text[reader.at] === "{") {
			const body = readMap(reader);
			if (body === undefined) return undefined;
			if (label.kind === "text") blocks.push({ type, label: label.value, attributes: body });
		} else return undefined;
	}
}

/** `{ NAME = VALUE … }`, the body of a block or an object; blocks inside a body count as unknown values. */
function readMap(reader: Reader): ReadonlyMap<string, BakeValue> | undefined {
	if (++reader.depth > DEEPEST) return undefined;
	const { text } = reader;
	const entries = new Map<string, BakeValue>();
	reader.at++;
	for (;;) {
		skip(reader, true);
		if (text[reader.at] === ",") {
			reader.at++;
			continue;
		}
		if (text[reader.at] === "}") {
			reader.at++;
			reader.depth--;
			return entries;
		}
		const key = text[reader.at] === '"' ? readText(reader) : undefined;
		const name = key === undefined ? take(reader, /[A-Za-z_][\w-]*/y) : key.kind === "text" ? key.value : undefined;
		if (name === "" && text[reader.at] !== "(") return undefined;
		if (name === "") skipNested(reader);
		skip(reader, false);
		if (text[reader.at] === "=" || text[reader.at] === ":") {
			reader.at++;
			const value = readValue(reader);
			if (name !== undefined && name !== "") entries.set(name, value);
		} else if (!skipToBlock(reader)) return undefined;
		if (reader.at >= text.length) return undefined;
	}
}

/** A block in a body: its labels, then what is in it. */
function skipToBlock(reader: Reader): boolean {
	while (reader.text[reader.at] === '"') {
		readText(reader);
		skip(reader, false);
	}
	return reader.text[reader.at] === "{" && skipNested(reader);
}

function readValue(reader: Reader): BakeValue {
	skip(reader, false);
	const start = reader.at;
	const value = readPlain(reader);
	if (value !== undefined && endsHere(reader)) return value;
	reader.at = start;
	skipExpression(reader);
	return UNKNOWN;
}

function readPlain(reader: Reader): BakeValue | undefined {
	switch (reader.text[reader.at]) {
		case '"':
			return readText(reader);
		case "{": {
			const { depth } = reader;
			const entries = readMap(reader);
			reader.depth = depth;
			return entries === undefined ? undefined : { kind: "map", entries };
		}
		case "[":
			return readList(reader);
		default:
			return undefined;
	}
}

function readList(reader: Reader): BakeValue | undefined {
	const { depth } = reader;
	if (++reader.depth > DEEPEST) return undefined;
	const items: BakeValue[] = [];
	reader.at++;
	for (;;) {
		skip(reader, true);
		const character = reader.text[reader.at];
		if (character === undefined) return undefined;
		if (character === "]") {
			reader.at++;
			reader.depth = depth;
			return { kind: "list", items };
		}
		if (character === ",") reader.at++;
		else {
			const before = reader.at;
			items.push(readValue(reader));
			if (reader.at === before) return undefined;
		}
	}
}

/** Whether a value ends here: nothing is added to it, and no member of it taken. */
function endsHere(reader: Reader): boolean {
	skip(reader, false);
	const character = reader.text[reader.at];
	return character === undefined || /[\n\r,}\])#]/.test(character);
}

/** A text in quotes; templates, escapes and texts without an end are unknown. */
function readText(reader: Reader): BakeValue {
	const { text } = reader;
	const start = reader.at + 1;
	let isPlain = true;
	for (let at = start; at < text.length; at++) {
		const character = text[at];
		if (character === '"') {
			reader.at = at + 1;
			return isPlain ? { kind: "text", value: text.slice(start, at), span: { start, end: at } } : UNKNOWN;
		}
		if (character === "\n") break;
		if (character === "\\") {
			isPlain = false;
			at++;
		} else if ((character === "$" || character === "%") && text[at + 1] === "{") {
			isPlain = false;
			reader.at = at + 1;
			if (!skipNested(reader)) return UNKNOWN;
			at = reader.at - 1;
		}
	}
	reader.at = text.length;
	return UNKNOWN;
}

/** Passes over what stands in brackets; false where that has no end. */
function skipNested(reader: Reader): boolean {
	const { text } = reader;
	const open: string[] = [];
	while (reader.at < text.length) {
		skip(reader, true);
		const character = text[reader.at];
		if (character === undefined) return false;
		const closing = CLOSING[character];
		if (character === '"') {
			if (open.length > DEEPEST || ++reader.depth > DEEPEST) return false;
			readText(reader);
			reader.depth--;
			continue;
		}
		if (closing !== undefined) open.push(closing);
		else if (character === open.at(-1)) open.pop();
		if (!skipHeredoc(reader)) reader.at++;
		if (open.length === 0) return true;
	}
	return false;
}

/** Passes over an expression: to the end of its line, or to what ends it inside brackets. */
function skipExpression(reader: Reader): void {
	const { text } = reader;
	while (reader.at < text.length) {
		skip(reader, false);
		const character = text[reader.at];
		if (character === undefined || /[\n,}\])]/.test(character)) return;
		if (character === '"') readText(reader);
		else if (character in CLOSING) {
			if (!skipNested(reader)) reader.at = text.length;
		} else if (!skipHeredoc(reader)) reader.at++;
	}
}

function skipHeredoc(reader: Reader): boolean {
	const { text } = reader;
	const opening = /<<-?([A-Za-z_][\w-]*)[ \t]*\r?\n/y;
	opening.lastIndex = reader.at;
	const marker = opening.exec(text)?.[1];
	if (marker === undefined) return false;
	let at = opening.lastIndex;
	while (at < text.length) {
		const end = text.indexOf("\n", at);
		const line = text.slice(at, end === -1 ? text.length : end);
		at = end === -1 ? text.length : end;
		if (line.trim() === marker) break;
		at++;
	}
	reader.at = at;
	return true;
}

/** Passes over blanks and comments, with `lines` over line breaks, too. */
function skip(reader: Reader, lines: boolean): void {
	const { text } = reader;
	for (;;) {
		const character = text[reader.at];
		if (character === " " || character === "\t" || character === "\r" || (lines && character === "\n")) reader.at++;
		else if (character === "#" || text.startsWith("//", reader.at)) reader.at = indexOrEnd(text, "\n", reader.at);
		else if (text.startsWith("/*", reader.at)) reader.at = Math.min(text.length, indexOrEnd(text, "*/", reader.at + 2) + 2);
		else return;
	}
}

function take(reader: Reader, pattern: RegExp): string {
	pattern.lastIndex = reader.at;
	const found = pattern.exec(reader.text)?.[0] ?? "";
	reader.at += found.length;
	return found;
}

function indexOrEnd(text: string, part: string, from: number): number {
	const at = text.indexOf(part, from);
	return at === -1 ? text.length : at;
}
