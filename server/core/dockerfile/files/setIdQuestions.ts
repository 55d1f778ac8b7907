import { baseName } from "../../baseName.ts";
import { TEST_PROGRAMS } from "../../knowledge/plainPrograms.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { writtenValue } from "../commands/wordValues.ts";
import type { Dockerfile, Step } from "../model/model.ts";
import { stepText } from "../model/stepText.ts";

/** A command that asks for the setuid and setgid bits of files. */
export interface SetIdQuestion {
	/** Where its step begins. */
	readonly at: number;
	/** The last parts of their paths; undefined where it asks for all files that have the bits. */
	readonly files: readonly string[] | undefined;
}

/** The commands of a file that ask for setuid and setgid bits, but for a `find` that takes them away. */
export const setIdQuestions = remembered((file: Dockerfile): readonly SetIdQuestion[] =>
	file.stages
		.flatMap(runSteps)
		.filter((step) => /-[ug]\b|-perm|\bstat\b/.test(stepText(step)))
		.flatMap((step) => commandsOf(step).flatMap((command) => questionOf(step, command, commandsOf(step)))),
);

/** Options of stat that take a value. */
const STAT_VALUES = ["-c", "--format", "--printf"];

function questionOf(step: Step, command: ShellCommand, commands: readonly ShellCommand[]): readonly SetIdQuestion[] {
	const { program, args } = command;
	const at = step.span.start;
	if (program === "find") return asksForSetId(command) && !changesFound(command, commands) ? [{ at, files: undefined }] : [];
	const tests = TEST_PROGRAMS.has(program ?? "");
	if (program !== "stat" && !(tests && args.some(({ text }) => /^-[ug]$/.test(text)))) return [];
	const { operands } = readArguments(args, tests ? [] : STAT_VALUES);
	return [{ at, files: operands.map((word) => baseName(writtenValue(step, word))) }];
}

/** `-perm -4000`, `-perm /6000`, `-perm /u=s`: with a mode that nobody knows, maybe. */
function asksForSetId({ args }: ShellCommand): boolean {
	return args.some((word, index) => {
		if (args[index - 1]?.text !== "-perm") return false;
		const { value } = word;
		return value === undefined || value.includes("s") || /^[-/+]?[0-7]*[2-7][0-7]{3}$/.test(value);
	});
}

/** Whether a `find` deletes what it finds, or gives it another mode. */
function changesFound(finder: ShellCommand, commands: readonly ShellCommand[]): boolean {
	if (finder.args.some(({ text }) => text === "-delete")) return true;
	const piped = finder.pipeline?.commands ?? [];
	return commands.some(
		({ program, wrapper }) =>
			(program === "chmod" || program === "rm") && wrapper !== undefined && (wrapper === finder || piped.includes(wrapper)),
	);
}
