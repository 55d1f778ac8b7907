import type { ShellWord } from "../../shell/model.ts";
import type { Span } from "../../text.ts";
import type { Step } from "../model/model.ts";
import { splitAtBlanks } from "../syntax/words.ts";
import { execWords } from "./execCommands.ts";
import { powershellCommandAt } from "./powershellCommandLine.ts";
import { commandsOf } from "./scripts.ts";
import { shellAt } from "./shell.ts";

/** A command as a row of words, whatever shell reads it. */
export interface PlainCommand {
	/** In lower case, without folder and `.exe`. */
	readonly program: string;
	readonly words: readonly PlainWord[];
}

export interface PlainWord {
	/** Without the quotes around it. */
	readonly text: string;
	readonly span: Span;
}

const SEPARATORS = /^(?:&&|\|\||[;&|])$/;

/**
 * The commands of a RUN. Where PowerShell or cmd read the text, it is only cut at blanks, `;`, `&` and `|`: good enough for the words of simple
 * calls, and for nothing else.
 */
export function plainCommands(step: Step): readonly PlainCommand[] {
	if (shellAt(step.stage, step).kind === "posix")
		return commandsOf(step).flatMap(({ program, args }) => {
			if (program === undefined) return [];
			const command = { program: program.toLowerCase(), words: args.map((word) => ({ text: word.value ?? word.text, span: word.span })) };
			return POWERSHELLS.has(command.program) ? (commandsInside(command, args) ?? [command]) : [command];
		});
	const texts = step.exec === undefined ? [step.arguments] : execWords(step);
	return cutCommands(texts.flatMap((words) => splitAtBlanks(words)));
}

const POWERSHELLS: ReadonlySet<string> = new Set(["powershell", "pwsh"]);

/** What PowerShell is told to run by words of another shell: `pwsh -Command "…"`; undefined where it reads a file, or escapes hide the places. */
function commandsInside({ program, words }: PlainCommand, args: readonly ShellWord[]): readonly PlainCommand[] | undefined {
	const at = innerCommandAt(program, words);
	const texts = at === -1 ? [] : args.slice(at).flatMap(wordsInside);
	return texts.length === 0 ? undefined : cutCommands(texts);
}

/** The blank-separated words of a shell word whose value stands there letter for letter, in quotes or without. */
function wordsInside({ value, text, span }: ShellWord): readonly PlainWord[] {
	if (value === undefined || span.end - span.start !== text.length) return [];
	const quotes = text === `"${value}"` || text === `'${value}'` ? 1 : 0;
	if (quotes === 0 && text !== value) return [];
	return [...value.matchAll(/[^\s;]+;?|;/g)].map(({ 0: word, index }) => {
		const start = span.start + quotes + index;
		return { text: word, span: { start, end: start + word.length } };
	});
}

function cutCommands(words: readonly PlainWord[]): readonly PlainCommand[] {
	const commands: PlainWord[][] = [[]];
	for (const { text, span } of words) {
		const ends = text.length > 1 && text.endsWith(";");
		if (SEPARATORS.test(text)) commands.push([]);
		else {
			const bare = ends ? text.slice(0, -1) : text;
			commands[commands.length - 1]?.push({
				text: bare.replace(/^(["'])(.*)\1$/, "$2"),
				span: { start: span.start, end: ends ? span.end - 1 : span.end },
			});
		}
		if (ends) commands.push([]);
	}
	return commands.flatMap((command) => named(command));
}

/** More of PowerShell in PowerShell nobody writes by hand, and each level copies its words. */
const MOST_LEVELS = 4;

function named([first, ...words]: readonly PlainWord[], level = 0): readonly PlainCommand[] {
	const program = first?.text
		.split(/[\\/]/)
		.pop()
		// cmd does not show a command behind `@`.
		?.replace(/^@|\.exe$/gi, "")
		.toLowerCase();
	if (program === undefined || program === "") return [];
	const command = level < MOST_LEVELS ? innerCommandAt(program, words) : -1;
	return command === -1 ? [{ program, words }] : named(words.slice(command).flatMap(withoutQuotes), level + 1);
}

/** Where the words of the command begin that another shell is told to run; -1 without one. */
function innerCommandAt(program: string, words: readonly PlainWord[]): number {
	if (program === "cmd") {
		const option = words.findIndex(({ text }) => /^\/[ck]$/i.test(text));
		return option === -1 || words.slice(0, option).some(({ text }) => !text.startsWith("/")) ? -1 : option + 1;
	}
	if (program !== "powershell" && program !== "pwsh") return -1;
	const command = powershellCommandAt(
		program,
		words.map(({ text }) => text),
	);
	return command ?? -1;
}

/** A word of a quoted command, which was cut at blanks, too. */
function withoutQuotes({ text, span }: PlainWord): readonly PlainWord[] {
	const before = /^["'&{]*/.exec(text)?.[0].length ?? 0;
	const inner = text.slice(before).replace(/["'};]*$/, "");
	const start = span.start + before;
	return inner === "" ? [] : [{ text: inner, span: { start, end: start + inner.length } }];
}
