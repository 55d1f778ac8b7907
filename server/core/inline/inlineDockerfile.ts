import type { Fix, LintFinding } from "../finding.ts";
import { lint } from "../lint/lint.ts";
import type { LintOptions } from "../lint/options.ts";
import { type MappedText, sourceOffset, sourceSpan } from "../mappedText.ts";
import { type LineStarts, lineStartsOf, rangeOf, type Span, type SpanEdit } from "../text.ts";

/** A Dockerfile inside another file: `dockerfile_inline` of Compose, `dockerfile-inline` of Bake. */
export interface InlineDockerfile {
	/** As the builder gets it, with the way back to the file around it. */
	readonly mapped: MappedText;
	/** Stands before each of its lines in the file around it. */
	readonly indentation: string;
	/** How a dollar sign is written there. */
	readonly dollar: string;
}

/** The findings of an inline Dockerfile, with the places and edits of the file around it. */
export function lintInline(inline: InlineDockerfile, host: string, options: LintOptions): readonly LintFinding[] {
	const starts = lineStartsOf(host);
	return lint(inline.mapped.text, options).findings.map((finding) => moved(finding, inline, starts));
}

function moved(finding: LintFinding, inline: InlineDockerfile, starts: LineStarts): LintFinding {
	const span = placeOf(finding.span, inline);
	return {
		...finding,
		span,
		range: rangeOf(starts, span),
		related: finding.related.map((related) => ({ ...related, span: placeOf(related.span, inline) })),
		fixes: finding.fixes.map((fix) => movedFix(fix, inline)),
	};
}

function movedFix(fix: Fix, inline: InlineDockerfile): Fix {
	const move = (edits: readonly SpanEdit[]): readonly SpanEdit[] => edits.map((edit) => movedEdit(edit, inline));
	return fix.safety === "lookup" ? { ...fix, finish: (answer) => move(fix.finish(answer)) } : { ...fix, edits: move(fix.edits) };
}

function placeOf({ start, end }: Span, { mapped }: InlineDockerfile): Span {
	return sourceSpan(mapped, start, end);
}

/** Edits go from the start of what they replace to the start of what comes next: so whole lines keep their indentation. */
function movedEdit({ span, newText }: SpanEdit, { mapped, indentation, dollar }: InlineDockerfile): SpanEdit {
	const isAtEnd = span.start >= mapped.text.length && mapped.text.endsWith("\n");
	const text = newText.replaceAll("$", () => dollar).replace(/\n(?=[^\n])/g, () => `\n${indentation}`);
	const start = sourceOffset(mapped, span.start);
	if (span.end === span.start)
		return { span: { start, end: start }, newText: isAtEnd ? indentation + text : withIndentation(text, newText, indentation) };
	return {
		span: { start, end: endOf(span, mapped) },
		newText: span.end < mapped.text.length ? withIndentation(text, newText, indentation) : text,
	};
}

function endOf({ end }: Span, mapped: MappedText): number {
	return mapped.text[end - 1] === "\n" && end < mapped.text.length ? sourceOffset(mapped, end) : sourceOffset(mapped, end - 1) + 1;
}

/** What follows a new line stands behind the indentation. */
function withIndentation(text: string, newText: string, indentation: string): string {
	return newText.endsWith("\n") ? text + indentation : text;
}
