import type { Span, SpanEdit } from "../text.ts";
import { removeCommand } from "./commandEdit.ts";
import { removeInstruction } from "./edit.ts";
import type { Step } from "./model.ts";
import { removes } from "./removals.ts";
import { commandsOf, runSteps } from "./scripts.ts";
import { lineage } from "./stages.ts";

/** A command that deletes a file in a layer above the one that holds it. */
export interface LateDeletion {
	readonly step: Step;
	readonly span: Span;
	/** The edit that takes the command away: undefined where it does more than that, or cannot go. */
	readonly removal: SpanEdit | undefined;
}

/** The first RUN behind a step, in its stage or one that starts from it, that deletes a path for certain. */
export function deletedLater(step: Step, path: string): LateDeletion | undefined {
	for (const stage of step.stage.file.stages) {
		if (!lineage(stage).includes(step.stage)) continue;
		for (const run of runSteps(stage)) {
			if (stage === step.stage && run.ordinal <= step.ordinal) continue;
			if (run.heredocs.length === 0 && !/\b(?:rm|unlink|shred|find)\b/.test(run.line.text)) continue;
			const commands = commandsOf(run);
			const command = commands.find((candidate) => removes(run, candidate, path) === "yes");
			if (command === undefined) continue;
			const alone = command.args.filter((word) => !word.text.startsWith("-")).length === 1 && command.program === "rm";
			const commented = stage.file.comments.some(({ span }) => run.span.start <= span.start && span.end <= run.span.end);
			const whole = commands.length === 1 && !commented && run.heredocs.length === 0 ? removeInstruction(stage.file, run) : undefined;
			return { step: run, span: command.span, removal: alone ? (whole ?? removeCommand(run, command)) : undefined };
		}
	}
	return undefined;
}
