import type { ShellCommand, ShellWord } from "../shell/model.ts";
import { resolveWord } from "../shell/words.ts";
import { UNKNOWN, UNSET, type VariableValue } from "./expand.ts";
import type { Step } from "./model.ts";
import { commandsOf } from "./scripts.ts";
import { variableAt } from "./variables.ts";

/** Commands whose assignments stay when they are done. */
const DECLARING = new Set(["export", "declare", "typeset", "local", "readonly"]);
const MAYBE = new Set(["branch", "loop", "function", "subshell", "substitution", "condition"]);

/**
 * What a command of a RUN sees under a name: its own `NAME=value`, what the script assigned or exported above it, then ENV and
 * ARG. Unknown where a branch, a loop, `read` or the base image decides.
 */
export function shellVariableAt(step: Step, command: ShellCommand, name: string): VariableValue {
	for (let at: ShellCommand | undefined = command; at !== undefined; at = at.wrapper) {
		const own = at.assignments.find((assignment) => assignment.name === name);
		if (own?.value !== undefined) return own.value.value === undefined ? UNKNOWN : { kind: "set", value: own.value.value };
	}
	const commands = commandsOf(step);
	for (let index = commands.indexOf(command) - 1; index >= 0; index--) {
		const value = assignedBy(commands[index] as ShellCommand, command, name);
		if (value !== undefined) return value;
	}
	return variableAt(step, name);
}

/** The value that an earlier command leaves under a name; undefined if it leaves it alone. */
function assignedBy(earlier: ShellCommand, command: ShellCommand, name: string): VariableValue | undefined {
	if (earlier.program === "unset" && earlier.args.some((word) => word.value === name)) return UNSET;
	if ((earlier.program === "read" || earlier.program === "getopts") && earlier.args.some((word) => word.value === name)) return UNKNOWN;
	if (earlier.name !== undefined && !DECLARING.has(earlier.program ?? "")) return undefined;
	const assignment = earlier.assignments.findLast((candidate) => candidate.name === name);
	if (assignment === undefined || (assignment.value === undefined && earlier.program !== undefined)) return undefined;
	if (earlier.within.some((enclosure) => MAYBE.has(enclosure)) && earlier.within.join() !== command.within.join()) return UNKNOWN;
	return assignment.value?.value === undefined ? UNKNOWN : { kind: "set", value: assignment.value.value };
}

/** What a word of a command says when its variables have the values that the file gives them; undefined if something else decides. */
export function wordAt(step: Step, command: ShellCommand, word: ShellWord): string | undefined {
	if (word.value !== undefined) return word.value;
	return resolveWord(word, (name) => {
		const value = shellVariableAt(step, command, name);
		// What looks unset may be the variable of a loop or an argument of the script.
		return value.kind === "set" ? value.value : undefined;
	});
}
