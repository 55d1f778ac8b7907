import type { LineStarts, Range } from "../text.ts";
import type { Colors } from "./colors.ts";
import { columnsOf, endOf, startOf, terminalText } from "./terminalText.ts";

/** A text, and where its lines start. */
export interface Source {
	readonly text: string;
	readonly starts: LineStarts;
}

/** Longer lines are cut around the part that is marked. */
const MOST_COLUMNS = 140;
const MOST_MARKED = 90;
const MOST_BEFORE = 60;
/** Of an instruction over many lines only the first ones are shown. */
const MOST_LINES = 8;

/**
 * The line where a range starts, with carets below the part of it that the range covers. Carets stand right also below tabs,
 * wide characters and control characters, of which none reaches the terminal.
 */
export function markedExcerpt(source: Source, range: Range, paint: (text: string) => string, colors: Colors): readonly string[] {
	const { start, end } = range;
	const line = lineOf(source, start.line);
	const last = end.line === start.line ? end.character : line.length;
	const before = endOf(terminalText(line.slice(0, start.character)), MOST_BEFORE);
	const marked = startOf(terminalText(line.slice(start.character, last)), MOST_MARKED);
	const after = startOf(terminalText(line.slice(last)), Math.max(1, MOST_COLUMNS - columnsOf(before) - columnsOf(marked)));
	const number = String(start.line + 1);
	const carets = "^".repeat(Math.max(1, columnsOf(marked)));
	return [
		`  ${colors.dim(`${number} |`)} ${before}${marked}${after}`,
		`  ${colors.dim(`${" ".repeat(number.length)} |`)} ${" ".repeat(columnsOf(before))}${paint(carets)}`,
	];
}

/** Lines of a text, both included and zero-based, with carets below the first word. */
export function linesExcerpt(
	source: Source,
	lines: { readonly first: number; readonly last: number },
	paint: (text: string) => string,
	colors: Colors,
): readonly string[] {
	const width = String(Math.min(lines.last, lines.first + MOST_LINES - 1) + 1).length;
	const shown: string[] = [];
	for (let line = lines.first; line <= lines.last && line < lines.first + MOST_LINES; line++) {
		const content = startOf(terminalText(lineOf(source, line)), MOST_COLUMNS);
		shown.push(`  ${colors.dim(`${String(line + 1).padStart(width)} |`)} ${content}`);
		if (line > lines.first) continue;
		const indentation = content.length - content.trimStart().length;
		const word = content.trimStart().split(" ")[0] ?? "";
		shown.push(`  ${colors.dim(`${" ".repeat(width)} |`)} ${" ".repeat(indentation)}${paint("^".repeat(Math.max(1, columnsOf(word))))}`);
	}
	const more = lines.last - lines.first + 1 - MOST_LINES;
	if (more > 0) shown.push(`  ${colors.dim(`${" ".repeat(width)} | … and ${more} more line${more === 1 ? "" : "s"}`)}`);
	return shown;
}

/** A line without what ends it. */
function lineOf({ text, starts }: Source, line: number): string {
	const whole = text.slice(starts[line] ?? text.length, starts[line + 1] ?? text.length);
	const end = whole.endsWith("\n") ? whole.length - 1 : whole.length;
	return whole.slice(0, whole[end - 1] === "\r" ? end - 1 : end);
}
