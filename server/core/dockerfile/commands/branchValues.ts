import { SHELL_STARTERS } from "../../knowledge/wrappers.ts";
import { rememberedFor } from "../../memo.ts";
import type { ShellChoice, ShellCommand } from "../../shell/model.ts";
import type { Step } from "../model/model.ts";
import { declarationAt, variableAt } from "../variables/variables.ts";
import { orderOf } from "./commandOrder.ts";
import { commandsOf, type StepScript, scriptOf } from "./scripts.ts";
import { assigningCommands } from "./shellVariables.ts";

/**
 * The values that a variable may have in a command: those that its RUN assigns in whatever branch and, unless one of them is assigned on each
 * path to the command, the one from outside. None where some of them cannot be told.
 */
export function branchValues(step: Step, command: ShellCommand, name: string): readonly string[] {
	const { values, sure } = assignedIn(step, name);
	const from = outermost(command);
	if (values.length === 0 || from === undefined) return [];
	const before = orderOf(step).get(from) ?? 0;
	if (sure.some((place) => place.order < before && isPassed(place, from))) return values;
	const outside = variableAt(step, name);
	if (outside.kind === "set") return [...values, outside.value];
	// An ARG without a value may get any.
	return outside.kind === "unset" && declarationAt(step, name) === undefined ? values : [];
}

interface Assigned {
	readonly values: readonly string[];
	/** Where one of them is assigned in any case, once the script comes there. */
	readonly sure: readonly Place[];
}

interface Place {
	readonly script: StepScript;
	readonly at: number;
	/** The place of its last command among those of the step. */
	readonly order: number;
}

const NOTHING: Assigned = { values: [], sure: [] };
const READING: ReadonlySet<string> = new Set(["read", "getopts", ".", "source", "eval"]);

const assignedIn = rememberedFor((step: Step, name: string): Assigned => {
	const assigning = assigningCommands(step).get(name) ?? [];
	const [first] = assigning;
	const script = first === undefined ? undefined : scriptOf(step, first);
	if (script === undefined || script.errors.length > 0 || isAssignedOtherwise(step, script, name)) return NOTHING;
	const assigned = assigning.flatMap(({ assignments }) => assignments.filter((one) => one.name === name).map(({ value }) => value?.value));
	const values = assigned.filter((value) => value !== undefined);
	if (values.length < assigned.length || assigning.some(({ program }) => program === "unset")) return NOTHING;
	const order = orderOf(step);
	const choices = new Set(assigning.flatMap(({ choice }) => (choice !== undefined && choice.outer === undefined ? [choice] : [])));
	const chosen = [...choices].flatMap((choice) => (assignsInEachBranch(choice, name) ? [choice.branches.flat()] : []));
	const alone = assigning.flatMap((command) => (command.name === undefined && command.within.length === 0 ? [[command]] : []));
	const sure = [...alone, ...chosen].flatMap((commands): readonly Place[] => {
		const [start, last] = [commands[0], commands[commands.length - 1]];
		return start === undefined || last === undefined ? [] : [{ script, at: start.at, order: order.get(last) ?? 0 }];
	});
	return { values, sure };
});

/** By a loop, by what the shell reads, by an operator. */
function isAssignedOtherwise(step: Step, { source }: StepScript, name: string): boolean {
	const otherwise = new RegExp(`\\b(?:for|select)\\s+${name}\\b|\\b${name}\\+=|\\{${name}:?=|-v\\s*${name}\\b`);
	return otherwise.test(source.text) || commandsOf(step).some(({ program }) => READING.has(program ?? ""));
}

/** Whether each branch of a choice that leaves none out assigns a variable, or ends the script. */
function assignsInEachBranch({ branches, complete }: ShellChoice, name: string): boolean {
	const isDone = ({ name: called, program, assignments, connector, within }: ShellCommand, before: ShellCommand | undefined): boolean =>
		within.length === 1 &&
		within[0] === "branch" &&
		(connector === "start" || connector === ";" || (connector === "&&" && (before?.name === undefined || before.program === "echo"))) &&
		(program === "exit" || (called === undefined && assignments.some((one) => one.name === name)));
	return complete && branches.every((commands) => commands.some((command, index) => isDone(command, commands[index - 1])));
}

/** Whether the script comes past a place on its way to a command: a statement of its own, or in front of it in the same list of `&&`. */
function isPassed({ script, at }: Place, command: ShellCommand): boolean {
	const statement = script.statements.find((one) => one.at <= at && at < one.end);
	if (statement === undefined || statement.background) return false;
	if (statement.compound || statement.at === at) return true;
	const isSame = statement.at <= command.at && command.end <= statement.end;
	return isSame && !script.source.text.slice(statement.at, command.at).includes("||");
}

/** The command of the RUN's own shell that runs it; undefined where another shell stands between the two. */
function outermost(command: ShellCommand): ShellCommand | undefined {
	for (let outer = command; ; outer = outer.wrapper) {
		if (SHELL_STARTERS.has(outer.program ?? "")) return undefined;
		if (outer.wrapper === undefined) return outer;
	}
}
