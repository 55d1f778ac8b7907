import type { Span } from "../text.ts";
import { DEEPEST, type HclReader, readText, skip, skipExpression, skipNested, take } from "./hclReader.ts";

/** A value of a Bake file, as far as it stands there as it is. */
export type BakeValue =
	/** A text without escapes and templates; the span is between the quotes. */
	| { readonly kind: "text"; readonly value: string; readonly span: Span }
	| { readonly kind: "map"; readonly entries: ReadonlyMap<string, BakeValue> }
	| { readonly kind: "list"; readonly items: readonly BakeValue[] }
	/** An expression, as it is written, with its place. */
	| { readonly kind: "unknown"; readonly written: string; readonly span: Span };

/** `TYPE "LABEL" { … }` at the top of a file. */
export interface HclBlock {
	readonly type: string;
	readonly label: string;
	readonly attributes: ReadonlyMap<string, BakeValue>;
}

/** The blocks of a file in HCL that have one label (HCL native syntax specification); undefined for a text that is none. */
export function hclBlocks(text: string): readonly HclBlock[] | undefined {
	const reader: HclReader = { text, at: 0, depth: 0 };
	const blocks: HclBlock[] = [];
	for (;;) {
		skip(reader, true);
		if (reader.at >= text.length) return blocks;
		const type = take(reader, /[A-Za-z_][\w-]*/y);
		if (type === "") return undefined;
		skip(reader, false);
		const label = text[reader.at] === '"' ? readText(reader) : undefined;
		skip(reader, false);
		if (text[reader.at] === "=") skipExpression(reader);
		else if (text[reader.at] === "{") {
			const body = readMap(reader);
			if (body === undefined) return undefined;
			if (label !== undefined) blocks.push({ type, label: label.value, attributes: body });
		} else return undefined;
	}
}

/** `{ NAME = VALUE … }`, the body of a block or an object; blocks inside a body count as unknown values. */
function readMap(reader: HclReader): ReadonlyMap<string, BakeValue> | undefined {
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
		const name = text[reader.at] === '"' ? readText(reader)?.value : take(reader, /[A-Za-z_][\w-]*/y);
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
function skipToBlock(reader: HclReader): boolean {
	while (reader.text[reader.at] === '"') {
		readText(reader);
		skip(reader, false);
	}
	return reader.text[reader.at] === "{" && skipNested(reader);
}

function readValue(reader: HclReader): BakeValue {
	skip(reader, false);
	const start = reader.at;
	const value = readPlain(reader);
	if (value !== undefined && endsHere(reader)) return value;
	reader.at = start;
	skipExpression(reader);
	return unknownValue(reader.text, start, reader.at);
}

function unknownValue(text: string, start: number, end: number): BakeValue {
	const written = text.slice(start, end).trim();
	return { kind: "unknown", written, span: { start, end: start + written.length } };
}

function readPlain(reader: HclReader): BakeValue | undefined {
	switch (reader.text[reader.at]) {
		case '"': {
			const start = reader.at;
			const plain = readText(reader);
			return plain === undefined ? unknownValue(reader.text, start, reader.at) : { kind: "text", ...plain };
		}
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

function readList(reader: HclReader): BakeValue | undefined {
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
function endsHere(reader: HclReader): boolean {
	skip(reader, false);
	const character = reader.text[reader.at];
	return character === undefined || /[\n\r,}\])#]/.test(character);
}
