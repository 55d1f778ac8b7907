import type { Span } from "../../text.ts";
import type { Step } from "../model/model.ts";
import { splitAtBlanks } from "../syntax/words.ts";
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
		return commandsOf(step).flatMap(({ program, args }) =>
			program === undefined
				? []
				: [{ program: program.toLowerCase(), words: args.map((word) => ({ text: word.value ?? word.text, span: word.span })) }],
		);
	if (step.exec !== undefined) return [];
	const commands: PlainWord[][] = [[]];
	for (const { text, span } of splitAtBlanks(step.arguments)) {
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
	return commands.flatMap((words) => named(words));
}

/** More of PowerShell in PowerShell nobody writes by hand, and each level copies its words. */
const MOST_LEVELS = 4;

function named([first, ...words]: readonly PlainWord[], level = 0): readonly PlainCommand[] {
	const program = first?.text
		.split(/[\\/]/)
		.pop()
		?.replace(/\.exe$/i, "")
		.toLowerCase();
	if (program === undefined || program === "") return [];
	const calls = level < MOST_LEVELS && (program === "powershell" || program === "pwsh");
	const command = calls ? words.findIndex(({ text }) => /^-c(?:ommand)?$/i.test(text)) : -1;
	return command === -1 ? [{ program, words }] : named(words.slice(command + 1).flatMap(withoutQuotes), level + 1);
}

/** A word of a quoted command, which was cut at blanks, too. */
function withoutQuotes({ text, span }: PlainWord): readonly PlainWord[] {
	const before = /^["'&{]*/.exec(text)?.[0].length ?? 0;
	const inner = text.slice(before).replace(/["'};]*$/, "");
	const start = span.start + before;
	return inner === "" ? [] : [{ text: inner, span: { start, end: start + inner.length } }];
}
