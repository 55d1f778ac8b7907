import type { ShellCommand } from "../shell/model.ts";
import { containerStart } from "./containerStart.ts";
import type { Step } from "./model.ts";
import { calledBy } from "./scripts.ts";
import { lineage } from "./stages.ts";

/** Whether the rest of a step behind a place in the file, a later step, one of the stages that start from it, or the start of a container calls one of the programs: `sudo` needs its package and its rule there. */
export function callsBehind(step: Step, place: number, programs: readonly string[]): boolean {
	const calls = ({ program }: ShellCommand): boolean => programs.includes(program ?? "");
	const stages = step.stage.file.stages.filter((stage) => lineage(stage).includes(step.stage));
	return stages.some((stage) => {
		const steps = stage === step.stage ? stage.steps.filter(({ ordinal }) => ordinal >= step.ordinal) : stage.steps;
		if (steps.some((other) => calledBy(other.trigger ?? other).some((command) => calls(command) && command.span.start > place)))
			return true;
		const { commands, scripted } = containerStart(stage);
		return [...commands, ...scripted].some(calls);
	});
}
