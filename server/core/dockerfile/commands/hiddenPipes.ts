import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellPipeline } from "../../shell/model.ts";
import type { Stage, Step } from "../model/model.ts";
import { orderOf } from "./commandOrder.ts";
import { type HiddenFailure, hiddenFailure, mentionsPipefail } from "./pipefail.ts";
import { commandsOf, runSteps, scriptsOf } from "./scripts.ts";
import { shellAt } from "./shell.ts";

/** A pipe that runs without pipefail, and what it hides. */
export interface HiddenPipe {
	readonly pipeline: ShellPipeline;
	readonly failure: HiddenFailure;
}

/** The pipe of a step that hides the worst; undefined if none hides anything, and where the step or its shell says something of pipefail. */
export function hiddenPipe(step: Step): HiddenPipe | undefined {
	if (!step.line.text.includes("|") && step.heredocs.length === 0) return undefined;
	const pipelines = scriptsOf(step).flatMap((script) =>
		script.pipelines.filter((pipeline) => !mentionsPipefail(script, pipeline.commands[0]) && !isAskedFor(step, pipeline)),
	);
	if (pipelines.length === 0) return undefined;
	const found = pipelines.map((pipeline) => ({ pipeline, failure: hiddenFailure(step, pipeline) }));
	for (const weight of ["real", "minor", "shown"] as const) {
		const worst = found.find(({ failure }) => failure.weight === weight);
		if (worst !== undefined) return worst;
	}
	return undefined;
}

/** The first step of a stage that hides a failure and runs in the shell that the stage starts with. */
export const firstHiding = remembered((stage: Stage): Step | undefined =>
	runSteps(stage).find((step) => hiddenPipe(step) !== undefined && shellAt(stage, step).step === undefined),
);

/** A condition, or `|| true` behind it: the step decides by itself what a failure means. */
function isAskedFor(step: Step, pipeline: ShellPipeline): boolean {
	if (pipeline.within.some((enclosure) => enclosure === "condition" || enclosure === "negation")) return true;
	if (pipeline.within.at(-1) === "substitution" && isArgument(step, pipeline)) return true;
	const next = commandBehind(step, pipeline);
	return (next?.connector === "||" && /^(?:true|:|echo)$/.test(next.program ?? "")) || failsAnyway(step, pipeline, next);
}

/** The next command that stands no deeper than a pipe. */
function commandBehind(step: Step, { commands: members, span, within }: ShellPipeline): ShellCommand | undefined {
	const commands = commandsOf(step);
	for (let at = placeOf(step, members.at(-1)); at < commands.length; at++) {
		const command = commands[at];
		if (command !== undefined && command.span.start >= span.end && command.within.length <= within.length) return command;
	}
	return undefined;
}

/** Whether the list of a pipe ends with an error whatever happens: `make || { cat log | tail; exit 1; }`. */
function failsAnyway(step: Step, { within }: ShellPipeline, next: ShellCommand | undefined): boolean {
	if (next === undefined) return false;
	const commands = commandsOf(step);
	for (let at = placeOf(step, next); at < commands.length; at++) {
		const command = commands[at];
		// What stands deeper neither leaves the list nor hides its end; another list begins anew.
		if (command === undefined || command.within.length > within.length) continue;
		if (command.within.length < within.length || command.connector !== ";") return false;
		if (command.program === "exit" && command.args.length === 1 && /^[1-9]\d*$/.test(command.args[0]?.text ?? "")) return true;
		if (command.program === "false") {
			const behind = commands[at + 1];
			return within.length > 0 && (behind === undefined || behind.within.length < within.length);
		}
	}
	return false;
}

/** Whether a pipe stands in the words of another command (`cd "$(a | b)"`): its status is lost in every case, that of `V=$(a | b)` is not. */
function isArgument(step: Step, { commands: members, span }: ShellPipeline): boolean {
	const commands = commandsOf(step);
	for (let at = placeOf(step, members[0]) - 1; at >= 0; at--) {
		const around = commands[at];
		if (around !== undefined && around.span.start < span.start && around.span.end > span.end) return around.name !== undefined;
	}
	return false;
}

function placeOf(step: Step, command: ShellCommand | undefined): number {
	return (command && orderOf(step).get(command)) ?? 0;
}
