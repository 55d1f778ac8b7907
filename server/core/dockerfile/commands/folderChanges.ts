import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { Step } from "../model/model.ts";
import { scriptsOf } from "./scripts.ts";
import { wordValue } from "./wordValues.ts";

/** The directory of a `cd`, if it is absolute; a variable must be known. */
function changedTo(step: Step, command: ShellCommand): string | undefined {
	const word = command.args[0];
	const path = word === undefined ? undefined : wordValue(step, word);
	return path?.startsWith("/") === true && path.length > 1 ? path : undefined;
}

/** The directory of a `cd` as WORKDIR takes it, if it is a plain word. */
export function plainPath(command: ShellCommand): string | undefined {
	const value = command.args[0]?.value;
	return value !== undefined && /^[\w./+-]+$/.test(value) && !value.startsWith("-") ? value : undefined;
}

/** Whether something in a step leads back to where it was before its `cd`. */
export function asksForOldDirectory(step: Step): boolean {
	return /\bOLDPWD\b|\bcd -|~-/.test(step.arguments.text);
}

/** The `cd` to an absolute folder that a step begins with, if other commands follow in it. Options of the shell may stand in front. */
export function leadingChange(step: Step): ShellCommand | undefined {
	const script = step.keyword === "RUN" && step.exec === undefined ? scriptsOf(step)[0] : undefined;
	if (script?.form !== "line" || script.errors.length > 0) return undefined;
	const at = script.commands.findIndex((command) => !setsOptions(command));
	const [first, second] = script.commands.slice(at).filter((command) => command.within.length === 0 && command.wrapper === undefined);
	if (first?.name?.value !== "cd" || first.args.length !== 1 || first.pipeline !== undefined || first !== script.commands[at])
		return undefined;
	if (at > 0 && !/^(?:&&|;)$/.test(first.connector)) return undefined;
	return second !== undefined && /^(?:&&|;)$/.test(second.connector) && changedTo(step, first) !== undefined ? first : undefined;
}

/** The commands of a step with the `cd` that it begins with and the one that it ends with, where WORKDIR, or nothing, could take their place. */
interface FolderChanges {
	readonly commands: readonly ShellCommand[];
	/** With the absolute folder that it leads to. */
	readonly first?: { readonly command: ShellCommand; readonly path: string };
	readonly last?: ShellCommand;
}

const NO_CHANGES: FolderChanges = { commands: [] };

/** The changes of folder in a step; none in a heredoc, a text that another shell gets, or exec form. */
export const changesIn = remembered((step: Step): FolderChanges => {
	if (step.keyword !== "RUN" || !/\bcd[ \t]/.test(step.line.text) || step.exec !== undefined) return NO_CHANGES;
	const script = scriptsOf(step)[0];
	if (script?.form !== "line" || script.errors.length > 0) return NO_CHANGES;
	const commands = script.commands.filter((command) => command.within.length === 0 && command.wrapper === undefined);
	const all = script.commands.filter((command) => command.name?.value === "cd");
	const changes = commands.filter((command) => all.includes(command) && command.args.length === 1 && command.pipeline === undefined);
	const end = commands[commands.length - 1];
	const statement = script.statements[script.statements.length - 1];
	const ends = end !== undefined && end.end === statement?.end && !statement.background && end.connector !== "||";
	// There and back.
	if (ends && end.args[0]?.text === "-" && changes.length > 1) return NO_CHANGES;
	const last = ends && changes.includes(end) ? end : undefined;
	const first = leadingChange(step);
	const path = first === undefined ? undefined : changedTo(step, first);
	// What stands in loops, branches and groups changes the directory, too.
	const isOnly = [changes, all.filter((command) => !runsInOtherShell(command))].every(
		(some) => some.filter((command) => command !== last).length === 1,
	);
	return {
		commands,
		...(last === undefined ? {} : { last }),
		...(first === undefined || path === undefined || !isOnly || isForAWhile(step, commands, path)
			? {}
			: { first: { command: first, path } }),
	};
});

/** Whether a command runs in a shell of its own: the directory of the step stays as it is. */
function runsInOtherShell({ within, wrapper, pipeline }: ShellCommand): boolean {
	if (within.includes("subshell") || within.includes("substitution") || pipeline !== undefined) return true;
	return wrapper !== undefined && !/^(?:eval|command|builtin)$/.test(wrapper.program ?? "");
}

/** A folder for temporary files, or one that the step removes, or empties, itself. */
function isForAWhile(step: Step, commands: readonly ShellCommand[], path: string): boolean {
	if (/^\/(?:var\/)?tmp(?:\/|$)|^\/dev\/shm/.test(path)) return true;
	return commands.some(
		(command) =>
			command.program === "rm" &&
			command.args.some((word) => {
				const target = wordValue(step, word)?.replace(/\/\*?$/, "");
				return target === undefined || (target.startsWith("/") && `${path}/`.startsWith(`${target}/`));
			}),
	);
}

/** `set -ex`, `set -o errexit`, and nothing that gives the step words of its own. */
function setsOptions({ program, args, within, wrapper, pipeline, redirects }: ShellCommand): boolean {
	const plain = within.length === 0 && wrapper === undefined && pipeline === undefined && redirects.length === 0;
	return (
		plain &&
		program === "set" &&
		args.length > 0 &&
		args.every(({ text }) => /^[-+][a-zA-Z]+$|^(?:errexit|nounset|pipefail|verbose|xtrace)$/.test(text))
	);
}
