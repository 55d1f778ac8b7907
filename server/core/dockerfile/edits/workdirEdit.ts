import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { SpanEdit } from "../../text.ts";
import { startsAtRoot } from "../base/startFolder.ts";
import { asksForOldDirectory, leadingChange, plainPath } from "../commands/folderChanges.ts";
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
