import type { SpanEdit } from "../text.ts";
import { aboveComments, insertInstructionAfter, insertInstructionBefore, removeInstruction, replace, startOfLine } from "./edit.ts";
import type { Step } from "./model.ts";
import { userAt } from "./state.ts";

/** The steps around one, without any other between them, for which something holds as it does for that one. */
export function neighboursOf(step: Step, holds: (other: Step) => boolean): readonly Step[] {
	const { steps } = step.stage;
	let first = step.ordinal;
	let last = step.ordinal;
	while (first > 0 && holds(steps[first - 1] as Step)) first--;
	while (last + 1 < steps.length && holds(steps[last + 1] as Step)) last++;
	return steps.slice(first, last + 1);
}

/**
 * Lets steps that follow each other run as root, and those behind them as the user that was in force (`back`, as USER says it).
 * A USER that stands directly above serves no other step: it becomes root's; and where one stands directly below, nothing is set back.
 */
export function runAsRoot(steps: readonly Step[], back: string): readonly SpanEdit[] {
	const [first] = steps;
	const last = steps.at(-1);
	if (first === undefined || last === undefined) return [];
	const { stage } = first;
	const above = stage.steps[first.ordinal - 1];
	const below = stage.steps[last.ordinal + 1];
	const isReplaced = above !== undefined && above === userAt(stage, first).step && !isCommented(above);
	return [
		isReplaced ? setUser(above, "root") : insertInstructionBefore(stage.file, first, "USER root"),
		...(below?.keyword === "USER" ? withoutRepetition(below) : [insertInstructionAfter(stage.file, last, `USER ${back}`)]),
	];
}

function setUser(step: Step, user: string): SpanEdit {
	return replace({ start: step.keywordSpan.end, end: step.span.end }, ` ${user}`);
}

/** Root again changes nothing. */
function withoutRepetition(step: Step): readonly SpanEdit[] {
	return step.arguments.text.trim() === "root" && !isCommented(step) ? [removeInstruction(step.stage.file, step)] : [];
}

/** Whether comments stand directly above the instruction or in it: they may say why the user is that one. */
function isCommented(step: Step): boolean {
	const { file } = step.stage;
	if (aboveComments(file, step) !== startOfLine(file, step.firstLine)) return true;
	return file.comments.some(({ span }) => step.span.start <= span.start && span.end <= step.span.end);
}
