import { flagKind } from "../../knowledge/instructionFlags.ts";
import type { Span, SpanEdit } from "../../text.ts";
import { removeWord, replace } from "../edits/edit.ts";
import type { Dockerfile } from "../model/model.ts";
import type { Instruction } from "../syntax/structure.ts";
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
const PROBES = /^(?:\S*\/)?(?:curl|wget|pg_isready)$/;
/** Options that those have not; `--timeout` some of them have. */
const CERTAIN = new Set(["interval", "start-period", "start-interval"]);
const SEPARATOR = /^(?:\|\|?|&&?|;)$|;$/;
/** `|| exit 1`, `|| false`: what follows is no command that takes options. */
const ENDING = new Set(["exit", "false", "true"]);

interface CommandWord {
	readonly text: string;
	readonly span: Span;
}

/** The options directly behind CMD, and those behind other words where the command cannot mean them. */
export function optionsInCommand(file: Dockerfile, instruction: Instruction): readonly OptionInCommand[] {
	const words = commandWords(instruction);
	const options: OptionInCommand[] = [];
	let program = "";
	let index = 0;
	while (index < words.length) {
		const first = words[index] as CommandWord;
		let end = index;
		while (optionName(words[end]) !== undefined) end++;
		if (end === index) {
			// The word behind `||` is a command.
			if (SEPARATOR.test(first.text)) program = "";
			else if (program === "") program = first.text;
			index++;
			continue;
		}
		const run = words.slice(index, end);
		if (index === 0 ? instruction.exec === undefined : isOptionless(program) && run.some((word) => CERTAIN.has(optionName(word) ?? "")))
			for (const [at, word] of run.entries()) options.push(optionOf(file, word, index === 0 ? undefined : words[index + at - 1]));
		index = end;
	}
	return options;
}

function commandWords({ arguments: args, exec }: Instruction): readonly CommandWord[] {
	return exec === undefined ? splitAtBlanks(args).slice(1) : exec.elements.map(({ value, span }) => ({ text: value, span }));
}

function isOptionless(program: string): boolean {
	return PROBES.test(program) || ENDING.has(program);
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
	return /^[ \t]*,?[ \t]*(?:[\\`]\r?\n[ \t]*)?"?$/.test(gap) ? replace({ start, end }, "") : undefined;
}
