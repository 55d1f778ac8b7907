import { INSTRUCTIONS } from "../../knowledge/instructions.ts";
import type { Dockerfile, Stage, Step } from "../model/model.ts";
import { sourcesOf } from "../model/sources.ts";
import { templateMark } from "../model/template.ts";
import type { Instruction } from "../syntax/structure.ts";
import { type Building, dockerfileOf, stepOf } from "./parse.ts";

/** A build that the file alone does not describe, but of which it has some steps. */
export interface AssumedBuild {
	/** The file as that build sees it. */
	readonly file: Dockerfile;
	/** The steps that only this build has. */
	readonly steps: readonly Step[];
	/** Whether it is a build of another project. */
	readonly isForeign: boolean;
}

/** The builds that start from the image, and the one that a FROM is missing for. Most files have neither. */
export function assumedBuildsOf(file: Dockerfile): readonly AssumedBuild[] {
	return [childBuildOf(file), baselessBuildOf(file)].filter((build) => build !== undefined);
}

/**
 * The build of an image that starts from this one: the instructions inside ONBUILD are a stage of their own, which starts from the stage that
 * they stand in. How that build goes on nobody knows, so no stage is the shipped one. What may name another stage is left out: there it would
 * be one of that build.
 */
function childBuildOf(file: Dockerfile): AssumedBuild | undefined {
	if (!file.instructions.some(({ trigger }) => trigger !== undefined)) return undefined;
	const parents = dockerfileOf(file, { names: [], only: false }, "ancestor");
	const children: Stage[] = [];
	for (const parent of parents.stages) {
		const triggers = parent.steps.flatMap(({ trigger }) => (trigger === undefined || !isForChild(trigger) ? [] : [trigger]));
		const base = { kind: "stage", stage: parent } as const;
		if (triggers.length > 0)
			children.push(assumedStage(parents, parents.stages.length + children.length, parent.from, base, "ancestor", triggers));
	}
	(parents.stages as Stage[]).push(...children);
	return { file: parents, steps: children.flatMap(({ steps }) => steps), isForeign: true };
}

/** Whether an instruction inside ONBUILD is one that the builder runs, and names nothing that can be a stage. */
function isForChild(trigger: Step): boolean {
	if (trigger.keyword === "FROM" || trigger.keyword === "ONBUILD" || trigger.keyword === "MAINTAINER") return false;
	return sourcesOf(trigger, trigger.stage.file).every(({ text }) => /[/:@]/.test(text));
}

/** The build of a file without FROM: somebody is about to write it, or it is a part of a file. Its image could be any. */
function baselessBuildOf(file: Dockerfile): AssumedBuild | undefined {
	const [first] = file.instructions;
	if (first === undefined || file.stages.length > 0 || templateMark(file) !== undefined) return undefined;
	if (!file.globals.some(({ keyword }) => keyword !== "ARG" && INSTRUCTIONS.has(keyword))) return undefined;
	const nowhere = { start: first.span.start, end: first.span.start };
	const from: Instruction = {
		...first,
		keyword: "FROM",
		keywordText: "FROM",
		keywordSpan: nowhere,
		span: nowhere,
		flags: [],
		arguments: { text: "", pieces: [{ at: 0, source: nowhere.start }] },
		exec: undefined,
		heredocs: [],
		trigger: undefined,
		emptyContinuations: [],
	};
	const stages: Stage[] = [];
	const fragment: Dockerfile = { ...file, globals: [], stages };
	stages.push(assumedStage(fragment, 0, from, { kind: "unknown", names: [] }, "shipped", file.globals));
	return { file: fragment, steps: stages.flatMap(({ steps }) => steps), isForeign: false };
}

function assumedStage(
	file: Dockerfile,
	index: number,
	from: Instruction,
	base: Stage["base"],
	use: Stage["use"],
	instructions: readonly Instruction[],
): Stage {
	const steps: Step[] = [];
	const stage: Building<Stage> = {
		index,
		from: undefined as unknown as Step,
		name: undefined,
		image: undefined,
		platform: undefined,
		base,
		steps,
		use,
		file,
	};
	stage.from = stepOf(from, stage as Stage, -1);
	for (const instruction of instructions) steps.push(stepOf(instruction, stage as Stage, steps.length));
	return stage as Stage;
}
