import { type MappedText, sourceSpan } from "../../mappedText.ts";
import type { Span } from "../../text.ts";

/** A word `--name` or `--name=value` between the keyword and the arguments. */
export interface Flag {
	/** As BuildKit reads it: quotes and escapes taken away. */
	readonly text: string;
	/** Without the dashes: `mount` of `--mount=type=cache`. */
	readonly name: string;
	/** What follows the first `=`; undefined if there is none. */
	readonly value: string | undefined;
	/** The whole word in the user's text. */
	readonly span: Span;
	/** The value in the user's text, quotes included. */
	readonly valueSpan: Span | undefined;
}

/** The flags at the start of a text, and the offset in it where the arguments begin. */
export interface ReadFlags {
	readonly flags: readonly Flag[];
	readonly end: number;
}

/**
 * Reads flags as BuildKit does, for every instruction alike: words that begin with `--`, a lone `--` ends them. BuildKit
 * reads them byte by byte, so that only ASCII blanks separate; what it makes of other characters in a flag is not copied.
 */
export function readFlags(line: MappedText, from: number, escape: string): ReadFlags {
	const { text } = line;
	const flags: Flag[] = [];
	let at = from;
	for (;;) {
		while (isBlank(text.charCodeAt(at))) at++;
		if (text[at] !== "-" || text[at + 1] !== "-") return { flags, end: at };
		const word = readWord(text, at, escape);
		if (word.value === "--") return { flags, end: word.closed ? word.end : text.length };
		flags.push(flagOf(line, word));
		at = word.end;
		if (!word.closed) return { flags, end: text.length };
	}
}

interface FlagWord {
	readonly start: number;
	readonly end: number;
	readonly value: string;
	/** Offset of the first `=` in the text, -1 without one. */
	readonly equals: number;
	/** Whether white space ended the word, not the end of the line. */
	readonly closed: boolean;
}

function isBlank(code: number): boolean {
	return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function readWord(text: string, start: number, escape: string): FlagWord {
	let value = "";
	let quote = "";
	let equals = -1;
	let at = start;
	for (; at < text.length; at++) {
		let character = text[at] as string;
		if (quote === "" && isBlank(text.charCodeAt(at))) return { start, end: at, value, equals, closed: true };
		if (quote === "" && (character === "'" || character === '"')) {
			quote = character;
			continue;
		}
		if (character === quote) {
			quote = "";
			continue;
		}
		if (character === escape) {
			if (at + 1 === text.length) continue;
			at++;
			character = text[at] as string;
		} else if (character === "=" && equals === -1) equals = at;
		value += character;
	}
	return { start, end: at, value, equals, closed: false };
}

function flagOf(line: MappedText, word: FlagWord): Flag {
	const assignment = word.value.indexOf("=");
	return {
		text: word.value,
		name: assignment === -1 ? word.value.slice(2) : word.value.slice(2, assignment),
		value: assignment === -1 ? undefined : word.value.slice(assignment + 1),
		span: sourceSpan(line, word.start, word.end),
		valueSpan: word.equals === -1 ? undefined : sourceSpan(line, word.equals + 1, word.end),
	};
}
