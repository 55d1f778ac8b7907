import type { Span } from "../../text.ts";
import type { Instruction } from "../syntax/structure.ts";
import { commentsByLine } from "./comments.ts";
import type { Dockerfile } from "./model.ts";

/** A line without its line break. */
export function lineSpan(file: Dockerfile, line: number): Span {
	const start = file.lineStarts[line] ?? 0;
	const next = file.lineStarts[line + 1];
	const end = next === undefined ? file.text.length : next - 1;
	return { start, end: end > start && file.text[end - 1] === "\r" ? end - 1 : end };
}

/** The escape character that ends a line; blanks may follow it. */
export function escapeOf(file: Dockerfile, line: Span): Span | undefined {
	let end = line.end;
	while (end > line.start && /[ \t\r]/.test(file.text[end - 1] ?? "")) end--;
	if (file.text[end - 1] !== file.escape || file.text[end - 2] === file.escape) return undefined;
	return { start: end - 1, end };
}

/** The line of an instruction that one below it continues: the nearest that is neither a comment nor empty. */
export function continuedLine(file: Dockerfile, { firstLine }: Instruction, line: number): Span {
	const isComment = commentsByLine(file);
	for (let above = line - 1; above > firstLine; above--) {
		const span = lineSpan(file, above);
		if (!isComment.has(above) && file.text.slice(span.start, span.end).trim() !== "") return span;
	}
	return lineSpan(file, firstLine);
}

/** Tells of places in an instruction, in rising order, whether they stand between quotes, as a shell reads it. */
export function quoteReader({ text, escape }: Dockerfile, start: number): { isQuotedAt(offset: number): boolean } {
	let at = start;
	let quote = "";
	return {
		isQuotedAt(offset) {
			for (; at < offset; at++) {
				const character = text[at];
				if (character === escape && quote !== "'") at++;
				else if (quote === "" && (character === "'" || character === '"')) quote = character;
				else if (character === quote) quote = "";
			}
			return quote !== "";
		},
	};
}
