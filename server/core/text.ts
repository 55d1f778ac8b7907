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

/** Whether a piece of text stands in the file as it is, without quotes or breaks in it, so that its offsets are those of the file. */
export function isInPlace({ text, span }: { readonly text: string; readonly span: Span }): boolean {
	return span.end - span.start === text.length;
}

/**
 * A text of at most `most` characters, for messages: what is too much in its middle becomes `…`. Of a path or an address whole names
 * stay: without the first one if that is enough, else the first and the last ones, else the last one.
 */
export function shortened(given: string, most: number): string {
	const text = readable(given);
	if (text.length <= most) return text;
	return (/\s/.test(text) ? undefined : shortenedPath(text, most)) ?? withoutMiddle(text, most);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x1f\x7f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\x01-\x1f\x7f]+/g;

/** A text without control characters, for messages: what a command prints, which texts to compare have a NUL for, is `$(…)`. */
export function readable(text: string): string {
	return CONTROL.test(text) ? text.replaceAll("\0", "$(…)").replace(CONTROLS, " ") : text;
}

function withoutMiddle(text: string, most: number): string {
	if (text.length <= most) return text;
	const half = Math.ceil((most - 1) / 2);
	return `${text.slice(0, half)}…${text.slice(text.length - (most - 1 - half))}`;
}

function shortenedPath(text: string, most: number): string | undefined {
	const scheme = text.indexOf("://");
	const end = text.indexOf("/", scheme === -1 ? 1 : scheme + 3);
	if (end === -1 || end === text.length - 1) return undefined;
	const rest = text.slice(end);
	if (rest.length < most) return `…${rest}`;
	const room = most - 1 - (end + 1);
	const next = room > 0 ? text.indexOf("/", text.length - room) : -1;
	if (next !== -1 && next < text.length - 1) return `${text.slice(0, end + 1)}…${text.slice(next)}`;
	return `…${withoutMiddle(text.slice(text.lastIndexOf("/", text.length - 2)), most - 1)}`;
}

/**
 * The text after the edits. They must not overlap; insertions at one place keep the order in which they are given.
 * @throws RangeError if two edits overlap
 */
export function applyEdits(text: string, edits: readonly SpanEdit[]): string {
	let result = "";
	let at = 0;
	for (const edit of inOrder(edits)) {
		if (edit.span.start < at) throw new RangeError(`edits overlap at offset ${edit.span.start}`);
		result += text.slice(at, edit.span.start) + edit.newText;
		at = edit.span.end;
	}
	return result + text.slice(at);
}

/**
 * Edits that give the same text, of which no two begin at one place, so that whoever applies them may take them from either end:
 * what is inserted in front of another edit becomes a part of it. What two of them remove, one does.
 */
export function joinedEdits(edits: readonly SpanEdit[]): readonly SpanEdit[] {
	const joined: SpanEdit[] = [];
	for (const edit of inOrder(edits)) {
		const last = joined[joined.length - 1];
		if (last === undefined || !belongTogether(last, edit)) joined.push(edit);
		else {
			const span = { start: last.span.start, end: Math.max(last.span.end, edit.span.end) };
			joined[joined.length - 1] = { span, newText: last.newText + edit.newText };
		}
	}
	return joined.length === edits.length ? edits : joined;
}

function belongTogether(first: SpanEdit, second: SpanEdit): boolean {
	if (first.span.end === second.span.start) return first.span.start === first.span.end;
	return second.span.start < first.span.end && first.newText === "" && second.newText === "";
}

/** By their places; those of one place as they are given, insertions first. */
function inOrder(edits: readonly SpanEdit[]): readonly SpanEdit[] {
	return edits.toSorted((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}
