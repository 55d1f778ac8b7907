import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { comparable, resolveWord } from "../../shell/words.ts";
import type { Step } from "../model/model.ts";
import { variableAt } from "../variables/variables.ts";
import { commandsOf } from "./scripts.ts";

/**
 * What a word of a RUN says when ARG and ENV have the values that the file gives them; undefined if something else decides.
 * A variable that the script itself assigns is not looked up.
 */
export function wordValue(step: Step, word: ShellWord): string | undefined {
	if (word.value !== undefined) return word.value;
	return resolveWord(word, (name) => {
		if (assignsVariable(commandsOf(step), name)) return undefined;
		const value = variableAt(step, name);
		return value.kind === "set" ? value.value : undefined;
	});
}

/** The same as a text to compare: `${NAME}` stands for what something else decides. */
export function writtenValue(step: Step, word: ShellWord): string {
	return wordValue(step, word) ?? comparable(word);
}

function assignsVariable(commands: readonly ShellCommand[], name: string): boolean {
	return commands.some(
		(command) =>
			command.assignments.some((assignment) => assignment.name === name) ||
			command.loopVariables.includes(name) ||
			((command.program === "read" || command.program === "getopts") && command.args.some((word) => word.value === name)),
	);
}
