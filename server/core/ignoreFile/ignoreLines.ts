import type { Span } from "../text.ts";

/** A line of an ignore file that is neither empty nor a comment, as Docker reads it. */
export interface IgnoreLine {
	/** Without the blanks around it. */
	readonly text: string;
	readonly span: Span;
	/** The whole line with its line break. */
	readonly lineSpan: Span;
	/** Zero-based. */
	readonly line: number;
}

/** The lines of an ignore file that hold a pattern. A line is a comment only if it begins with the number sign. */
export function ignoreLines(text: string): readonly IgnoreLine[] {
	const lines: IgnoreLine[] = [];
	let start = 0;
	for (const [line, whole] of text.split("\n").entries()) {
		const from = line === 0 && whole.startsWith("\uFEFF") ? 1 : 0;
		const content = whole.slice(from);
		const written = content.trim();
		const lineStart = start;
		start += whole.length + 1;
		if (written === "" || content.startsWith("#")) continue;
		const at = lineStart + from + content.indexOf(written);
		lines.push({
			text: written,
			span: { start: at, end: at + written.length },
			lineSpan: { start: lineStart + from, end: Math.min(start, text.length) },
			line,
		});
	}
	return lines;
}
