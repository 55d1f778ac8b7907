import type { Span } from "../text.ts";

/** A place in a text, and how deep expressions stand in one another there. */
export interface HclReader {
	readonly text: string;
	at: number;
	depth: number;
}

/** Expressions in one another, beyond which a file is given up. */
export const DEEPEST = 100;

const CLOSING: Readonly<Record<string, string>> = { "{": "}", "[": "]", "(": ")" };

/** A text without escapes and templates, with its place between the quotes; undefined for any other. */
export interface PlainText {
	readonly value: string;
	readonly span: Span;
}

/** Reads a text in quotes. One with templates or escapes, or without an end, is passed over. */
export function readText(reader: HclReader): PlainText | undefined {
	const { text } = reader;
	const start = reader.at + 1;
	let isPlain = true;
	for (let at = start; at < text.length; at++) {
		const character = text[at];
		if (character === '"') {
			reader.at = at + 1;
			return isPlain ? { value: text.slice(start, at), span: { start, end: at } } : undefined;
		}
		if (character === "\n") break;
		if (character === "\\") {
			isPlain = false;
			at++;
		} else if ((character === "$" || character === "%") && text[at + 1] === "{") {
			isPlain = false;
			reader.at = at + 1;
			if (!skipNested(reader)) return undefined;
			at = reader.at - 1;
		}
	}
	reader.at = text.length;
	return undefined;
}

/** Passes over what stands in brackets; false where that has no end. */
export function skipNested(reader: HclReader): boolean {
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
export function skipExpression(reader: HclReader): void {
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

function skipHeredoc(reader: HclReader): boolean {
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
export function skip(reader: HclReader, lines: boolean): void {
	const { text } = reader;
	for (;;) {
		const character = text[reader.at];
		if (character === " " || character === "\t" || character === "\r" || (lines && character === "\n")) reader.at++;
		else if (character === "#" || text.startsWith("//", reader.at)) reader.at = indexOrEnd(text, "\n", reader.at);
		else if (text.startsWith("/*", reader.at)) reader.at = Math.min(text.length, indexOrEnd(text, "*/", reader.at + 2) + 2);
		else return;
	}
}

/** What a sticky pattern finds here; empty where it finds nothing. */
export function take(reader: HclReader, pattern: RegExp): string {
	pattern.lastIndex = reader.at;
	const found = pattern.exec(reader.text)?.[0] ?? "";
	reader.at += found.length;
	return found;
}

function indexOrEnd(text: string, part: string, from: number): number {
	const at = text.indexOf(part, from);
	return at === -1 ? text.length : at;
}
