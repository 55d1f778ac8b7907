import type { Base, Dockerfile, Stage } from "./model.ts";

/** The last stage: what is built when no target is named. */
export function finalStage(file: Dockerfile): Stage | undefined {
	return file.stages[file.stages.length - 1];
}

/** The stage and those it starts from, nearest first. */
export function lineage(stage: Stage): readonly Stage[] {
	const stages: Stage[] = [stage];
	for (let base = stage.base; base.kind === "stage"; base = base.stage.base) stages.push(base.stage);
	return stages;
}

/** What the lineage starts from outside the file. */
export function rootBase(stage: Stage): Exclude<Base, { kind: "stage" }> {
	let { base } = stage;
	while (base.kind === "stage") base = base.stage.base;
	return base;
}
