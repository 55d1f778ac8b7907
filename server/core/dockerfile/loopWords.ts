import { sourceSpan } from "../mappedText.ts";
import type { ShellCommand } from "../shell/model.ts";
import type { Span } from "../text.ts";
import type { Step } from "./model.ts";
import { scriptOf } from "./scripts.ts";

/** A word of `for NAME in …`, as written. */
export interface LoopWord {
	readonly text: string;
	readonly span: Span;
}

/** The words that a loop around a command gives a variable one after the other; empty where none is seen. */
export function loopWords(step: Step, command: ShellCommand, name: string): readonly LoopWord[] {
	const script = command.within.includes("loop") ? scriptOf(step, command) : undefined;
	if (script === undefined || command.decoded || !/^\w+$/.test(name)) return [];
	const { source } = script;
	const head = [...source.text.slice(0, command.at).matchAll(new RegExp(`(?<![\\w-])for\\s+${name}\\s+in\\b([^;\\n]*)`, "g"))].at(-1);
	if (head === undefined) return [];
	const [whole, list = ""] = head;
	const start = head.index + whole.length - list.length;
	return [...list.matchAll(/\S+/g)].map(({ 0: text, index }) => {
		const at = start + index;
		return { text, span: sourceSpan(source, at, at + text.length) };
	});
}
