import { remembered } from "../memo.ts";
import type { Span, SpanEdit } from "../text.ts";
import { allSteps } from "./instructions.ts";
import type { Dockerfile, Step } from "./model.ts";

/** What only the words around it keep from being syntax of the builder. Few files have any. */
interface HiddenSyntax {
	/** Instructions in which `<<` is the shell's alone: `a&&<<E` is no heredoc for the builder, and without `a&&` it would be one. */
	readonly heredocs: readonly Span[];
	/** Instructions above a comment (`# escape=x`) that would be a directive without them. */
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

function aboveHiddenDirective(file: Dockerfile): readonly Span[] {
	const above: Span[] = [];
	let line = file.directives.length;
	for (const { firstLine, lastLine, span } of file.instructions) {
		if (firstLine !== line) break;
		above.push(span);
		line = lastLine + 1;
	}
	DIRECTIVE.lastIndex = file.lineStarts[line] ?? file.text.length;
	return DIRECTIVE.test(file.text) ? above : [];
}

/** Whether edits could make a heredoc or a directive of what is none. */
export function revealsSyntax(file: Dockerfile, edits: readonly SpanEdit[]): boolean {
	const { heredocs, directives } = hiddenSyntax(file);
	return edits.some(
		({ span, newText }) =>
			heredocs.some((step) => step.start <= span.end && span.start <= step.end) ||
			(newText === "" && directives.some((above) => span.start <= above.start && above.end <= span.end)),
	);
}
