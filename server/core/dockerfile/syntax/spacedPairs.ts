import type { Word } from "./words.ts";

/** Pairs of ENV, LABEL and ARG: those that are plain, and those with blanks around their equals signs. */

/** A name, as it stands or between quotes. */
export const PAIR_NAME = /^(?:[\w.-]+|"[\w.-]+"|'[\w.-]+')$/;

/** Pairs that nothing can be wrong with, whatever the escape character. */
const PLAIN_PAIRS = /^(?:[\w.-]+=(?:[\w./:@%+,~${}-]+|"(?:[^"'\\`{]|(?<=\$)\{\w+\})*"|'[^'"\\`]*')(?:[\t ]+(?=\S)|$))+$/;

/** A name alone, for an argument; a name and a word without an equals sign, for the others. */
const PLAIN_NAME = /^\w+$/;
const PLAIN_WORDS = /^[\w.-]+[\t ]+[\w./:@%+,~${}-]+$/;

/** Whether nothing can be wrong with the arguments of ENV, LABEL or ARG: a quick look, which most of them pass. */
export function isPlain(keyword: "ENV" | "LABEL" | "ARG", text: string): boolean {
	return PLAIN_PAIRS.test(text) || (keyword === "ARG" ? PLAIN_NAME : PLAIN_WORDS).test(text);
}

/** Where something stands in the arguments. */
export interface Part {
	readonly at: number;
	readonly end: number;
}

/** The second name of `A = 1 B = 2`, where all pairs are written so; undefined for other texts. */
export function pairsApart(words: readonly Word[]): string | undefined {
	if (words.length < 6 || words.length % 3 !== 0) return undefined;
	const isPairs = words.every(({ text }, index) =>
		index % 3 === 1 ? text === "=" : index % 3 === 0 ? PAIR_NAME.test(text) : !text.includes("="),
	);
	return isPairs ? words[3]?.text : undefined;
}

export function gapsOfPairs(words: readonly Word[]): readonly Part[] {
	return words.flatMap((word, index) => {
		const before = words[index - 1];
		return before === undefined || index % 3 === 0 ? [] : [{ at: before.end, end: word.at }];
	});
}

/** What to mark, and the blanks on both sides of the equals sign, of `NAME =value` and `NAME = value`. */
export function gapsAround(name: Word, equals: Word, value: Word | undefined): readonly [Part, readonly Part[]] {
	const isAlone = equals.text === "=" && value !== undefined && !value.text.includes("=");
	return [
		{ at: name.at, end: equals.text === "=" ? equals.end : equals.at + 1 },
		[{ at: name.end, end: equals.at }, ...(isAlone ? [{ at: equals.end, end: value.at }] : [])],
	];
}
