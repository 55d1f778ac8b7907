import { canJoin, joinableScript, joinEdits } from "../dockerfile/commands/joinRuns.ts";
import type { StepScript } from "../dockerfile/commands/scripts.ts";
import type { Step } from "../dockerfile/model/model.ts";
import { type Refactorer, stepsAt } from "./refactoring.ts";

/**
 * Merges RUNs in a row with `&&`: those that are selected, or the one at the cursor with all neighbours that can be joined to it. RUNs with
 * other flags, in exec form, with a heredoc or a comment between them stay apart.
 */
export const mergeRuns: Refactorer = (file, at) => {
	const steps = stepsAt(file, at).filter((step) => step.keyword === "RUN");
	const [first] = steps;
	if (first === undefined) return [];
	const scripts = steps.length > 1 ? joined(steps) : neighbours(first);
	if (scripts === undefined || scripts.length < 2) return [];
	return [{ title: `Merge ${scripts.length} RUN instructions`, kind: "refactor.rewrite", edits: joinEdits(file, scripts) }];
};

/** The scripts of all steps, if each can be joined to the one before it. */
function joined(steps: readonly Step[]): readonly StepScript[] | undefined {
	const scripts: StepScript[] = [];
	for (const [index, step] of steps.entries()) {
		const script = joinableScript(step);
		const before = steps[index - 1];
		if (script === undefined || (before !== undefined && !canJoin(before, step))) return undefined;
		scripts.push(script);
	}
	return scripts;
}

function neighbours(step: Step): readonly StepScript[] | undefined {
	const own = joinableScript(step);
	if (own === undefined) return undefined;
	const scripts = [own];
	const { steps } = step.stage;
	for (let index = step.ordinal; index > 0; index--) {
		const [before, after] = [steps[index - 1] as Step, steps[index] as Step];
		const script = joinableScript(before);
		if (script === undefined || !canJoin(before, after)) break;
		scripts.unshift(script);
	}
	for (let index = step.ordinal; index + 1 < steps.length; index++) {
		const [before, after] = [steps[index] as Step, steps[index + 1] as Step];
		const script = joinableScript(after);
		if (script === undefined || !canJoin(before, after)) break;
		scripts.push(script);
	}
	return scripts;
}
