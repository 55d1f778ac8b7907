import { remembered, rememberedFor } from "../../memo.ts";
import type { ShellChoice, ShellCommand } from "../../shell/model.ts";
import { orderOf } from "../commands/commandOrder.ts";
import { commandsOf, scriptsOf } from "../commands/scripts.ts";
import { mayRemove, removes } from "../files/removals.ts";
import type { Step } from "../model/model.ts";
import { type Answer, anyOf } from "../syntax/answer.ts";
import { hidesCommands } from "./hiddenCommands.ts";
import { packageCallAt } from "./packageCalls.ts";

/** What a RUN deletes of one path. */
interface Removal {
	/** By a trap or a function, which may run at the end. */
	readonly anywhere: Answer;
	/** By the cleaning commands from each one on, without those in branches. */
	readonly from: readonly Answer[];
	/** By the last commands in branches of `if` and `case`. */
	readonly inBranches: readonly { readonly command: ShellCommand; readonly at: number; readonly answer: Answer }[];
}

/** Nobody writes more of them for one path: others count like those outside of branches. */
const MOST_IN_BRANCHES = 20;

/**
 * Whether what follows `command` in its RUN deletes `path`, or all that lies in it. Unknown where a variable could name it, or a
 * script that is called after cleaning.
 */
export function removedAfter(step: Step, command: ShellCommand, path: string): Answer {
	const removal = removalOf(step, path);
	const at = orderOf(step).get(command) ?? 0;
	const chosen = removal.inBranches.filter((other) => other.at > at && !excludes(command, other.command)).map(({ answer }) => answer);
	const next = cleaningCommands(step).findIndex((other) => other.at > at);
	return anyOf([removal.anywhere, removal.from[next] ?? "no", ...chosen]);
}

/** Whether a command runs only where another one does not: they stand in different branches. */
function excludes(command: ShellCommand, other: ShellCommand): boolean {
	if (command.within.includes("loop") || other.within.includes("loop")) return false;
	for (let { choice } = other; choice !== undefined; choice = choice.outer) {
		const numbers = branchNumbers(choice);
		const own = numbers.get(command);
		if (own !== undefined) return own !== numbers.get(other);
	}
	return false;
}

/** In which branch of a choice each command stands. */
const branchNumbers = remembered(
	({ branches }: ShellChoice): ReadonlyMap<ShellCommand, number> =>
		new Map(branches.flatMap((branch, number) => branch.map((command) => [command, number] as const))),
);

/** A command that may delete something, or decides whether others do. */
interface CleaningCommand {
	readonly command: ShellCommand;
	/** Its place among the commands of its RUN. */
	readonly at: number;
}

const cleaningCommands = remembered((step: Step): readonly CleaningCommand[] =>
	commandsOf(step).flatMap((command, at) =>
		command.program === "trap" || endsScript(step, command) || mayRemove(command) || mayHideRemoval(step, command) ? [{ command, at }] : [],
	),
);

const removalOf = rememberedFor((step: Step, path): Removal => {
	const commands = commandsOf(step);
	const cleaning = cleaningCommands(step);
	const from: Answer[] = new Array(cleaning.length);
	const inBranches: { command: ShellCommand; at: number; answer: Answer }[] = [];
	let anywhere: Answer = "no";
	let later: Answer = "no";
	for (let index = cleaning.length - 1; index >= 0; index--) {
		const { command, at } = cleaning[index] as CleaningCommand;
		if (command.program === "trap") {
			if (command.args.some((word) => word.text.includes(path))) anywhere = "yes";
		} else if (endsScript(step, command)) {
			later = "no";
			inBranches.length = 0;
		} else {
			const answer = mayHideRemoval(step, command) ? "unknown" : removes(step, command, path);
			if (answer !== "no" && !standsIn(step, command, commands[at - 1])) {
				const inFunction = command.within.includes("function");
				const isCalled = inFunction && callsFunctions(step);
				if (isCalled) anywhere = anyOf([anywhere, answer]);
				const isChosen = !inFunction && command.choice !== undefined && inBranches.length < MOST_IN_BRANCHES;
				if (isChosen) inBranches.push({ command, at, answer });
				else if (!inFunction || isCalled) later = anyOf([later, answer]);
			}
		}
		from[index] = later;
	}
	return { anywhere, from, inBranches };
});

/** Whether a command is a plain `exit`, so that nothing behind it runs but traps. */
export function endsScript(step: Step, { program, within, connector, pipeline }: ShellCommand): boolean {
	const isPlain = program === "exit" && within.length === 0 && pipeline === undefined && (connector === ";" || connector === "start");
	return isPlain && scriptsOf(step).length === 1;
}

/** Whether a command runs only where an install in front of it fails: `apt-get install -y curl || rm -rf …`. */
function standsIn(step: Step, command: ShellCommand, before: ShellCommand | undefined): boolean {
	if (command.connector !== "||" || before === undefined) return false;
	const kind = packageCallAt(step, before)?.kind;
	return kind === "install" || kind === "upgrade" || kind === "refresh";
}

/** Commands that run others by a text: functions among them. */
const BY_TEXT = new Set(["trap", "eval", ".", "source"]);

/** Whether something in a RUN calls functions of its scripts, or may do so. */
const callsFunctions = remembered((step: Step): boolean =>
	scriptsOf(step).some(
		({ functions, commands }) =>
			functions.size > 0 &&
			commands.some(({ name, program }) => name !== undefined && (program === undefined || functions.has(program) || BY_TEXT.has(program))),
	),
);

/** Whether a command calls what nobody can read, and what it is called says that it cleans up. */
function mayHideRemoval(step: Step, command: ShellCommand): boolean {
	return hidesCommands(step, command) && /clean|purge|minim|strip/i.test(textOf(command));
}

function textOf(command: ShellCommand): string {
	return [command.name, ...command.args].map((word) => word?.text ?? "").join(" ");
}
