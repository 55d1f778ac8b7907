import { stageBaseFacts } from "./baseFacts.ts";
import { UNKNOWN, type VariableValue } from "./expand.ts";
import type { Stage, Step } from "./model.ts";
import { lineage } from "./stages.ts";
import { expandAt } from "./variables.ts";

/** The user in force, and the USER instruction that says so. */
export interface EffectiveUser {
	/** `name`, `name:group`, ids; unknown where a variable or an unknown base image decides. */
	readonly value: VariableValue;
	/** Undefined if the base image decides. */
	readonly step: Step | undefined;
}

/** The user that the instructions of a stage behind `before` run as; without it, the one that the stage ends with. */
export function userAt(stage: Stage, before?: Step): EffectiveUser {
	const step = lastStep(stage, before, (candidate) => candidate.keyword === "USER" && candidate.arguments.text !== "");
	if (step === undefined) {
		const user = stageBaseFacts(stage).user;
		return { value: user === undefined ? UNKNOWN : { kind: "set", value: user }, step: undefined };
	}
	const expansion = expandAt(step, step.arguments.text);
	return { value: expansion.kind === "known" ? { kind: "set", value: expansion.value } : UNKNOWN, step };
}

/** Whether a user as USER names it is root: name or uid, with or without group. */
export function isRootUser(user: string): boolean {
	const name = user.split(":")[0] ?? "";
	return name === "root" || /^0+$/.test(name);
}

/** The working directory in force, absolute; unknown where a variable or the base image decides. */
export function workdirAt(stage: Stage, before?: Step): VariableValue {
	const parts: string[] = [];
	for (const step of stepsBackwards(stage, before)) {
		if (step.keyword !== "WORKDIR") continue;
		const expansion = expandAt(step, step.arguments.text);
		if (expansion.kind !== "known") return UNKNOWN;
		parts.unshift(expansion.value);
		if (/^(?:\/|[A-Za-z]:[\\/])/.test(expansion.value)) return { kind: "set", value: normalPath(parts.join("/")) };
	}
	return UNKNOWN;
}

/** A path without `.`, `..` and doubled slashes. */
export function normalPath(path: string): string {
	const parts: string[] = [];
	for (const part of path.split("/")) {
		if (part === "..") parts.pop();
		else if (part !== "" && part !== ".") parts.push(part);
	}
	return `/${parts.join("/")}`;
}

/** The steps of a stage's lineage that come before `before`, nearest first. */
export function* stepsBackwards(stage: Stage, before?: Step): Generator<Step> {
	for (const ancestor of lineage(stage)) {
		const end = ancestor === stage && before !== undefined ? before.ordinal : ancestor.steps.length;
		for (let index = end - 1; index >= 0; index--) yield ancestor.steps[index] as Step;
	}
}

export function lastStep(stage: Stage, before: Step | undefined, matches: (step: Step) => boolean): Step | undefined {
	for (const step of stepsBackwards(stage, before)) if (matches(step)) return step;
	return undefined;
}
