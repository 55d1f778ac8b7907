import type { ShellCommand } from "../../shell/model.ts";
import type { Step } from "../model/model.ts";
import { innermost } from "./commandPlace.ts";
import { scriptsOf } from "./scripts.ts";

/** Whether something writes the answers into a command, or into what runs it: `yes |`, `echo y |`, `< file`. */
export function isAnsweredByInput(step: Step, command: ShellCommand): boolean {
	if (command.redirects.some(({ operator, target }) => operator.startsWith("<") && target?.value !== "/dev/null")) return true;
	const { pipeline, wrapper } = command;
	const place = pipeline?.commands.indexOf(command) ?? -1;
	const writer = pipeline?.commands[place - 1];
	if (writer !== undefined) return ["yes", "echo", "printf"].includes(innermost(step, writer).program ?? "");
	return wrapper !== undefined && !isReadAsScript(step, command, wrapper) && isAnsweredByInput(step, wrapper);
}

/** Whether what a shell is given as its input is the script that a command stands in: `sudo bash <<EOF`. */
function isReadAsScript(step: Step, command: ShellCommand, shell: ShellCommand): boolean {
	return scriptsOf(step).some(({ reader, commands }) => reader === shell && commands.includes(command));
}
