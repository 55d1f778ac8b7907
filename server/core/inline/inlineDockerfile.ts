import type { Fix, LintFinding } from "../finding.ts";
import { type Silencing, silencing } from "../lint/ignore.ts";
import { lint } from "../lint/lint.ts";
import type { LintOptions } from "../lint/options.ts";
import { type MappedText, sourceOffset } from "../mappedText.ts";
import { type LineStarts, rangeOf, type Span, type SpanEdit } from "../text.ts";

/** A Dockerfile as it stands in another file. */
export interface InlineText {
	/** As the builder gets it, with the way back to the file around it. */
	readonly mapped: MappedText;
	/** Stands before each of its lines in the file around it. */
	readonly indentation: string;
	/** Where the part of it up to an offset (above 0) ends in the file around it. */
	readonly endOf: (offset: number) => number;
	/** A text of the Dockerfile as it is written there. */
	readonly written: (text: string) => string;
}

/** A Dockerfile inside another file: `dockerfile_inline` of Compose, `dockerfile-inline` of Bake. */
export interface InlineDockerfile extends InlineText {
	/** The stages that builds of it name; undefined where one names none, or nobody knows. */
	readonly targets: readonly string[] | undefined;
}

/** What was found in an inline Dockerfile, with the places and edits of the file around it. */
export interface InlineLint {
	readonly findings: readonly LintFinding[];
	/** How many a comment silences. */
	readonly suppressedCount: number;
	/** The edits that silence one of the findings. */
	silence(finding: LintFinding): Silencing | undefined;
}

/** @param starts of the lines of the file around it */
export function lintInline(inline: InlineDockerfile, starts: LineStarts, options: LintOptions): InlineLint {
	const { file, findings, suppressed } = lint(
		inline.mapped.text,
		// Nobody else builds it.
		inline.targets === undefined ? options : { ...options, targets: { names: inline.targets, only: true } },
	);
	const all = findings.map((finding) => moved(finding, inline, starts));
	return {
		findings: all,
		suppressedCount: suppressed.length,
		silence(finding) {
			const inside = findings[all.indexOf(finding)];
			if (inside === undefined) return undefined;
			const { onLine, inFile, forBuildKit } = silencing(file, inside);
			return {
				onLine: movedEdit(onLine, inline),
				inFile: movedEdit(inFile, inline),
				forBuildKit: forBuildKit === undefined ? undefined : movedEdit(forBuildKit, inline),
			};
		},
	};
}

function moved(finding: LintFinding, inline: InlineDockerfile, starts: LineStarts): LintFinding {
	const span = placeOf(finding.span, inline);
	return {
		...finding,
		span,
		range: rangeOf(starts, span),
		related: finding.related.map((related) => ({ ...related, span: placeOf(related.span, inline) })),
		fixes: () => finding.fixes().map((fix) => movedFix(fix, inline)),
	};
}

function movedFix(fix: Fix, inline: InlineDockerfile): Fix {
	const move = (edits: readonly SpanEdit[]): readonly SpanEdit[] => edits.map((edit) => movedEdit(edit, inline));
	return fix.safety === "lookup" ? { ...fix, finish: (answer) => move(fix.finish(answer)) } : { ...fix, edits: move(fix.edits) };
}

function placeOf({ start, end }: Span, inline: InlineDockerfile): Span {
	const from = startOf(start, inline);
	return { start: from, end: end <= start ? from : inline.endOf(end) };
}

function startOf(offset: number, { mapped, endOf }: InlineDockerfile): number {
	return offset > 0 && offset >= mapped.text.length ? endOf(offset) : sourceOffset(mapped, offset);
}

/** Edits go from the start of what they replace to the start of what comes next: so whole lines keep their indentation. */
function movedEdit({ span, newText }: SpanEdit, inline: InlineDockerfile): SpanEdit {
	const { mapped, indentation, written, endOf } = inline;
	const { text } = mapped;
	const indented = written(newText).replace(/\n(?=[^\r\n])/g, () => `\n${indentation}`);
	const start = startOf(span.start, inline);
	if (span.start >= text.length && text.endsWith("\n"))
		return { span: { start, end: start }, newText: newText === "" ? "" : indentation + indented };
	if (span.end < text.length || span.end === span.start) {
		const leavesEmptyLine = newText === "" && /[\r\n]/.test(text.charAt(span.end));
		const lead = leavesEmptyLine ? "" : missingIndentation(span.start, inline);
		const end = span.end === span.start ? start : sourceOffset(mapped, span.end);
		// What stood at the start of a line has its indentation before it; what did not gets one.
		const trail = newText.endsWith("\n") ? indentation.slice(missingIndentation(span.end, inline).length) : "";
		return { span: { start, end }, newText: lead + indented + trail };
	}
	const end = endOf(span.end);
	// Nothing is left of the last line: its indentation would move what comes next in the file around it.
	const isWholeLine = newText === "" && text.endsWith("\n") && (span.start === 0 || text[span.start - 1] === "\n");
	return { span: { start: isWholeLine ? start - indentation.length : start, end }, newText: indented };
}

/** What a line that starts at an offset lacks of the indentation: empty lines need none. Nothing inside a line. */
function missingIndentation(offset: number, { mapped, indentation }: InlineDockerfile): string {
	if (offset === 0 || mapped.text[offset - 1] !== "\n") return "";
	const lineStart = sourceOffset(mapped, offset - 1) + 1;
	return indentation.slice(sourceOffset(mapped, offset) - lineStart);
}
