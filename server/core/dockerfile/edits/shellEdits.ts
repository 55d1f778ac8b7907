import { SHELL_STARTERS } from "../../knowledge/wrappers.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { contains, type Span, type SpanEdit } from "../../text.ts";
import { commandsOf } from "../commands/scripts.ts";
import type { Step } from "../model/model.ts";
import { replace } from "./edit.ts";

/** Commands whose script is another shell's text: what stands in it is quoted twice. */
const SCRIPT_RUNNERS = new Set([...SHELL_STARTERS, "eval"]);

/**
 * The edit that puts `"$NAME"` in the place of a part of a word, with the quotes that the place needs. Undefined where the part
 * is not in a word of a command, or in one that two shells read.
 */
export function variableInPlace(step: Step, span: Span, name: string): SpanEdit | undefined {
	const found = wordAt(step, span);
	if (found === undefined || found.command.decoded || readTwice(found.command)) return undefined;
	const { word } = found;
	if (word.span.end - word.span.start !== word.text.length) return undefined;
	switch (quoteAt(word.text, span.start - word.span.start)) {
		case "'":
			return replace(span, `'"$${name}"'`);
		case '"':
			return replace(span, `\${${name}}`);
		case "":
			return replace(span, `"$${name}"`);
		default:
			return undefined;
	}
}

/** The smallest word of a step's commands that holds a place. */
function wordAt(step: Step, span: Span): { readonly command: ShellCommand; readonly word: ShellWord } | undefined {
	let smallest: { readonly command: ShellCommand; readonly word: ShellWord } | undefined;
	for (const command of commandsOf(step)) {
		for (const word of wordsOf(command)) {
			if (!contains(word.span, span)) continue;
			if (smallest === undefined || word.text.length <= smallest.word.text.length) smallest = { command, word };
		}
	}
	return smallest;
}

function wordsOf(command: ShellCommand): readonly ShellWord[] {
	const values = command.assignments.flatMap((assignment) => (assignment.value === undefined ? [] : [assignment.value]));
	return [...command.args, ...values];
}

function readTwice(command: ShellCommand): boolean {
	for (let wrapper = command.wrapper; wrapper !== undefined; wrapper = wrapper.wrapper) {
		if (wrapper.program !== undefined && SCRIPT_RUNNERS.has(wrapper.program)) return true;
	}
	return false;
}

/** The quote that is open at an offset of a word: none, single or double; undefined behind `$'` and inside substitutions. */
function quoteAt(text: string, offset: number): "" | "'" | '"' | undefined {
	let quote: "" | "'" | '"' = "";
	for (let at = 0; at < offset; at++) {
		const character = text[at];
		if (character === "\\" && quote !== "'") at++;
		else if (character === "`" || (character === "$" && /['(]/.test(text[at + 1] ?? "") && quote !== "'")) return undefined;
		else if (character === quote) quote = "";
		else if (quote === "" && (character === "'" || character === '"')) quote = character;
	}
	return quote;
}
