import type { Span } from "../../server/core/text.ts";

/** A text with `«` and `»` around some parts: the text without them, and the parts. */
export function readMarks(marked: string): { readonly text: string; readonly spans: readonly Span[] } {
	let text = "";
	const spans: Span[] = [];
	const open: number[] = [];
	for (const character of marked) {
		if (character === "«") open.push(text.length);
		else if (character === "»") spans.push({ start: open.pop() ?? 0, end: text.length });
		else text += character;
	}
	return { text, spans };
}

/** The inverse: puts marks around the given parts of a text, for messages that can be read. */
export function writeMarks(text: string, spans: readonly Span[]): string {
	const marks = spans.flatMap((span) => [
		{ at: span.start, mark: "«" },
		{ at: span.end, mark: "»" },
	]);
	let result = text;
	for (const { at, mark } of marks.sort((a, b) => b.at - a.at || (a.mark === "«" ? -1 : 1)))
		result = result.slice(0, at) + mark + result.slice(at);
	return result;
}
