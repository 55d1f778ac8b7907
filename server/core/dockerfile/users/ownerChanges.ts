import { addTo } from "../../addTo.ts";
import { baseName } from "../../baseName.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { orderOf } from "../commands/commandOrder.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { writtenValue } from "../commands/wordValues.ts";
import { type ModeChange, modeStepsOf } from "../files/modeChanges.ts";
import { prefixesOf } from "../files/removals.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";

/** A call of `chown` or `chgrp`. */
export interface OwnerChange {
	readonly step: Step;
	readonly command: ShellCommand;
	readonly targets: readonly string[];
	readonly recursive: boolean;
}

/** Whether the step, or a later one of the stage, gives the files of a mode to another owner or group afterwards. */
export function ownerChangesBehind(stage: Stage, step: Step, change: ModeChange): boolean {
	const order = orderOf(step);
	const at = change.command === undefined ? undefined : order.get(change.command);
	const lasting = !step.deferred && change.targets.every((target) => target.startsWith("/"));
	const isLater = (other: OwnerChange): boolean =>
		other.step === step ? at !== undefined && (order.get(other.command) ?? at) > at : lasting && other.step.ordinal > step.ordinal;
	const candidates = ownerChangesByTarget(stage).get(change.targets[0] ?? "") ?? [];
	return candidates.some(
		(other) => (other.recursive || !change.recursive) && isLater(other) && change.targets.every((target) => other.targets.includes(target)),
	);
}

/** Whether a step above another one gives a file, by its path or its name alone, another mode, owner or group. */
export function accessIsChangedAbove(step: Step, path: string): boolean {
	return lineage(step.stage).some((stage) => {
		const { paths, names, trees } = accessChangesOf(stage);
		const above = stage === step.stage ? step.ordinal : Infinity;
		const isAbove = (ordinal: number | undefined): boolean => ordinal !== undefined && ordinal < above;
		return isAbove(paths.get(path)) || isAbove(names.get(baseName(path))) || prefixesOf(path).some((folder) => isAbove(trees.get(folder)));
	});
}

/** What the steps of a stage give another mode, owner or group, each with the first step that does. */
interface AccessChanges {
	readonly paths: ReadonlyMap<string, number>;
	/** The names of files whose folder is not written. */
	readonly names: ReadonlyMap<string, number>;
	/** Folders with all that is in them; the root is empty. */
	readonly trees: ReadonlyMap<string, number>;
}

const accessChangesOf = remembered((stage: Stage): AccessChanges => {
	const paths = new Map<string, number>();
	const names = new Map<string, number>();
	const trees = new Map<string, number>();
	const note = (first: Map<string, number>, key: string, { ordinal }: Step): void => {
		first.set(key, Math.min(first.get(key) ?? Infinity, ordinal));
	};
	const changes = [
		...modeStepsOf(stage).flatMap(({ step, changes: found }) => found.map(({ targets, recursive }) => ({ step, targets, recursive }))),
		...runSteps(stage).flatMap(ownerChangesOf),
	];
	for (const { step, targets, recursive } of changes) {
		if (step.deferred) continue;
		for (const target of targets) {
			if (target.startsWith("/")) note(paths, target, step);
			else note(names, baseName(target), step);
			if (target.startsWith("/") && recursive) note(trees, target.replace(/\/$/, ""), step);
		}
	}
	return { paths, names, trees };
});

const ownerChangesByTarget = remembered((stage: Stage): ReadonlyMap<string, readonly OwnerChange[]> => {
	const byTarget = new Map<string, OwnerChange[]>();
	for (const step of runSteps(stage)) {
		for (const change of ownerChangesOf(step)) {
			for (const target of change.targets) addTo(byTarget, target, change);
		}
	}
	return byTarget;
});

/** The calls of `chown` and `chgrp` in a RUN, in order; none that looks at the owner first. */
export function ownerChangesOf(step: Step): readonly OwnerChange[] {
	return commandsOf(step).flatMap((command) => ownerChange(step, command));
}

function ownerChange(step: Step, command: ShellCommand): readonly OwnerChange[] {
	if (command.program !== "chown" && command.program !== "chgrp") return [];
	const { operands, options } = readArguments(command.args, ["--from", "--reference"]);
	// `--from` leaves files with other owners alone.
	if (options.some(({ name }) => name === "--from")) return [];
	const files = options.some(({ name }) => name === "--reference") ? operands : operands.slice(1);
	const recursive = options.some(({ name }) => name === "-R" || name === "--recursive");
	return [{ step, command, targets: files.map((word) => writtenValue(step, word)), recursive }];
}
