import type { Dockerfile } from "../dockerfile/model.ts";
import type { Instruction } from "../dockerfile/structure.ts";
import { RULES } from "../rules/registry.ts";
import type { Rule } from "../rules/rule.ts";
import { wordFinder } from "./wordFinder.ts";

interface Candidate {
	readonly rule: Rule;
	readonly instructions: readonly string[] | undefined;
	/** Numbers of words, as the finder gives them out. */
	readonly words: readonly number[] | undefined;
}

const finder = wordFinder(RULES.flatMap(({ onlyWith }) => onlyWith?.words ?? []));

const candidates: readonly Candidate[] = RULES.map((rule) => ({
	rule,
	instructions: rule.onlyWith?.instructions,
	words: rule.onlyWith?.words?.map(finder.numberOf),
}));

/** The rules that could find something in a file: those that need nothing in particular, and those whose needs it meets. In the registry's order. */
export function relevantRules(file: Dockerfile): readonly Rule[] {
	const keywords = new Set<string>();
	const present = new Uint8Array(finder.count);
	for (const instruction of file.instructions) {
		finder.find(instruction.line.text, present);
		for (const heredoc of instruction.heredocs) finder.find(heredoc.body.text, present);
		for (let inner: Instruction | undefined = instruction; inner !== undefined; inner = inner.trigger) keywords.add(inner.keyword);
	}
	const relevant: Rule[] = [];
	for (const { rule, instructions, words } of candidates) {
		if ((instructions === undefined || hasOne(instructions, keywords)) && (words === undefined || marksOne(words, present)))
			relevant.push(rule);
	}
	return relevant;
}

function hasOne(instructions: readonly string[], keywords: ReadonlySet<string>): boolean {
	for (const keyword of instructions) if (keywords.has(keyword)) return true;
	return false;
}

function marksOne(words: readonly number[], present: Uint8Array): boolean {
	for (const word of words) if (present[word] === 1) return true;
	return false;
}
