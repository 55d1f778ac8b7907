import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { SpanEdit } from "../../text.ts";
import { plainDistribution } from "../base/plainDistribution.ts";
import { scriptsOf } from "../commands/scripts.ts";
import { wordValue } from "../commands/wordValues.ts";
import type { Stage, Step } from "../model/model.ts";
import { mountOption, mountsOf } from "../model/mounts.ts";
import { rootBase, stagesFrom } from "../model/stages.ts";
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

/** WORKDIR in front of a step in the place of its leading `cd`, and the old one behind it, where something could ask for that. */
export function workdirAround(step: Step, command: ShellCommand): readonly SpanEdit[] | undefined {
	const path = plainPath(command);
	const removal = removeCommand(step, command);
	const { file } = step.stage;
	if (path === undefined || removal === undefined || step.heredocs.length > 0 || isOpen(step) || asksForStart(step)) return undefined;
	const edits: SpanEdit[] = [insertInstructionBefore(file, step, `WORKDIR ${path}`), removal];
	const last = lastIndifferent(step);
	if (!needsOldDirectory(last)) return edits;
	const old = oldDirectory(step);
	return old === undefined || isOpen(last) ? undefined : [...edits, insertInstructionAfter(file, last, `WORKDIR ${old}`)];
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
	return !workdirs.above(step) && (plainDistribution(step.stage) || rootBase(step.stage).kind === "scratch") ? "/" : undefined;
}

const workdirs = anyStep(({ keyword }) => keyword === "WORKDIR");
