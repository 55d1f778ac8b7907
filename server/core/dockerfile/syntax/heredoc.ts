import type { MappedText } from "../../mappedText.ts";
import type { Span } from "../../text.ts";
import { expand } from "./expand.ts";
import { UNSET } from "./variableValue.ts";

/** A heredoc of RUN, COPY or ADD: the lines up to the terminator. */
export interface Heredoc {
	/** The terminator, and for COPY and ADD the name of the file. */
	readonly name: string;
	/** Whether variables in the body are expanded: no part of the name is quoted. */
	readonly expand: boolean;
	/** `<<-`: leading tabs are removed from the body and the terminator. */
	readonly stripTabs: boolean;
	readonly fileDescriptor: number;
	/** The word `<<NAME` in the user's text. */
	readonly wordSpan: Span;
	/** Offset of the word in the instruction's joined text. */
	readonly at: number;
	/** The body, with the way back to the file; tabs removed where `<<-` says so. */
	readonly body: MappedText;
	/** Zero-based line on which the body begins (the terminator's line if the body is empty). */
	readonly firstLine: number;
	/** Zero-based line of the terminator; of the last line in the file if there is none. */
	readonly lastLine: number;
	readonly terminated: boolean;
}

/** What the word `<<NAME` on the instruction's line says; the body follows on the next lines. */
export interface HeredocWord {
	readonly name: string;
	readonly expand: boolean;
	readonly stripTabs: boolean;
	readonly fileDescriptor: number;
	/** Where the word stands in the joined line. */
	readonly at: number;
	readonly length: number;
}

/**
 * The heredocs that a joined line announces, in order. BuildKit splits the line with its own quote-aware lexer, in which
 * the escape character is always the backslash; if that lexer refuses the line (an open quote), there are none.
 */
export function heredocWords(line: string): readonly HeredocWord[] {
	if (!line.includes("<<")) return [];
	const split = expand(line, { escape: "\\", lookup: () => UNSET, rawQuotes: true, rawEscapes: true, keepUnset: true });
	if (split.kind !== "known") return [];
	const found: HeredocWord[] = [];
	let from = 0;
	for (const word of split.words) {
		const at = line.indexOf(word, from);
		if (at !== -1) from = at + word.length;
		const heredoc = heredocWord(word, Math.max(at, 0));
		if (heredoc !== undefined) found.push(heredoc);
	}
	return found;
}

function heredocWord(word: string, at: number): HeredocWord | undefined {
	const match = /^(\d*)<<(-?)[\t\n\f\r ]*([^<]*)$/.exec(word);
	const rest = match?.[3];
	if (match === null || rest === undefined || rest === "") return undefined;
	const plain = expand(rest, { escape: "\\", lookup: () => UNSET, keepUnset: true });
	if (plain.kind !== "known" || plain.words.length !== 1) return undefined;
	const raw = expand(rest, { escape: "\\", lookup: () => UNSET, keepUnset: true, rawQuotes: true });
	const name = plain.words[0] as string;
	const rawName = raw.kind === "known" ? (raw.words[0] ?? "") : "";
	return {
		name,
		expand: quotesIn(name) === quotesIn(rawName),
		stripTabs: match[2] === "-",
		fileDescriptor: Number(match[1] ?? "0"),
		at,
		length: word.length,
	};
}

function quotesIn(text: string): number {
	return text.split(/['"]/).length - 1;
}
