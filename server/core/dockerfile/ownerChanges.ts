import { remembered } from "../memo.ts";
import type { ShellCommand } from "../shell/model.ts";
import { readArguments } from "../shell/options.ts";
import { comparable } from "../shell/words.ts";
import type { ModeChange } from "./modeChanges.ts";
import type { Stage, Step } from "./model.ts";
import { commandsOf, runSteps } from "./scripts.ts";
import { wordValue } from "./wordValues.ts";

/** A call of `chown` or `chgrp`. */
interface OwnerChange {
	readonly step: Step;
	readonly command: ShellCommand;
	readonly targets: readonly string[];
	readonly recursive: boolean;
}

/** Whether the step, or a later one of the stage, gives the files of a mode to another owner or group afterwards. */
export function ownerChangesBehind(stage: Stage, step: Step, change: ModeChange): boolean {
	const commands = commandsOf(step);
	const at = change.command === undefined ? -1 : commands.indexOf(change.command);
	const lasting = !step.deferred && change.targets.every((target) => target.startsWith("/"));
	const later = ownerChangesOf(stage).filter((other) =>
		other.step === step ? at !== -1 && commands.indexOf(other.command) > at : lasting && other.step.ordinal > step.ordinal,
	);
	return later.some(
		({ targets, recursive }) => (recursive || !change.recursive) && change.targets.every((target) => targets.includes(target)),
	);
}

const ownerChangesOf = remembered((stage: Stage): readonly OwnerChange[] =>
	runSteps(stage).flatMap((step) => commandsOf(step).flatMap((command) => ownerChange(step, command))),
);

function ownerChange(step: Step, command: ShellCommand): readonly OwnerChange[] {
	if (command.program !== "chown" && command.program !== "chgrp") return [];
	const { operands, options } = readArguments(command.args, ["--from", "--reference"]);
	// `--from` leaves files with other owners alone.
	if (options.some(({ name }) => name === "--from")) return [];
	const files = options.some(({ name }) => name === "--reference") ? operands : operands.slice(1);
	const recursive = options.some(({ name }) => name === "-R" || name === "--recursive");
	return [{ step, command, targets: files.map((word) => wordValue(step, word) ?? comparable(word)), recursive }];
}
