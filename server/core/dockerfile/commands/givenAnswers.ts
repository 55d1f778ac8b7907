import type { ShellCommand } from "../../shell/model.ts";
import type { Step } from "../model/model.ts";
import { innermost } from "./commandPlace.ts";

/** Whether something writes the answers into a command, or into what runs it: `yes |`, `echo y |`, `< file`. */
export function isAnsweredByInput(step: Step, command: ShellCommand): boolean {
	if (command.redirects.some((redirect) => redirect.operator.startsWith("<"))) return true;
	const { pipeline, wrapper } = command;
	const place = pipeline?.commands.indexOf(command) ?? -1;
	const writer = pipeline?.commands[place - 1];
	if (writer !== undefined) return ["yes", "echo", "printf"].includes(innermost(step, writer).program ?? "");
	return wrapper !== undefined && isAnsweredByInput(step, wrapper);
}
