import { addTo } from "../addTo.ts";
import type { Dockerfile } from "../dockerfile/model/model.ts";
import { textNumber, writtenTexts } from "../dockerfile/model/writtenTexts.ts";
import type { Instruction } from "../dockerfile/syntax/structure.ts";
import { RULES } from "../rules/registry.ts";
import type { Rule } from "../rules/rule.ts";
import { wordFinder } from "./wordFinder.ts";

/** What rules name that need nothing in particular. */
const ANYTHING: readonly string[] = [];

const words = wordFinder(RULES.flatMap(({ onlyWith }) => onlyWith?.words ?? []));

/** A list of which a file has to have one, as some rules name it. The first list is met by every file. */
const instructionLists = distinctLists(RULES.map(({ onlyWith }) => onlyWith?.instructions));
const wordLists = distinctLists(RULES.map(({ onlyWith }) => onlyWith?.words));
const textLists = distinctLists(RULES.map(({ onlyWith }) => onlyWith?.texts));
const listsOfKeyword = listsByEntry(instructionLists.lists);
const listsOfWord = listsByNumber(wordLists.lists, words.numberOf);
const listsOfText = listsByNumber(textLists.lists, textNumber);

/** 1 at the number (in the registry) of each rule that could find something in a file: it needs nothing in particular, or the file meets its needs. */
export function relevance(file: Dockerfile): Uint8Array {
	const keywords = new Set<string>();
	const present = new Uint8Array(words.count);
	for (const instruction of file.instructions) {
		words.find(instruction.line.text, present);
		for (const heredoc of instruction.heredocs) words.find(heredoc.body.text, present);
		for (let inner: Instruction | undefined = instruction; inner !== undefined; inner = inner.trigger) keywords.add(inner.keyword);
	}

	const metByInstructions = nothingMet(instructionLists.lists.length);
	for (const keyword of keywords) mark(metByInstructions, listsOfKeyword.get(keyword));
	const metByWords = listsMet(wordLists.lists.length, listsOfWord, present);
	const metByTexts = listsMet(textLists.lists.length, listsOfText, writtenTexts(file));
	const relevant = new Uint8Array(RULES.length);
	for (let number = 0; number < relevant.length; number++)
		relevant[number] =
			(metByInstructions[instructionLists.listOf[number] as number] as number) &
			(metByWords[wordLists.listOf[number] as number] as number) &
			(metByTexts[textLists.listOf[number] as number] as number);
	return relevant;
}

/** The rules that are relevant for a file, in the registry's order. */
export function relevantRules(file: Dockerfile): readonly Rule[] {
	const relevant = relevance(file);
	return RULES.filter((_, number) => relevant[number] === 1);
}

interface DistinctLists {
	readonly lists: readonly (readonly string[])[];
	/** By the number of a rule: where its list stands. */
	readonly listOf: Uint16Array;
}

/** Rules share lists, those for package managers above all: each is looked at once for a file. */
function distinctLists(needed: readonly (readonly string[] | undefined)[]): DistinctLists {
	const lists: (readonly string[])[] = [ANYTHING];
	const placeOf = new Map<string, number>();
	const listOf = Uint16Array.from(needed, (list) => {
		if (list === undefined) return 0;
		const key = list.toSorted().join("\n");
		const place = placeOf.get(key) ?? lists.push(list) - 1;
		placeOf.set(key, place);
		return place;
	});
	return { lists, listOf };
}

/** By entry: the lists that it is in. */
function listsByEntry(lists: readonly (readonly string[])[]): ReadonlyMap<string, readonly number[]> {
	const found = new Map<string, number[]>();
	lists.forEach((list, place) => {
		for (const entry of list) addTo(found, entry, place);
	});
	return found;
}

/** The same by the number of an entry. */
function listsByNumber(
	lists: readonly (readonly string[])[],
	numberOf: (entry: string) => number,
): readonly (readonly number[] | undefined)[] {
	const found: (readonly number[] | undefined)[] = [];
	for (const [entry, places] of listsByEntry(lists)) found[numberOf(entry)] = places;
	return found;
}

/** 1 for each list of which an entry is present. */
function listsMet(count: number, listsOf: readonly (readonly number[] | undefined)[], present: Uint8Array): Uint8Array {
	const met = nothingMet(count);
	for (let number = 0; number < present.length; number++) if (present[number] === 1) mark(met, listsOf[number]);
	return met;
}

/** For so many lists; the first one is always met. */
function nothingMet(count: number): Uint8Array {
	const met = new Uint8Array(count);
	met[0] = 1;
	return met;
}

function mark(met: Uint8Array, places: readonly number[] | undefined): void {
	if (places === undefined) return;
	for (let at = 0; at < places.length; at++) met[places[at] as number] = 1;
}
