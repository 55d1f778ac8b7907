import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellPipeline } from "../../shell/model.ts";
import type { Stage, Step } from "../model/model.ts";
import { type HiddenFailure, hiddenFailure, mentionsPipefail } from "./pipefail.ts";
import { pipelinesOf, runSteps, scriptsOf } from "./scripts.ts";
import { shellAt } from "./shell.ts";

/** A pipe that runs without pipefail, and what it hides. */
export interface HiddenPipe {
	readonly pipeline: ShellPipeline;
	readonly failure: HiddenFailure;
}

/** The pipe of a step that hides the worst; undefined if none hides anything, and where the step or its shell says something of pipefail. */
export function hiddenPipe(step: Step): HiddenPipe | undefined {
	if (!step.line.text.includes("|") && step.heredocs.length === 0) return undefined;
	const pipelines = pipelinesOf(step).filter((pipeline) => !isAskedFor(step, pipeline));
	if (pipelines.length === 0 || mentionsPipefail(step)) return undefined;
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
	for (const script of scriptsOf(step)) {
		const next = script.commands.find(
			(command) => command.span.start >= pipeline.span.end && command.within.length <= pipeline.within.length,
		);
		if (script.pipelines.includes(pipeline)) return next?.connector === "||" && /^(?:true|:|echo)$/.test(next.program ?? "");
	}
	return false;
}

/** Whether a pipe stands in the words of another command (`cd "$(a | b)"`): its status is lost in every case, that of `V=$(a | b)` is not. */
function isArgument(step: Step, { span }: ShellPipeline): boolean {
	const around = scriptsOf(step)
		.flatMap(({ commands }) => commands)
		.filter((command) => command.span.start < span.start && command.span.end > span.end)
		.reduce<ShellCommand | undefined>((inner, command) => (inner && inner.span.start > command.span.start ? inner : command), undefined);
	return around?.name !== undefined;
}
