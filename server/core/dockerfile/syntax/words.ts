import { type MappedText, sourceSpan } from "../../mappedText.ts";
import type { Span } from "../../text.ts";
import { isSeparator, isSpace } from "./characters.ts";

/** A word among an instruction's arguments. */
export interface Word {
	/** As written, quotes and escapes included. */
	readonly text: string;
	/** Offsets in the text that was split. */
	readonly at: number;
	readonly end: number;
}

/** A word with its place in the user's text. */
export interface PlacedWord extends Word {
	readonly span: Span;
}

/** Splits at blanks alone, as BuildKit does for ADD, COPY, EXPOSE, FROM and VOLUME: quotes mean nothing. */
export function splitAtBlanks(text: MappedText): readonly PlacedWord[] {
	const words: PlacedWord[] = [];
	let at = 0;
	while (at < text.text.length) {
		while (at < text.text.length && isSeparator(text.text.charCodeAt(at))) at++;
		const start = at;
		while (at < text.text.length && !isSeparator(text.text.charCodeAt(at))) at++;
		if (at > start) words.push({ text: text.text.slice(start, at), at: start, end: at, span: sourceSpan(text, start, at) });
	}
	return words;
}

/**
 * The word that a comment begins with, where the builder takes it for arguments. Behind the one source of a COPY it stands in the
 * place of the destination, if it has several words.
 */
export function commentStart<Kind extends Pick<Word, "text">>(words: readonly Kind[], copies: boolean): Kind | undefined {
	return words.find((word, index) => isCommentStart(word.text) && (copies ? index >= 2 || (index === 1 && words.length >= 4) : index >= 1));
}

/** `#a#` is the name of an editor's back-up, `#{a}` and `"#a"` are placeholders and text. */
function isCommentStart(text: string): boolean {
	return text.startsWith("#") && (/^#+$/.test(text) || !/^#.*[#"'}]$/.test(text));
}

const NO_QUOTE = -1;
const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;

/** Splits at blanks that are neither quoted nor escaped, as BuildKit does for ARG, ENV and LABEL. Quotes stay; an escape character at the very end goes. */
export function splitAssignments(text: string, escape: string): readonly Word[] {
	const words: Word[] = [];
	const escapeCode = escape.charCodeAt(0);
	let start = -1;
	let quote = NO_QUOTE;
	let at = 0;
	for (; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (start === -1) {
			if (isSpace(code)) continue;
			start = at;
		}
		if (quote === NO_QUOTE && isSpace(code)) {
			words.push({ text: text.slice(start, at), at: start, end: at });
			start = -1;
			continue;
		}
		if (code === escapeCode && quote !== SINGLE_QUOTE) {
			if (at + 1 === text.length) break;
			at++;
		} else if (quote === NO_QUOTE && (code === SINGLE_QUOTE || code === DOUBLE_QUOTE)) quote = code;
		else if (code === quote) quote = NO_QUOTE;
	}
	const end = Math.min(at, text.length);
	if (start !== -1 && end > start) words.push({ text: text.slice(start, end), at: start, end });
	return words;
}
