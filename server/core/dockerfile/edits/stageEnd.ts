import type { SpanEdit } from "../../text.ts";
import type { Dockerfile, Stage, Step } from "../model/model.ts";
import { insertInstructionAfter, insertInstructionBefore } from "./edit.ts";

/** Instructions that change the file system, and the ones that what follows them is read with. */
const BUILDING = new Set(["RUN", "COPY", "ADD", "WORKDIR", "SHELL", "USER", "ONBUILD"]);
const STARTING = new Set(["CMD", "ENTRYPOINT", "HEALTHCHECK"]);

/**
 * The edit that puts instructions (one or more lines) where the image is complete: above the CMD, ENTRYPOINT or HEALTHCHECK
 * that ends the stage, whichever comes first, or at the end of the stage, below instructions that are commented out. Undefined where the text ends in mid-instruction.
 */
export function insertBeforeStart(stage: Stage, lines: string): SpanEdit | undefined {
	const { file, steps } = stage;
	const start = firstStart(stage);
	if (start !== undefined) return insertInstructionBefore(file, start, lines);
	const last = steps[steps.length - 1] ?? stage.from;
	if (isOpen(last)) return undefined;
	const edit = insertInstructionAfter(file, last, lines);
	const end = endOfComments(file, last);
	return end === undefined ? edit : { span: { start: end, end }, newText: edit.newText };
}

/** Instructions that were commented out, and that somebody may take back in. */
const COMMENTED_OUT = /^(?:RUN|COPY|ADD|WORKDIR|ENV|ARG)\s/;

/** The end of the comments that end a file, where they hold such an instruction: it was written for what stands above it. */
function endOfComments(file: Dockerfile, last: Step): number | undefined {
	if (file.instructions.some(({ span }) => span.start > last.span.start)) return undefined;
	const behind = file.comments.filter(({ span }) => span.start > last.span.end);
	return behind.some(({ text }) => COMMENTED_OUT.test(text)) ? behind[behind.length - 1]?.span.end : undefined;
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
