import type { Dockerfile } from "../dockerfile/model.ts";
import type { Instruction } from "../dockerfile/structure.ts";
import { RULES } from "../rules/registry.ts";
import type { Rule } from "../rules/rule.ts";
import { wordFinder } from "./wordFinder.ts";

const finder = wordFinder(RULES.flatMap(({ onlyWith }) => onlyWith?.words ?? []));
const needs = RULES.map(({ onlyWith }) => ({ instructions: onlyWith?.instructions, words: onlyWith?.words?.map(finder.numberOf) }));

/** 1 at the number (in the registry) of each rule that could find something in a file: it needs nothing in particular, or the file meets its needs. */
export function relevance(file: Dockerfile): Uint8Array {
	const keywords = new Set<string>();
	const present = new Uint8Array(finder.count);
	for (const instruction of file.instructions) {
		finder.find(instruction.line.text, present);
		for (const heredoc of instruction.heredocs) finder.find(heredoc.body.text, present);
		for (let inner: Instruction | undefined = instruction; inner !== undefined; inner = inner.trigger) keywords.add(inner.keyword);
	}
	const relevant = new Uint8Array(needs.length);
	for (const [number, { instructions, words }] of needs.entries()) {
		if ((instructions === undefined || hasOne(instructions, keywords)) && (words === undefined || marksOne(words, present)))
			relevant[number] = 1;
	}
	return relevant;
}

/** The rules that are relevant for a file, in the registry's order. */
export function relevantRules(file: Dockerfile): readonly Rule[] {
	const relevant = relevance(file);
	return RULES.filter((_, number) => relevant[number] === 1);
}

function hasOne(instructions: readonly string[], keywords: ReadonlySet<string>): boolean {
	for (const keyword of instructions) if (keywords.has(keyword)) return true;
	return false;
}

function marksOne(words: readonly number[], present: Uint8Array): boolean {
	for (const word of words) if (present[word] === 1) return true;
	return false;
}
