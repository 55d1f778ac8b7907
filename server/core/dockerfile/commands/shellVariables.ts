import { TEST_PROGRAMS } from "../../knowledge/plainPrograms.ts";
import { RELEASE_FILE, RELEASE_VARIABLE, TOOL_SETUP_FILE } from "../../knowledge/sourcedFiles.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { comparable, resolveWord } from "../../shell/words.ts";
import type { Step } from "../model/model.ts";
import { UNKNOWN, UNSET, type VariableValue } from "../syntax/variableValue.ts";
import { variableAt } from "../variables/variables.ts";
import { orderOf } from "./commandOrder.ts";
import { commandsOf } from "./scripts.ts";

/** Commands whose assignments stay when they are done. */
const DECLARING = new Set(["export", "declare", "typeset", "local", "readonly"]);
/** Commands that take the names of variables as words. */
const NAMING = new Set(["unset", "read", "getopts"]);
const MAYBE = new Set(["branch", "loop", "function", "subshell", "substitution", "condition"]);

/**
 * What a command of a RUN sees under a name: its own `NAME=value`, what the script assigned or exported above it, then ENV and
 * ARG. Unknown where a branch, a loop, `read`, a file that the script reads, or the base image decides.
 */
export function shellVariableAt(step: Step, command: ShellCommand, name: string): VariableValue {
	for (let at: ShellCommand | undefined = command; at !== undefined; at = at.wrapper) {
		const own = at.assignments.find((assignment) => assignment.name === name);
		if (own?.value !== undefined) return own.value.value === undefined ? UNKNOWN : { kind: "set", value: own.value.value };
	}
	if (command.loopVariables.includes(name)) return UNKNOWN;
	const assigned = assignedBefore(step, command, name);
	if (assigned !== undefined) return assigned;
	const value = variableAt(step, name);
	// That a file sets what nothing else does is a mere possibility.
	return value.kind === "set" && lastSource(step, command, name) !== -1 ? UNKNOWN : value;
}

/** What the script has assigned to a name above a command; undefined if it has not. */
function assignedBefore(step: Step, command: ShellCommand, name: string): VariableValue | undefined {
	const order = orderOf(step);
	const at = order.get(command) ?? 0;
	const sourced = lastSource(step, command, name);
	const assigning = assigningCommands(step).get(name) ?? [];
	for (let index = assigning.length - 1; index >= 0; index--) {
		const earlier = assigning[index] as ShellCommand;
		const place = order.get(earlier) ?? 0;
		const value = place < at ? assignedBy(step, earlier, command, name) : undefined;
		if (value !== undefined) return place < sourced ? UNKNOWN : value;
	}
	return undefined;
}

/** Where the last file was read into the shell that could have set what a command sees under a name, in the order of the commands; -1 without one. */
function lastSource(step: Step, command: ShellCommand, name: string): number {
	const sources = sourcingCommands(step);
	if (sources.length === 0) return -1;
	const order = orderOf(step);
	const at = order.get(command) ?? 0;
	const source = sources.findLast((other) => (order.get(other) ?? 0) < at && mayHaveSet(other, command, name));
	return source === undefined ? -1 : (order.get(source) ?? 0);
}

/** The commands of a RUN that read a file into the shell. */
const sourcingCommands = remembered((step: Step): readonly ShellCommand[] =>
	commandsOf(step).filter(({ program }) => program === "." || program === "source"),
);

/** Whether a file that was read into the shell could have set what a command sees under a name. */
function mayHaveSet(source: ShellCommand, command: ShellCommand, name: string): boolean {
	const isApart = source.within.some(
		(enclosure, index) => (enclosure === "subshell" || enclosure === "substitution") && command.within[index] !== enclosure,
	);
	if (isApart || (source.wrapper !== undefined && source.wrapper !== command.wrapper)) return false;
	const file = source.args[0]?.text.replace(/["']/g, "") ?? "";
	return RELEASE_FILE.test(file) ? RELEASE_VARIABLE.test(name) : !TOOL_SETUP_FILE.test(file);
}

/** What a command sees under a name, if its RUN assigns it once, and whatever happens: not in a branch, and not behind a test. */
export function valueAssignedOnce(step: Step, command: ShellCommand, name: string): string | undefined {
	const value = shellVariableAt(step, command, name);
	const [assigning, ...others] = assigningCommands(step).get(name) ?? [];
	if (value.kind !== "set" || assigning === undefined || others.length > 0) return undefined;
	if (assigning.within.length > 0 || assigning.wrapper !== undefined || assigning.connector === "||") return undefined;
	const commands = commandsOf(step);
	const before = commands[commands.indexOf(assigning) - 1]?.program ?? "";
	return assigning.connector === "&&" && TEST_PROGRAMS.has(before) ? undefined : value.value;
}

/** The commands of a RUN that could assign a variable, by its name, in order. */
export const assigningCommands = remembered((step: Step): ReadonlyMap<string, readonly ShellCommand[]> => {
	const byName = new Map<string, ShellCommand[]>();
	const add = (name: string, command: ShellCommand): void => {
		const commands = byName.get(name);
		if (commands === undefined) byName.set(name, [command]);
		else if (commands[commands.length - 1] !== command) commands.push(command);
	};
	for (const command of commandsOf(step)) {
		for (const { name } of command.assignments) add(name, command);
		for (const name of command.loopVariables) add(name, command);
		if (NAMING.has(command.program ?? "")) for (const word of command.args) if (word.value !== undefined) add(word.value, command);
	}
	return byName;
});

/** The value that an earlier command leaves under a name; undefined if it leaves it alone. */
function assignedBy(step: Step, earlier: ShellCommand, command: ShellCommand, name: string): VariableValue | undefined {
	if (earlier.program === "unset" && earlier.args.some((word) => word.value === name)) return UNSET;
	if (earlier.loopVariables.includes(name)) return UNKNOWN;
	if ((earlier.program === "read" || earlier.program === "getopts") && earlier.args.some((word) => word.value === name)) return UNKNOWN;
	if (earlier.name !== undefined && !DECLARING.has(earlier.program ?? "")) return undefined;
	const assignment = earlier.assignments.findLast((candidate) => candidate.name === name);
	if (assignment === undefined || (assignment.value === undefined && earlier.program !== undefined)) return undefined;
	if (earlier.within.some((enclosure) => MAYBE.has(enclosure)) && earlier.within.join() !== command.within.join()) return UNKNOWN;
	return assignment.value === undefined ? UNKNOWN : madeOfOwn(step, assignment.value);
}

/** The values that a script makes of others, by their words. */
const valuesMade = remembered((_: Step) => new Map<ShellWord, VariableValue>());

/** The value that a script gives by a word: literal, or made of what it has assigned itself. The default of an ARG may be another one in each build. */
function madeOfOwn(step: Step, word: ShellWord): VariableValue {
	if (word.value !== undefined) return { kind: "set", value: word.value };
	const made = valuesMade(step);
	// All at once and in order, so that a long chain is no deep recursion.
	if (made.size === 0)
		for (const command of commandsOf(step)) for (const { value } of command.assignments) make(step, command, value, made);
	return made.get(word) ?? UNKNOWN;
}

function make(step: Step, command: ShellCommand, word: ShellWord | undefined, made: Map<ShellWord, VariableValue>): void {
	if (word === undefined || word.value !== undefined) return;
	made.set(word, UNKNOWN);
	const text = resolveWord(word, (name) => {
		const value = assignedBefore(step, command, name);
		return value?.kind === "set" ? value.value : undefined;
	});
	if (text !== undefined) made.set(word, { kind: "set", value: text });
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

/** What a word of a command says when its variables have the values that the file gives them, `${NAME}` for the others: a text to compare. */
export function textAt(step: Step, command: ShellCommand, word: ShellWord): string {
	if (word.value !== undefined) return word.value;
	const parts = word.parts.map((part) => {
		const single = { ...word, value: undefined, parts: [part] };
		return wordAt(step, command, single) ?? comparable(single);
	});
	return parts.join("");
}
