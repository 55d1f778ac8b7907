import { baseName } from "../../baseName.ts";
import { flagKind } from "../../knowledge/instructionFlags.ts";
import type { Span, SpanEdit } from "../../text.ts";
import { commandsOf } from "../commands/scripts.ts";
import { removeWord, replace } from "../edits/edit.ts";
import type { Dockerfile, Step } from "../model/model.ts";
import type { ExecElement } from "../syntax/execForm.ts";
import { splitAtBlanks } from "../syntax/words.ts";

/** An option of HEALTHCHECK among the words of its command. */
export interface OptionInCommand {
	readonly name: string;
	/** As it has to be written in front of CMD. */
	readonly text: string;
	readonly span: Span;
	/** The edit that takes it out of the command; undefined where something else would go with it. */
	readonly removal: SpanEdit | undefined;
}

/** Programs that ask a server, and have no option of these names; GNU's netcat has `--interval`. */
const PROBES = new Set(["curl", "wget", "pg_isready"]);
/** Options that those have not; `--timeout` some of them have. */
const CERTAIN = new Set(["interval", "start-period", "start-interval"]);
/** `|| exit 1`, `|| false`: what follows is no command that takes options. */
const ENDING = new Set(["exit", "false", "true"]);
/** The option behind another short one may be its value: `curl -H --interval=5s`. These take none. */
const TAKES_VALUE = /^-(?![fsSLkvq]+$)\w+$/;

interface CommandWord {
	readonly text: string;
	readonly span: Span;
}

/** The options directly behind CMD, and those behind other words where the command cannot mean them. */
export function optionsInCommand(step: Step): readonly OptionInCommand[] {
	const { file } = step.stage;
	if (step.exec !== undefined) return optionsAmong(file, step.exec.elements.map(wordOf));
	const words = splitAtBlanks(step.arguments).slice(1);
	const command = words.findIndex((word) => optionName(word) === undefined);
	const leading = words.slice(0, command === -1 ? words.length : command);
	const start = leading[leading.length - 1]?.span.end ?? 0;
	// What only looks like words, in quotes or in a comment, the shell knows.
	const behind = commandsOf(step).flatMap(({ name, args, decoded }) =>
		name === undefined || decoded
			? []
			: optionsAmong(
					file,
					[name, ...args].filter(({ span }) => span.start >= start),
				),
	);
	return [...leading.map((word) => optionOf(file, word, undefined)), ...behind];
}

function wordOf({ value, span }: ExecElement): CommandWord {
	return { text: value, span };
}

/** The options behind the name of a program that has none of the kind, and those beside them. */
function optionsAmong(file: Dockerfile, words: readonly CommandWord[]): readonly OptionInCommand[] {
	const program = baseName(words[0]?.text ?? "");
	if (!PROBES.has(program) && !ENDING.has(program)) return [];
	const options: OptionInCommand[] = [];
	let index = 1;
	while (index < words.length) {
		let end = index;
		while (optionName(words[end]) !== undefined) end++;
		const before = words[index - 1] as CommandWord;
		const run = TAKES_VALUE.test(before.text) ? [] : words.slice(index, end);
		if (run.some((word) => CERTAIN.has(optionName(word) ?? "")))
			for (const [at, word] of run.entries()) options.push(optionOf(file, word, words[index + at - 1]));
		index = end + 1;
	}
	return options;
}

function optionName(word: CommandWord | undefined): string | undefined {
	const name = /^--([a-z-]+)=(?:[^\s"'`;|&()]*|"[^"]*"|'[^']*')$/.exec(word?.text ?? "")?.[1];
	return name === undefined || flagKind("HEALTHCHECK", name) === undefined ? undefined : name;
}

function optionOf(file: Dockerfile, word: CommandWord, before: CommandWord | undefined): OptionInCommand {
	const { text, span } = word;
	const removal = before === undefined ? removeWord(file, span) : removalBehind(file, span, before.span.end);
	return { name: optionName(word) ?? "", text, span, removal };
}

/** Takes the option out with what separates it from the word in front: blanks, a comma, the end of a line that goes on. */
function removalBehind(file: Dockerfile, { end }: Span, start: number): SpanEdit | undefined {
	const gap = file.text.slice(start, end).split("--", 1)[0] ?? "";
	return /^[ \t]*(?:,[ \t]*)?(?:[\\`]\r?\n[ \t]*)?"?$/.test(gap) ? replace({ start, end }, "") : undefined;
}
