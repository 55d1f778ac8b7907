import type { SpanEdit } from "../../text.ts";
import type { Stage, Step } from "../model/model.ts";
import { assignmentsOf } from "../model/views.ts";
import { appendAssignments, insertInstructionAfter } from "./edit.ts";
import { isOpen } from "./stageEnd.ts";

/**
 * The edit that sets variables for a whole stage (`NAME=value` each): in the ENV or ARG that sets variables whose name is `like`
 * theirs, or in a new one below FROM and the ARGs that follow it. With `before` they are set above that step.
 */
export function setForStage(
	stage: Stage,
	keyword: "ENV" | "ARG",
	assignments: readonly string[],
	like: RegExp,
	before?: Step,
): SpanEdit | undefined {
	return (keyword === "ENV" ? extended(stage, assignments, like, before) : undefined) ?? added(stage, keyword, assignments);
}

function extended(stage: Stage, assignments: readonly string[], like: RegExp, before: Step | undefined): SpanEdit | undefined {
	const { file } = stage;
	const above = before === undefined ? stage.steps : stage.steps.slice(0, before.ordinal);
	const candidates = above.filter((step) => step.keyword === "ENV" && !assignmentsOf(step, file.escape).some(({ legacy }) => legacy));
	const env = candidates.find((step) => assignmentsOf(step, file.escape).some(({ name }) => like.test(name)));
	return env === undefined ? undefined : appendAssignments(file, env, assignments);
}

function added(stage: Stage, keyword: "ENV" | "ARG", assignments: readonly string[]): SpanEdit | undefined {
	let above = stage.from;
	for (const step of stage.steps) {
		if (step.keyword !== "ARG") break;
		above = step;
	}
	if (isOpen(above)) return undefined;
	return insertInstructionAfter(stage.file, above, `${keyword} ${assignments.join(` ${stage.file.escape}\n    `)}`);
}
