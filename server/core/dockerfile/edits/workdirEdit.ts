import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { SpanEdit } from "../../text.ts";
import { startsAtRoot } from "../base/startFolder.ts";
import { scriptsOf } from "../commands/scripts.ts";
import { wordValue } from "../commands/wordValues.ts";
import type { Stage, Step } from "../model/model.ts";
import { mountOption, mountsOf } from "../model/mounts.ts";
import { stagesFrom } from "../model/stages.ts";
import { anyStep } from "../model/stepFold.ts";
import { workdirAt } from "../variables/state.ts";
import { removeCommand } from "./commandEdit.ts";
import { insertInstructionAfter, insertInstructionBefore } from "./edit.ts";
import { isOpen } from "./stageEnd.ts";
import { referencesTo } from "./stageReferences.ts";

/** Instructions that do not ask for the working directory. */
const INDIFFERENT = new Set(["ARG", "ENV", "LABEL", "USER", "EXPOSE"]);

/** The directory of a `cd`, if it is absolute; a variable must be known. */
export function changedTo(step: Step, command: ShellCommand): string | undefined {
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
function leadingChange(step: Step): ShellCommand | undefined {
	const script = step.keyword === "RUN" && step.exec === undefined ? scriptsOf(step)[0] : undefined;
	if (script?.form !== "line" || script.errors.length > 0) return undefined;
	const at = script.commands.findIndex((command) => !setsOptions(command));
	const [first, second] = script.commands.slice(at).filter((command) => command.within.length === 0 && command.wrapper === undefined);
	if (first?.name?.value !== "cd" || first.args.length !== 1 || first.pipeline !== undefined || first !== script.commands[at])
		return undefined;
	if (at > 0 && !/^(?:&&|;)$/.test(first.connector)) return undefined;
	return second !== undefined && /^(?:&&|;)$/.test(second.connector) && changedTo(step, first) !== undefined ? first : undefined;
}

/** The commands of a step with the `cd` that it begins with, and the one that it ends with, if they are to be reported. */
interface FolderChanges {
	readonly commands: readonly ShellCommand[];
	readonly first?: ShellCommand;
	readonly last?: ShellCommand;
}

const NO_CHANGES: FolderChanges = { commands: [] };

/** The changes of folder in a step that WORKDIR, or nothing, could take the place of; none in a heredoc, a text that another shell gets, or exec form. */
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
	const last = ends && changes.includes(end) ? { last: changes.pop() as ShellCommand } : {};
	const first = leadingChange(step);
	// What stands in loops, branches and groups changes the directory, too.
	const own = all.filter((command) => !runsInOtherShell(command) && command !== last.last);
	const path = first === undefined || changes.length !== 1 || own.length !== 1 ? undefined : changedTo(step, first);
	return first === undefined || path === undefined || isForAWhile(step, commands, path)
		? { commands, ...last }
		: { commands, first, ...last };
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

/** A step with the `cd` to an absolute folder that it begins with. */
export interface LedStep {
	readonly step: Step;
	readonly command: ShellCommand;
}

/**
 * WORKDIR in front of steps that follow each other, in the place of the `cd` to the same folder that each of them begins with, and the old
 * one behind them, where something could ask for that. Undefined where that cannot be done.
 */
export function workdirAround(row: readonly LedStep[]): readonly SpanEdit[] | undefined {
	const [first, last] = [row[0], row[row.length - 1]];
	const path = first === undefined ? undefined : plainPath(first.command);
	const removals = row.flatMap((led) => withoutChange(led) ?? []);
	if (first === undefined || last === undefined || path === undefined || removals.length < row.length) return undefined;
	const { file } = first.step.stage;
	const edits: SpanEdit[] = [insertInstructionBefore(file, first.step, `WORKDIR ${path}`), ...removals];
	const end = lastIndifferent(last.step);
	if (!needsOldDirectory(end)) return edits;
	const old = oldDirectory(first.step);
	return old === undefined || isOpen(end) ? undefined : [...edits, insertInstructionAfter(file, end, `WORKDIR ${old}`)];
}

/** The edit that takes the `cd` out of a step; undefined where that cannot be done, or would change more than its folder. */
export function withoutChange({ step, command }: LedStep): SpanEdit | undefined {
	return step.heredocs.length > 0 || isOpen(step) || asksForStart(step) ? undefined : removeCommand(step, command);
}

/** Whether anything in a step is told from the folder that it starts in. */
function asksForStart(step: Step): boolean {
	return asksForOldDirectory(step) || mountsOf(step).some((mount) => /^[^/]/.test(mountOption(mount, "target")?.value ?? "/"));
}

/** The step, or the last of those directly behind it that go elsewhere by themselves: one way back behind all of them is enough. */
function lastIndifferent(step: Step): Step {
	return lastOfRows(step.stage)[step.ordinal] ?? step;
}

/** For each step of a stage, by its ordinal, where the row ends that it belongs to. */
const lastOfRows = remembered((stage: Stage): readonly Step[] => {
	const last: Step[] = [];
	for (const step of stage.steps.toReversed()) {
		const next = stage.steps[step.ordinal + 1];
		const goesOn = next !== undefined && leadingChange(next) !== undefined && !asksForStart(next);
		last[step.ordinal] = (goesOn ? last[next.ordinal] : undefined) ?? step;
	}
	return last;
});

/** Whether what is behind a step, or starts from its stage, could ask for the directory that the step started in. */
function needsOldDirectory({ stage, ordinal }: Step): boolean {
	const behind = stage.steps.slice(ordinal + 1);
	const next = behind.find(({ keyword }) => !INDIFFERENT.has(keyword));
	if (next !== undefined) return next.keyword !== "WORKDIR" || !next.arguments.text.startsWith("/");
	// A stage that others take files from, and nothing else.
	return behind.length > 0 || stage.use === "shipped" || stagesFrom(stage).length > 1 || referencesTo(stage).length === 0;
}

function oldDirectory(step: Step): string | undefined {
	const known = workdirAt(step.stage, step);
	if (known.kind === "set") return /^[\w./+-]+$/.test(known.value) ? known.value : undefined;
	return !workdirs.above(step) && startsAtRoot(step.stage) ? "/" : undefined;
}

const workdirs = anyStep(({ keyword }) => keyword === "WORKDIR");
