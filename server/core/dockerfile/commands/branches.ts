import type { ShellCommand } from "../../shell/model.ts";
import type { Step } from "../model/model.ts";
import { declarationAt } from "../variables/variables.ts";
import { orderOf } from "./commandOrder.ts";
import { commandsOf } from "./scripts.ts";
import { shellVariableAt } from "./shellVariables.ts";

const TESTS = new Set(["[", "[[", "test"]);
/** Whether something is given: no choice between kinds of it. */
const ASKS_FOR_PRESENCE = /^-[nz]$/;

/**
 * Whether a command stands in a branch that the value of an ARG or of an unknown variable chooses: in a `case`, or where a test in the
 * condition compares one. What is asked of files, and whether a variable is set at all, chooses nothing.
 */
export function isChosenByVariable(step: Step, command: ShellCommand): boolean {
	return command.within.some((enclosure, depth) => {
		if (enclosure !== "branch") return false;
		const condition = conditionAbove(step, command, depth);
		return condition.length === 0 || condition.some((test) => comparesVariable(step, test));
	});
}

/** The commands of the nearest condition in front of a branch that stands so deep in a command's enclosures; none for a `case`. */
function conditionAbove(step: Step, command: ShellCommand, depth: number): readonly ShellCommand[] {
	const commands = commandsOf(step);
	const found: ShellCommand[] = [];
	for (let index = (orderOf(step).get(command) ?? 0) - 1; index >= 0; index--) {
		const earlier = commands[index] as ShellCommand;
		const enclosure = earlier.within[depth];
		if (enclosure === "condition") found.push(earlier);
		else if (enclosure !== "branch" || found.length > 0) break;
	}
	return found;
}

function comparesVariable(step: Step, test: ShellCommand): boolean {
	if (test.program !== undefined && !TESTS.has(test.program)) return false;
	if (test.args.some(({ text }) => ASKS_FOR_PRESENCE.test(text))) return false;
	const words = test.name === undefined ? test.args : [test.name, ...test.args];
	return words.some(({ parts }) => parts.some((part) => part.kind === "variable" && isOpen(step, test, part.name)));
}

/** Whether the build decides what a variable holds, or nobody knows who does. */
function isOpen(step: Step, command: ShellCommand, name: string): boolean {
	return declarationAt(step, name)?.kind === "ARG" || shellVariableAt(step, command, name).kind !== "set";
}
