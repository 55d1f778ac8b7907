import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import type { SpanEdit } from "../../text.ts";
import type { StepScript } from "../commands/scripts.ts";
import { replace } from "./edit.ts";

/** Words that the shell runs itself, and that no program stands behind. */
export const SHELL_BUILTINS: ReadonlySet<string> = new Set(
	". : [[ alias bg break cd command continue eval exit export fg getopts hash jobs let local pushd popd read readonly return set shift source times trap type typeset ulimit umask unalias unset wait".split(
		" ",
	),
);

/** The simple command that ends the script at its outermost level; undefined if something else does. */
export function lastCommand(script: StepScript): ShellCommand | undefined {
	const statement = script.statements[script.statements.length - 1];
	const outer = script.commands.findLast((command) => command.within.length === 0 && command.wrapper === undefined);
	if (statement === undefined || outer === undefined || statement.background || script.errors.length > 0) return undefined;
	return outer.at >= statement.at && outer.end === statement.end && outer.pipeline === undefined ? outer : undefined;
}

/** The edits that make a JSON array of a script that is one command made of words that the shell changes nothing about; what stands between them stays. */
export function asJsonArray(script: StepScript): readonly SpanEdit[] | undefined {
	const command = lastCommand(script);
	const words = command === undefined ? undefined : plainWords(script, command);
	if (words === undefined) return undefined;
	// Without a shell there is nothing that `exec` could replace, and no program of that name.
	const [word, ...rest] = words;
	const isReplacing = word?.value === "exec";
	if (word === undefined || (isReplacing && (rest.length === 0 || rest[0]?.text.startsWith("-")))) return undefined;
	const kept = isReplacing ? rest : words;
	return kept.map(({ span, value }, index) =>
		replace(
			index === 0 ? { start: word.span.start, end: span.end } : span,
			`${index === 0 ? "[" : ""}${JSON.stringify(value)}${index === kept.length - 1 ? "]" : ","}`,
		),
	);
}

function plainWords(script: StepScript, command: ShellCommand): readonly ShellWord[] | undefined {
	// A flag in front of the command is none of its words, and no builder takes one.
	if (command.name === undefined || script.step.flags.length > 0) return undefined;
	if (script.statements.length !== 1 || command.connector !== "start") return undefined;
	if (command.assignments.length > 0 || command.redirects.length > 0 || SHELL_BUILTINS.has(command.program ?? "")) return undefined;
	if (script.source.text.slice(command.end).trim() !== "" || command.at !== 0) return undefined;
	const words = [command.name, ...command.args];
	const { text } = script.step.stage.file;
	return words.every((word) => isPlain(word) && !text.slice(word.span.start, word.span.end).includes("\n")) ? words : undefined;
}

function isPlain(word: ShellWord): boolean {
	if (word.value === undefined) return false;
	const quote = word.text[0];
	const whole = (quote === "'" || quote === '"') && word.text.endsWith(quote) && !word.text.slice(1, -1).includes(quote);
	return whole || !/[*?[\]{}~]/.test(word.text);
}
