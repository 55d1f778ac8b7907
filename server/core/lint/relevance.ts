import type { Dockerfile } from "../dockerfile/model.ts";
import type { Instruction } from "../dockerfile/structure.ts";
import { RULES } from "../rules/registry.ts";
import type { Rule } from "../rules/rule.ts";
import { textFinder } from "./textFinder.ts";
import { wordFinder } from "./wordFinder.ts";

const words = wordFinder(RULES.flatMap(({ onlyWith }) => onlyWith?.words ?? []));
const texts = textFinder(RULES.flatMap(({ onlyWith }) => onlyWith?.texts ?? []));
const needs = RULES.map(({ onlyWith }) => ({
	instructions: onlyWith?.instructions,
	words: onlyWith?.words?.map(words.numberOf),
	texts: onlyWith?.texts?.map(texts.numberOf),
}));

/** 1 at the number (in the registry) of each rule that could find something in a file: it needs nothing in particular, or the file meets its needs. */
export function relevance(file: Dockerfile): Uint8Array {
	const keywords = new Set<string>();
	const present = new Uint8Array(words.count);
	for (const instruction of file.instructions) {
		words.find(instruction.line.text, present);
		for (const heredoc of instruction.heredocs) words.find(heredoc.body.text, present);
		for (let inner: Instruction | undefined = instruction; inner !== undefined; inner = inner.trigger) keywords.add(inner.keyword);
	}
	const written = new Uint8Array(texts.count);
	texts.find(file.text, written);
	const relevant = new Uint8Array(needs.length);
	for (let number = 0; number < needs.length; number++) {
		const need = needs[number] as (typeof needs)[number];
		if (
			(need.instructions === undefined || hasOne(need.instructions, keywords)) &&
			(need.words === undefined || marksOne(need.words, present)) &&
			(need.texts === undefined || marksOne(need.texts, written))
		)
			relevant[number] = 1;
	}
	return relevant;
}

/** The rules that are relevant for a file, in the registry's order. */
export function relevantRules(file: Dockerfile): readonly Rule[] {
	const relevant = relevance(file);
	return RULES.filter((_, number) => relevant[number] === 1);
}

function hasOne(wanted: readonly string[], there: ReadonlySet<string>): boolean {
	for (const one of wanted) if (there.has(one)) return true;
	return false;
}

function marksOne(numbers: readonly number[], present: Uint8Array): boolean {
	for (const number of numbers) if (present[number] === 1) return true;
	return false;
}
