import { remembered } from "../../memo.ts";
import type { SpanEdit } from "../../text.ts";
import { insertInstructionAfter, insertInstructionBefore, isCommented, removeInstruction, replace } from "../edits/edit.ts";
import type { Stage, Step } from "../model/model.ts";
import { userAt } from "../variables/state.ts";

/**
 * Finds the steps around one, without any other between them, for which something holds as it does for that one; those of a stage are
 * looked for once. Made once for a question, at the top of a module.
 */
export function neighboursWhere(holds: (step: Step) => boolean): (step: Step) => readonly Step[] {
	const groupsOf = remembered((stage: Stage): ReadonlyMap<Step, readonly Step[]> => {
		const groups = new Map<Step, readonly Step[]>();
		let group: Step[] = [];
		for (const step of stage.steps) {
			if (!holds(step)) group = [];
			else {
				group.push(step);
				groups.set(step, group);
			}
		}
		return groups;
	});
	return (step) => groupsOf(step.stage).get(step) ?? [step];
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
	const isReplaced = above !== undefined && above === userAt(stage, first).step && !isCommented(stage.file, above);
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
	return step.arguments.text.trim() === "root" && !isCommented(step.stage.file, step) ? [removeInstruction(step.stage.file, step)] : [];
}
