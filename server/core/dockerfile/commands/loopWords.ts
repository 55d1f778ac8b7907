import { type MappedText, sourceSpan } from "../../mappedText.ts";
import { rememberedFor } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { Span } from "../../text.ts";
import type { Step } from "../model/model.ts";
import { type StepScript, scriptOf } from "./scripts.ts";

/** A word of `for NAME in …`, without its quotes. */
export interface LoopWord {
	readonly text: string;
	readonly span: Span;
}

/** The words that a loop around a command gives a variable one after the other; empty where none is seen. */
export function loopWords(step: Step, command: ShellCommand, name: string): readonly LoopWord[] {
	const script = command.within.includes("loop") ? scriptOf(step, command) : undefined;
	if (script === undefined || command.decoded || !/^\w+$/.test(name)) return [];
	const list = listsOf(script, name).findLast(({ end }) => end <= command.at);
	return list?.words ?? [];
}

interface LoopList {
	/** Where the list ends in its script. */
	readonly end: number;
	readonly words: readonly LoopWord[];
}

/** The lists of a script's loops over a variable: read once, however many commands ask for them. */
const listsOf = rememberedFor(({ source }: StepScript, name: string): readonly LoopList[] =>
	[...source.text.matchAll(new RegExp(`(?<![\\w-])for\\s+${name}\\s+in\\b([^;\\n]*)`, "g"))].map(({ 0: whole, 1: list = "", index }) => {
		const end = index + whole.length;
		return { end, words: wordsIn(source, end - list.length, end) };
	}),
);

/** A word in quotes, or up to what ends a word: `$(shuf -e a b)` holds words, too. */
const WORD = /"([^"]*)"|'([^']*)'|[^\s"'()`]+/g;

function wordsIn(source: MappedText, start: number, end: number): readonly LoopWord[] {
	return [...source.text.slice(start, end).matchAll(WORD)].map(({ 0: whole, 1: double, 2: single, index }) => {
		const text = double ?? single ?? whole;
		const at = start + index + (text.length === whole.length ? 0 : 1);
		return { text, span: sourceSpan(source, at, at + text.length) };
	});
}
