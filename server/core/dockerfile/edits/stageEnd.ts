import type { SpanEdit } from "../../text.ts";
import type { Stage, Step } from "../model/model.ts";
import { insertInstructionAfter, insertInstructionBefore } from "./edit.ts";

/** Instructions that change the file system, and the ones that what follows them is read with. */
const BUILDING = new Set(["RUN", "COPY", "ADD", "WORKDIR", "SHELL", "USER", "ONBUILD"]);
const STARTING = new Set(["CMD", "ENTRYPOINT", "HEALTHCHECK"]);

/**
 * The edit that puts instructions (one or more lines) where the image is complete: above the CMD, ENTRYPOINT or HEALTHCHECK
 * that ends the stage, whichever comes first, or at the end of the stage. Undefined where the text ends in mid-instruction.
 */
export function insertBeforeStart(stage: Stage, lines: string): SpanEdit | undefined {
	const { file, steps } = stage;
	const start = firstStart(stage);
	if (start !== undefined) return insertInstructionBefore(file, start, lines);
	const last = steps[steps.length - 1] ?? stage.from;
	return isOpen(last) ? undefined : insertInstructionAfter(file, last, lines);
}

/** The instruction that {@link insertBeforeStart} puts something above; undefined if it appends to the stage. */
export function firstStart(stage: Stage): Step | undefined {
	let first: Step | undefined;
	for (let index = stage.steps.length - 1; index >= 0; index--) {
		const step = stage.steps[index] as Step;
		if (BUILDING.has(step.keyword)) break;
		if (STARTING.has(step.keyword)) first = step;
	}
	return first;
}

/** Whether a line below the instruction would become part of it: a heredoc or a line continuation without an end. */
export function isOpen(step: Step): boolean {
	if (step.heredocs.some((heredoc) => !heredoc.terminated)) return true;
	if (step.heredocs.length > 0) return false;
	const { text, escape } = step.stage.file;
	const { start } = step.span;
	let { end } = step.span;
	for (;;) {
		const before = text.lastIndexOf("\n", end - 1);
		const line = text.slice(Math.max(start, before + 1), end);
		// Comments and empty lines between continued lines do not end the instruction.
		if (before < start || !/^\s*(?:#|$)/.test(line)) return line.trimEnd().endsWith(escape);
		end = before;
	}
}
