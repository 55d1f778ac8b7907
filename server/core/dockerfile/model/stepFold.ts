import { memo, remembered } from "../../memo.ts";
import type { Stage, Step } from "./model.ts";
import { parentOf } from "./stages.ts";

/** What the steps of a lineage add up to, at each place in it. */
export interface StepFold<Value> {
	/** In a stage, behind the steps that stand before `before`; without it, where the stage ends. */
	at(stage: Stage, before?: Step): Value;
}

/**
 * Walks each lineage forwards, once, and keeps what was found at each step: for facts that every step asks about everything above
 * it. `start` gives the value for the first stage of a lineage, `advance` the one behind a step; both depend on nothing else.
 */
export function foldSteps<Value>(start: (root: Stage) => Value, advance: (value: Value, step: Step) => Value): StepFold<Value> {
	const known = memo<Stage, readonly Value[]>();

	function walk(stage: Stage): readonly Value[] {
		const missing: Stage[] = [];
		for (let at: Stage | undefined = stage; at !== undefined && !known.has(at); at = parentOf(at)) missing.push(at);
		for (const next of missing.reverse()) {
			const parent = parentOf(next);
			const values = [parent === undefined ? start(next) : (known.get(parent)?.at(-1) as Value)];
			for (const step of next.steps) values.push(advance(values[values.length - 1] as Value, step));
			known.set(next, values);
		}
		return known.get(stage) ?? [];
	}

	return {
		at(stage, before) {
			const values = known.get(stage) ?? walk(stage);
			return values[Math.min(before?.ordinal ?? values.length, values.length - 1)] as Value;
		},
	};
}

/** Whether something holds for a step above another one, or for that one too. */
export interface AnyStep {
	above(step: Step): boolean;
	upTo(step: Step): boolean;
}

/** Looks for steps for which a predicate holds, at each step once. */
export function anyStep(predicate: (step: Step) => boolean): AnyStep {
	const holds = remembered(predicate);
	const fold = foldSteps<boolean>(
		() => false,
		(before, step) => before || holds(step),
	);
	const above = (step: Step): boolean => fold.at(step.stage, step);
	return { above, upTo: (step) => above(step) || holds(step) };
}
