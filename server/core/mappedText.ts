import type { Span, SpanEdit } from "./text.ts";

/**
 * A text that was put together from pieces of the user's text, with the way back.
 *
 * The joined text of an instruction, the script in a heredoc and the argument of `sh -c` are all texts that differ
 * from what stands in the file: line continuations, comments and leading tabs are missing. Whatever is found in them
 * has to be reported, and repaired, in the file.
 */
export interface MappedText {
	readonly text: string;
	/** Sorted by `at`. A piece reaches to the next one's `at`; inside it the two texts are the same. */
	readonly pieces: readonly Piece[];
}

/** From offset `at` of the mapped text on, characters come from offset `source` of the user's text. */
export interface Piece {
	readonly at: number;
	readonly source: number;
}

/** A text that stands in the file as it is, from `start` on. */
export function mapContiguous(text: string, start: number): MappedText {
	return { text, pieces: [{ at: 0, source: start }] };
}

function pieceAt(mapped: MappedText, offset: number): number {
	let low = 0;
	let high = mapped.pieces.length - 1;
	while (low < high) {
		const middle = (low + high + 1) >> 1;
		if ((mapped.pieces[middle] as Piece).at <= offset) low = middle;
		else high = middle - 1;
	}
	return low;
}

/** Where the character at `offset` stands in the user's text. At the very end: just behind the last character. */
export function sourceOffset(mapped: MappedText, offset: number): number {
	if (offset > 0 && offset >= mapped.text.length) return sourceOffset(mapped, mapped.text.length - 1) + 1;
	const piece = mapped.pieces[pieceAt(mapped, offset)] as Piece;
	return piece.source + (offset - piece.at);
}

/** The part of the user's text from the first to the last character of the given part of the mapped text. */
export function sourceSpan(mapped: MappedText, start: number, end: number): Span {
	const from = sourceOffset(mapped, start);
	return { start: from, end: end <= start ? from : sourceOffset(mapped, end - 1) + 1 };
}

/** An edit by offsets into a mapped text, as one of the user's text. */
export function sourceEdit(mapped: MappedText, { span, newText }: SpanEdit): SpanEdit {
	return { span: sourceSpan(mapped, span.start, span.end), newText };
}

/** A part of a mapped text, with the way back kept. */
export function sliceMapped(mapped: MappedText, start: number, end: number): MappedText {
	const first = pieceAt(mapped, start);
	const pieces: Piece[] = [{ at: 0, source: sourceOffset(mapped, start) }];
	for (let index = first + 1; index < mapped.pieces.length; index++) {
		const piece = mapped.pieces[index] as Piece;
		if (piece.at >= end) break;
		pieces.push({ at: piece.at - start, source: piece.source });
	}
	return { text: mapped.text.slice(start, end), pieces };
}

/** Whether the given part stands in the file without a break, so that it can be replaced as a whole. */
export function isContiguous(mapped: MappedText, start: number, end: number): boolean {
	const span = sourceSpan(mapped, start, end);
	return span.end - span.start === end - start;
}

/** Collects pieces into a mapped text. */
export interface MappedTextBuilder {
	/** Adds `text`, which stands at `source` in the file. */
	add(text: string, source: number): void;
	build(): MappedText;
}

export function mappedTextBuilder(): MappedTextBuilder {
	let text = "";
	const pieces: Piece[] = [];
	return {
		add(part, source) {
			if (part === "" && pieces.length > 0) return;
			pieces.push({ at: text.length, source });
			text += part;
		},
		build: () => ({ text, pieces: pieces.length > 0 ? pieces : [{ at: 0, source: 0 }] }),
	};
}
