import { stageBaseFacts } from "../base/baseFacts.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { foldSteps } from "../model/stepFold.ts";
import { UNKNOWN, type VariableValue } from "../syntax/variableValue.ts";
import { expandAt } from "./variables.ts";

/** The user in force, and the USER instruction that says so. */
export interface EffectiveUser {
	/** `name`, `name:group`, ids; unknown where a variable or an unknown base image decides. */
	readonly value: VariableValue;
	/** Undefined if the base image decides. */
	readonly step: Step | undefined;
}

const users = foldSteps<EffectiveUser>(
	(root) => {
		const { user } = stageBaseFacts(root);
		return { value: user === undefined ? UNKNOWN : { kind: "set", value: user }, step: undefined };
	},
	(user, step) => {
		if (step.keyword !== "USER" || step.arguments.text === "") return user;
		const expansion = expandAt(step, step.arguments.text);
		// In front of a group that the file does not give a user, a variable without a value is filled in by somebody.
		if (expansion.kind === "known" && expansion.unset.length > 0 && expansion.value.startsWith(":")) return { value: UNKNOWN, step };
		return { value: expansion.kind === "known" ? { kind: "set", value: expansion.value } : UNKNOWN, step };
	},
);

/** The user that the instructions of a stage behind `before` run as; without it, the one that the stage ends with. */
export function userAt(stage: Stage, before?: Step): EffectiveUser {
	return users.at(stage, before);
}

/** Whether a user as USER names it is root: name or uid, with or without group, or a group alone. */
export function isRootUser(user: string): boolean {
	const name = user.split(":")[0] ?? "";
	return name === "root" || /^0+$/.test(name) || /^:./.test(user);
}

const workdirs = foldSteps<VariableValue>(
	() => UNKNOWN,
	(folder, step) => {
		if (step.keyword !== "WORKDIR") return folder;
		const expansion = expandAt(step, step.arguments.text);
		if (expansion.kind !== "known") return UNKNOWN;
		if (/^(?:\/|[A-Za-z]:[\\/])/.test(expansion.value)) return { kind: "set", value: normalPath(expansion.value) };
		return folder.kind === "set" ? { kind: "set", value: normalPath(`${folder.value}/${expansion.value}`) } : UNKNOWN;
	},
);

/** The working directory in force, absolute; unknown where a variable or the base image decides. */
export function workdirAt(stage: Stage, before?: Step): VariableValue {
	return workdirs.at(stage, before);
}

/** A path without `.`, `..` and doubled slashes. */
export function normalPath(path: string): string {
	if (path.startsWith("/") && !path.endsWith("/") && !path.includes("//") && !path.includes("/.")) return path;
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
