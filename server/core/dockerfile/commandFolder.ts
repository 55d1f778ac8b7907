import { remembered } from "../memo.ts";
import type { ShellCommand } from "../shell/model.ts";
import type { Step } from "./model.ts";
import { commandsOf } from "./scripts.ts";
import { normalPath, workdirAt } from "./state.ts";

/** The folder that a command of a RUN starts in, absolute, as far as `cd` and WORKDIR tell; undefined where they do not. */
export function folderOf(step: Step, command: ShellCommand): string | undefined {
	return foldersOf(step).get(command);
}

const foldersOf = remembered((step: Step): ReadonlyMap<ShellCommand, string | undefined> => {
	const workdir = workdirAt(step.stage, step);
	let folder = workdir.kind === "set" ? workdir.value : undefined;
	const byCommand = new Map<ShellCommand, string | undefined>();
	for (const command of commandsOf(step)) {
		byCommand.set(command, folder);
		if (command.program !== "cd" && command.program !== "pushd" && command.program !== "popd") continue;
		const target = command.args.find((word) => !word.text.startsWith("-"))?.value;
		if (target === undefined) folder = undefined;
		else if (target.startsWith("/")) folder = normalPath(target);
		else folder = folder === undefined ? undefined : normalPath(`${folder}/${target}`);
	}
	return byCommand;
});
