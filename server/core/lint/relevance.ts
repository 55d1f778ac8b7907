import type { Dockerfile } from "../dockerfile/model.ts";
import type { Instruction } from "../dockerfile/structure.ts";
import { RULES } from "../rules/registry.ts";
import type { Rule } from "../rules/rule.ts";
import { wordFinder } from "./wordFinder.ts";

const finder = wordFinder(RULES.flatMap(({ onlyWith }) => onlyWith?.words ?? []));
const wordNumbers = RULES.map(({ onlyWith }) => onlyWith?.words?.map(finder.numberOf));

/** Tells which rules could find something in a file: those that need nothing in particular, and those whose needs it meets. By their number in the registry. */
export function relevance(file: Dockerfile): (number: number) => boolean {
	const keywords = new Set<string>();
	const present = new Uint8Array(finder.count);
	for (const instruction of file.instructions) {
		finder.find(instruction.line.text, present);
		for (const heredoc of instruction.heredocs) finder.find(heredoc.body.text, present);
		for (let inner: Instruction | undefined = instruction; inner !== undefined; inner = inner.trigger) keywords.add(inner.keyword);
	}
	return (number) => {
		const instructions = RULES[number]?.onlyWith?.instructions;
		const words = wordNumbers[number];
		return (instructions === undefined || hasOne(instructions, keywords)) && (words === undefined || marksOne(words, present));
	};
}

/** The rules that are relevant for a file, in the registry's order. */
export function relevantRules(file: Dockerfile): readonly Rule[] {
	const isRelevant = relevance(file);
	return RULES.filter((_, number) => isRelevant(number));
}

function hasOne(instructions: readonly string[], keywords: ReadonlySet<string>): boolean {
	for (const keyword of instructions) if (keywords.has(keyword)) return true;
	return false;
}

function marksOne(words: readonly number[], present: Uint8Array): boolean {
	for (const word of words) if (present[word] === 1) return true;
	return false;
}
