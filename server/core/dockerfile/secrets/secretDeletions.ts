import type { ShellCommand } from "../../shell/model.ts";
import type { Span, SpanEdit } from "../../text.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { removeFromRun } from "../edits/commandEdit.ts";
import { removes } from "../files/removals.ts";
import type { Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { normalPath } from "../variables/state.ts";

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
			if (command !== undefined) return deletionBy(run, command);
		}
	}
	return undefined;
}

/** The same for a path below the working directory, whichever that is: until WORKDIR or `cd` change it. */
export function deletedLaterHere(step: Step, path: string): LateDeletion | undefined {
	for (const later of step.stage.steps.slice(step.ordinal + 1)) {
		if (later.keyword === "WORKDIR") return undefined;
		if (later.keyword !== "RUN" || later.deferred) continue;
		const commands = commandsOf(later);
		if (commands.some(({ program }) => program === "cd" || program === "pushd")) continue;
		const command = commands.find(
			({ program, args, within }) =>
				program === "rm" &&
				within.every((enclosure) => enclosure === "wrapper") &&
				args.some(({ value }) => value !== undefined && !/^[/~-]/.test(value) && normalPath(value) === normalPath(path)),
		);
		if (command !== undefined) return deletionBy(later, command);
	}
	return undefined;
}

function deletionBy(run: Step, command: ShellCommand): LateDeletion {
	const alone = command.args.filter((word) => !word.text.startsWith("-")).length === 1 && command.program === "rm";
	return { step: run, span: command.span, removal: alone ? removeFromRun(run, [command])?.[0] : undefined };
}
