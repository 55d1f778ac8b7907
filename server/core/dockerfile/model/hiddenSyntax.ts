import { remembered } from "../../memo.ts";
import type { Span, SpanEdit } from "../../text.ts";
import { instructionAt } from "./instructionAt.ts";
import { allSteps } from "./instructions.ts";
import type { Dockerfile, Step } from "./model.ts";

/** What only the words around it keep from being syntax of the builder. Few files have any. */
interface HiddenSyntax {
	/** Instructions in which `<<` is the shell's alone: `a&&<<E` is no heredoc for the builder, and without `a&&` it would be one. */
	readonly heredocs: readonly Span[];
	/** Lines and instructions above a comment (`# escape=x`) that would be a directive without them. */
	readonly directives: readonly Span[];
}

const hiddenSyntax = remembered((file: Dockerfile): HiddenSyntax => {
	const steps = file.text.includes("<<") ? allSteps(file).filter(hidesHeredoc) : [];
	return { heredocs: steps.map(({ span }) => span), directives: aboveHiddenDirective(file) };
});

function hidesHeredoc(step: Step): boolean {
	return step.heredocs.length === 0 && /(?:^|[^<])<<-?["'\w]/.test(step.arguments.text);
}

const DIRECTIVE = /#[\t\f ]*(?:syntax|escape|check)[\t\f ]*=/iy;

/** Down to the first such comment that stands above the first stage, or directly below instructions. */
function aboveHiddenDirective(file: Dockerfile): readonly Span[] {
	const above: Span[] = [];
	const comments = new Map(file.comments.map(({ line, span }) => [line, span]));
	const from = file.stages[0]?.from;
	const firstFrom = from?.firstLine ?? file.lineStarts.length;
	for (let line = file.directives.length; line < file.lineStarts.length; ) {
		// A stage goes as a whole or not at all: as long as its FROM stays, so does what hides the directive.
		if (isDirectiveAt(file, file.lineStarts[line])) return from !== undefined && line > firstFrom ? [from.span] : above;
		const instruction = instructionAt(file, line);
		if (instruction === undefined && line > firstFrom) return [];
		above.push(instruction?.span ?? comments.get(line) ?? emptyLine(file, line));
		line = (instruction?.lastLine ?? line) + 1;
	}
	return [];
}

/** With its line break: else what is removed above it would seem to hold it. */
function emptyLine(file: Dockerfile, line: number): Span {
	return { start: file.lineStarts[line] ?? 0, end: file.lineStarts[line + 1] ?? file.text.length };
}

function isDirectiveAt({ text }: Dockerfile, offset: number | undefined): boolean {
	DIRECTIVE.lastIndex = offset ?? text.length;
	return DIRECTIVE.test(text);
}

/** Whether edits could make a heredoc or a directive of what is none. */
export function revealsSyntax(file: Dockerfile, edits: readonly SpanEdit[]): boolean {
	const { heredocs, directives } = hiddenSyntax(file);
	return edits.some(
		({ span, newText }) =>
			heredocs.some((step) => step.start <= span.end && span.start <= step.end) ||
			// Repairs are applied together: each of them may take a part of what stands above.
			(newText === "" && directives.some((above) => span.start <= above.start && above.end <= span.end)),
	);
}
