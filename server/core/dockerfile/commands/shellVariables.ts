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
	const order = orderOf(step);
	const at = order.get(command) ?? 0;
	const source = sourcingCommands(step).findLast((other) => (order.get(other) ?? 0) < at && mayHaveSet(other, command, name));
	const sourced = source === undefined ? -1 : (order.get(source) ?? 0);
	const assigning = assigningCommands(step).get(name) ?? [];
	for (let index = assigning.length - 1; index >= 0; index--) {
		const earlier = assigning[index] as ShellCommand;
		const value = (order.get(earlier) ?? 0) < at ? assignedBy(earlier, command, name) : undefined;
		if (value !== undefined) return (order.get(earlier) ?? 0) < sourced ? UNKNOWN : value;
	}
	const value = variableAt(step, name);
	// That a file sets what nothing else does is a mere possibility.
	return source !== undefined && value.kind === "set" ? UNKNOWN : value;
}

/** The commands of a RUN that read a file into the shell. */
const sourcingCommands = remembered((step: Step): readonly ShellCommand[] =>
	commandsOf(step).filter(({ program }) => program === "." || program === "source"),
);

/** Files that set up a tool: nothing but what is its own. */
const OWN_VARIABLES = /(?:\/activate|\/nvm\.sh|\.cargo\/env|profile|rc|conda\.sh|setup\.(?:ba|z)?sh|envvars|\.functions)$/;
const RELEASE_FILE = /^\/(?:etc|usr\/lib)\/(?:os|lsb)-release$/;
const RELEASE_VARIABLE =
	/^(?:NAME|ID|ID_LIKE|PRETTY_NAME|VERSION(?:_ID|_CODENAME)?|UBUNTU_CODENAME|VARIANT(?:_ID)?|BUILD_ID|CPE_NAME|\w+_URL|DISTRIB_\w+)$/;

/** Whether a file that was read into the shell could have set what a command sees under a name. */
function mayHaveSet(source: ShellCommand, command: ShellCommand, name: string): boolean {
	const isApart = source.within.some(
		(enclosure, index) => (enclosure === "subshell" || enclosure === "substitution") && command.within[index] !== enclosure,
	);
	if (isApart || (source.wrapper !== undefined && source.wrapper !== command.wrapper)) return false;
	const file = source.args[0]?.text.replace(/["']/g, "") ?? "";
	return RELEASE_FILE.test(file) ? RELEASE_VARIABLE.test(name) : !OWN_VARIABLES.test(file);
}

/** What a command sees under a name, if its RUN assigns it once, and whatever happens: not in a branch, and not behind a test. */
export function valueAssignedOnce(step: Step, command: ShellCommand, name: string): string | undefined {
	const value = shellVariableAt(step, command, name);
	const [assigning, ...others] = assigningCommands(step).get(name) ?? [];
	if (value.kind !== "set" || assigning === undefined || others.length > 0) return undefined;
	if (assigning.within.length > 0 || assigning.wrapper !== undefined || assigning.connector === "||") return undefined;
	const commands = commandsOf(step);
	const before = commands[commands.indexOf(assigning) - 1]?.program ?? "";
	return assigning.connector === "&&" && /^(?:\[\[?|test)$/.test(before) ? undefined : value.value;
}

/** The commands of a RUN that could assign a variable, by its name, in order. */
const assigningCommands = remembered((step: Step): ReadonlyMap<string, readonly ShellCommand[]> => {
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
function assignedBy(earlier: ShellCommand, command: ShellCommand, name: string): VariableValue | undefined {
	if (earlier.program === "unset" && earlier.args.some((word) => word.value === name)) return UNSET;
	if (earlier.loopVariables.includes(name)) return UNKNOWN;
	if ((earlier.program === "read" || earlier.program === "getopts") && earlier.args.some((word) => word.value === name)) return UNKNOWN;
	if (earlier.name !== undefined && !DECLARING.has(earlier.program ?? "")) return undefined;
	const assignment = earlier.assignments.findLast((candidate) => candidate.name === name);
	if (assignment === undefined || (assignment.value === undefined && earlier.program !== undefined)) return undefined;
	if (earlier.within.some((enclosure) => MAYBE.has(enclosure)) && earlier.within.join() !== command.within.join()) return UNKNOWN;
	return assignment.value?.value === undefined ? UNKNOWN : { kind: "set", value: assignment.value.value };
}

/** The values that the script of a RUN assigns to a variable, in whatever branch; none where it does not write all of them out. */
export function assignedValues(step: Step, name: string): readonly string[] {
	const assigning = assigningCommands(step).get(name) ?? [];
	if (assigning.some(({ program, loopVariables }) => program === "read" || program === "getopts" || loopVariables.includes(name)))
		return [];
	const values = assigning.flatMap(({ assignments }) => assignments.filter((one) => one.name === name).map(({ value }) => value?.value));
	const known = values.filter((value) => value !== undefined);
	return known.length === values.length ? known : [];
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
