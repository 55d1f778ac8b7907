import { addTo } from "../../addTo.ts";
import { remembered } from "../../memo.ts";
import type { Instruction } from "../syntax/structure.ts";
import type { Dockerfile, Stage, Step } from "./model.ts";
import { lineage, stagesFrom } from "./stages.ts";
import { stepText } from "./stepText.ts";

/** Whether a name stands in a text as a word of its own: `$NAME`, `${NAME:-x}`, `process.env.NAME`, `%NAME%`. */
export function mentions(text: string, name: string): boolean {
	// `ARG =1` declares nothing.
	if (name === "") return false;
	for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + name.length)) {
		if (!isNameCharacter(text[at - 1]) && !isNameCharacter(text[at + name.length])) return true;
	}
	return false;
}

function isNameCharacter(character: string | undefined): boolean {
	return character !== undefined && /\w/.test(character);
}

/** Whether an instruction, its heredocs included, names a variable anywhere. */
export function instructionMentions(instruction: Instruction, name: string): boolean {
	return mentions(stepText(instruction), name);
}

/** The instructions in which a word stands; heredocs are not looked at. */
export function instructionsNaming(file: Dockerfile, word: string): readonly Instruction[] {
	return instructionsByWord(file).get(word) ?? [];
}

const instructionsByWord = remembered(({ instructions }: Dockerfile): ReadonlyMap<string, readonly Instruction[]> => {
	const byWord = new Map<string, Instruction[]>();
	for (const instruction of instructions) for (const word of new Set(instruction.line.text.match(/\w+/g))) addTo(byWord, word, instruction);
	return byWord;
});

/** The steps that see what a step declares: those behind it in its stage, and those of stages that start from it. */
export function stepsBehind(step: Step): readonly Step[] {
	return stagesFrom(step.stage).flatMap((stage) => visibleSteps(stage, step));
}

/** Whether something holds for one of the steps that see what a step declares. What is asked of each of them is asked once. */
export function anyStepBehind(predicate: (step: Step) => boolean): (step: Step) => boolean {
	const matching = remembered(({ stages }: Dockerfile): readonly Step[] => stages.flatMap(({ steps }) => steps.filter(predicate)));
	return (step) => matching(step.stage.file).some((other) => isBehind(other, step));
}

/** Whether a step sees what another one declares. */
function isBehind(step: Step, declaring: Step): boolean {
	if (step.stage === declaring.stage) return step.ordinal > declaring.ordinal;
	return step.stage.index > declaring.stage.index && lineage(step.stage).includes(declaring.stage);
}

/** Those of the steps that see what a step declares which name a variable anywhere. */
export function stepsBehindThatMention(step: Step, name: string): readonly Step[] {
	if (!/^\w+$/.test(name)) return stepsBehind(step).filter((other) => instructionMentions(other, name));
	return (wordsOf(step.stage.file).get(name) ?? []).filter((other) => isBehind(other, step));
}

/** The steps of a file by the words that stand in them. */
const wordsOf = remembered((file: Dockerfile): ReadonlyMap<string, readonly Step[]> => {
	const byWord = new Map<string, Step[]>();
	for (const step of file.stages.flatMap((stage) => stage.steps)) {
		for (const word of new Set(stepText(step).match(/\w+/g))) addTo(byWord, word, step);
	}
	return byWord;
});

function visibleSteps(stage: Stage, step: Step): readonly Step[] {
	return stage === step.stage ? stage.steps.filter((other) => other.ordinal > step.ordinal) : stage.steps;
}
