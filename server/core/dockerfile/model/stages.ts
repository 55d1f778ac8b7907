import { addTo } from "../../addTo.ts";
import { memo, remembered } from "../../memo.ts";
import type { Base, Dockerfile, Stage, Step } from "./model.ts";

/** The last stage: what is built when no target is named. */
export function finalStage(file: Dockerfile): Stage | undefined {
	return file.stages[file.stages.length - 1];
}

/** Stages that start from each other, beyond which nobody looks: no file that people write has so many. */
const DEEPEST = 200;

/** The stage and those it starts from, nearest first. */
export const lineage = remembered((stage: Stage): readonly Stage[] => {
	const stages: Stage[] = [stage];
	for (let base = stage.base; base.kind === "stage" && stages.length < DEEPEST; base = base.stage.base) stages.push(base.stage);
	return stages;
});

/** The stage of the file that a stage starts from. */
export function parentOf({ base }: Stage): Stage | undefined {
	return base.kind === "stage" ? base.stage : undefined;
}

/** A step behind the last one of a stage, to ask what holds where the stage ends. */
export function endOf(stage: Stage): Step {
	return { ...stage.from, ordinal: stage.steps.length };
}

/** The stage and those that start from it, in the order of the file. */
export function stagesFrom(stage: Stage): readonly Stage[] {
	return descendants(stage.file).get(stage) ?? [stage];
}

const descendants = remembered((file: Dockerfile): ReadonlyMap<Stage, readonly Stage[]> => {
	const found = new Map<Stage, Stage[]>();
	for (const stage of file.stages) for (const ancestor of lineage(stage)) addTo(found, ancestor, stage);
	return found;
});

/** What a lineage starts from outside the file. */
export type RootBase = Exclude<Base, { kind: "stage" }>;

const roots = memo<Stage, RootBase>();

/** What the lineage starts from outside the file. */
export function rootBase(stage: Stage): RootBase {
	let base = roots.get(stage) ?? stage.base;
	while (base.kind === "stage") {
		const known = roots.get(base.stage);
		base = known ?? base.stage.base;
	}
	roots.set(stage, base);
	return base;
}
