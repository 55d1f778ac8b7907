/**
 * Positions in a text. All of them are zero-based and count UTF-16 code units, as JavaScript strings
 * and the language server protocol do; one-based numbers exist only at the edges that need them.
 */

/** A line and a character in it, both zero-based. */
export interface Position {
	readonly line: number;
	readonly character: number;
}

/** From `start` up to, but not including, `end`. */
export interface Range {
	readonly start: Position;
	readonly end: Position;
}

/** Replaces the text at `range` by `newText`. */
export interface TextEdit {
	readonly range: Range;
	readonly newText: string;
}

/** Two offsets into a text, `end` exclusive. */
export interface Span {
	readonly start: number;
	readonly end: number;
}

/** Replaces the text at `span` by `newText`. What rules produce; becomes a {@link TextEdit} at the edge. */
export interface SpanEdit {
	readonly span: Span;
	readonly newText: string;
}

/** The offsets at which the lines of a text start. Only a line feed ends a line, as in BuildKit. */
export type LineStarts = readonly number[];

export function lineStartsOf(text: string): LineStarts {
	const starts = [0];
	for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
	return starts;
}

/** The line that holds `offset`; offsets beyond the text belong to the last line. */
export function lineAt(starts: LineStarts, offset: number): number {
	let low = 0;
	let high = starts.length - 1;
	while (low < high) {
		const middle = (low + high + 1) >> 1;
		if ((starts[middle] ?? 0) <= offset) low = middle;
		else high = middle - 1;
	}
	return low;
}

export function positionAt(starts: LineStarts, offset: number): Position {
	const line = lineAt(starts, offset);
	return { line, character: offset - (starts[line] ?? 0) };
}

/** The offset of a position; a position beyond the end of its line is cut to the line's end. */
export function offsetAt(text: string, starts: LineStarts, position: Position): number {
	const start = starts[position.line];
	if (start === undefined) return text.length;
	const next = starts[position.line + 1];
	const end = next === undefined ? text.length : next - 1;
	return Math.min(start + position.character, end);
}

export function rangeOf(starts: LineStarts, span: Span): Range {
	return { start: positionAt(starts, span.start), end: positionAt(starts, span.end) };
}

export function spanOf(text: string, starts: LineStarts, range: Range): Span {
	return { start: offsetAt(text, starts, range.start), end: offsetAt(text, starts, range.end) };
}

/** True if the two spans share a character, or if one is empty and lies inside or at the start of the other. */
export function overlaps(a: Span, b: Span): boolean {
	if (a.start === a.end || b.start === b.end) return a.start <= b.end && b.start <= a.end && !(a.end === b.start || b.end === a.start);
	return a.start < b.end && b.start < a.end;
}

export function contains(outer: Span, inner: Span): boolean {
	return outer.start <= inner.start && inner.end <= outer.end;
}

/** Fewer characters than these at the start of a path tell nothing. */
const LEAST_HEAD = 8;

/** A text of at most `most` characters, for messages: what is too much in its middle becomes `…`. The last name of a path stays whole if it can. */
export function shortened(text: string, most: number): string {
	if (text.length <= most) return text;
	const head = wholeHead(text.slice(0, Math.ceil((most - 1) / 2)));
	const tail = wholeTail(text.slice(text.length - (most - 1 - head.length)));
	const name = text.slice(Math.max(0, text.lastIndexOf("/")));
	if (tail.includes("/") || name.length >= most) return `${head}…${tail}`;
	const room = most - 1 - name.length;
	return `${room < LEAST_HEAD ? "" : wholeHead(text.slice(0, room))}…${name}`;
}

/** The start of a path without the name that is cut off, unless little else would be left. */
function wholeHead(text: string): string {
	const end = text.lastIndexOf("/") + 1;
	return end > text.length / 2 && !text.startsWith("://", end - 3) ? text.slice(0, end) : text;
}

/** The end of a path, likewise. */
function wholeTail(text: string): string {
	const start = text.indexOf("/");
	return start !== -1 && start < text.length / 2 ? text.slice(start) : text;
}

/**
 * The text after the edits. They must not overlap; insertions at one place keep the order in which they are given.
 * @throws RangeError if two edits overlap
 */
export function applyEdits(text: string, edits: readonly SpanEdit[]): string {
	const ordered = edits
		.map((edit, order) => ({ edit, order }))
		.sort((a, b) => a.edit.span.start - b.edit.span.start || a.edit.span.end - b.edit.span.end || a.order - b.order);
	let result = "";
	let at = 0;
	for (const { edit } of ordered) {
		if (edit.span.start < at) throw new RangeError(`edits overlap at offset ${edit.span.start}`);
		result += text.slice(at, edit.span.start) + edit.newText;
		at = edit.span.end;
	}
	return result + text.slice(at);
}
