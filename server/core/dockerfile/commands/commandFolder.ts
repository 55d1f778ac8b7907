import { LONGEST_PATH } from "../../knowledge/systemLimits.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { Step } from "../model/model.ts";
import { normalPath, workdirAt } from "../variables/state.ts";
import { commandsOf } from "./scripts.ts";

/** The folder that a command of a RUN starts in, absolute, as far as `cd` and WORKDIR tell; undefined where they do not. */
export function folderOf(step: Step, command: ShellCommand): string | undefined {
	const move = moveOf(step, command);
	if (move === undefined || move.startsWith("/")) return move;
	const workdir = workdirAt(step.stage, step);
	return workdir.kind === "set" ? normalPath(`${workdir.value}/${move}`) : undefined;
}

/** A path as a command means it, absolute; undefined where the folder is not known in which it starts. */
export function pathAt(step: Step, command: ShellCommand, path: string): string | undefined {
	return path.startsWith("/") ? normalPath(path) : inFolder(folderOf(step, command), path);
}

/** A path as somebody means it who is in a folder, which is absolute; undefined where it is relative and nobody knows the folder. */
export function inFolder(folder: string | undefined, path: string): string | undefined {
	if (path.startsWith("/")) return normalPath(path);
	return folder === undefined ? undefined : normalPath(`${folder}/${path}`);
}

/** Where `cd` has led a command of a RUN: absolute, or from where the RUN starts, empty if it is still there; undefined where nobody knows. */
export function moveOf(step: Step, command: ShellCommand): string | undefined {
	return movesOf(step).get(command);
}

const movesOf = remembered((step: Step): ReadonlyMap<ShellCommand, string | undefined> => {
	let move: string | undefined = "";
	const byCommand = new Map<ShellCommand, string | undefined>();
	for (const command of commandsOf(step)) {
		byCommand.set(command, move);
		if (command.program !== "cd" && command.program !== "pushd" && command.program !== "popd") continue;
		const target = command.args.find((word) => !word.text.startsWith("-"))?.value;
		if (target === undefined) move = undefined;
		else if (target.startsWith("/")) move = normalPath(target);
		else if (move?.startsWith("/")) move = normalPath(`${move}/${target}`);
		else if (move !== undefined) move = move === "" ? target : `${move}/${target}`;
		if (move !== undefined && move.length > LONGEST_PATH) move = undefined;
	}
	return byCommand;
});
