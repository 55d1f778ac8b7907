import { POSIX_SHELLS } from "../../knowledge/wrappers.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import type { Stage, Step } from "../model/model.ts";
import { containerStart } from "./containerStart.ts";

/** The program that a container lives on. */
export interface MainProgram {
	/** The command that starts it, those that only start others taken off. */
	readonly command: ShellCommand;
	/** The CMD or ENTRYPOINT that a container starts with. */
	readonly step: Step;
	/** A program in front of it that reaps children and passes signals on: `tini`. */
	readonly init: string | undefined;
	/** Whether a shell is process 1 and waits for the program. */
	readonly behindShell: boolean;
}

/** Programs that are made to be process 1. Wrappers among them are taken off, the others are the main program. */
const INITS = /^(?:tini|tini-static|dumb-init|catatonit|s6-svscan|s6-overlay|runsvdir|runit|my_init|init|systemd|supervisord|pid1)$/;

/** The name under which distributions install systemd, or what they have in its place. */
const SYSTEM_INIT = /^\/(?:usr\/)?(?:s?bin\/init|lib\/systemd\/systemd)$/;

function isInit(program: string | undefined): boolean {
	return program !== undefined && INITS.test(program);
}

/**
 * The main program of the containers of a stage's image; undefined where a script that the file does not show, a list of
 * commands or the base image decides. Whether an entry point of the base image stands in front of it, the file does not say.
 */
export const mainProgram = remembered((stage: Stage): MainProgram | undefined => {
	const start = containerStart(stage);
	const step = start.entrypoint ?? start.command;
	if (step === undefined || start.scripted.length > 0) return undefined;
	if (start.hiddenScript !== undefined && !SYSTEM_INIT.test(start.hiddenScript)) return undefined;
	const shellForm = step.exec === undefined;
	const outermost = start.commands.filter((command) => command.wrapper === undefined && command.within.length === 0);
	let found = shellForm ? lastOf(outermost) : { command: outermost[0], replaces: true };
	let init: string | undefined;
	let behindShell = shellForm && !found.replaces && waits(stage, outermost);
	for (;;) {
		const { command } = found;
		if (command?.program === undefined) return undefined;
		const inner = start.commands.filter((candidate) => candidate.wrapper === command);
		if (inner.length === 0) return { command, step, init, behindShell };
		if (isInit(command.program)) init = command.program;
		if (POSIX_SHELLS.has(command.program)) {
			found = lastOf(inner);
			behindShell ||= !found.replaces && waits(stage, inner);
		} else found = { command: inner[0], replaces: true };
	}
});

/** The last command of a script, and whether it takes the shell's place; no command where a pipe or a branch ends the script. */
function lastOf(commands: readonly ShellCommand[]): { readonly command: ShellCommand | undefined; readonly replaces: boolean } {
	const last = commands[commands.length - 1];
	if (last === undefined || last.pipeline !== undefined || last.connector === "||" || last.connector === "&")
		return { command: undefined, replaces: false };
	return { command: last, replaces: last.program === "exec" };
}

/** bash and BusyBox's shell step aside for a script of one command, dash does not. */
function waits(stage: Stage, commands: readonly ShellCommand[]): boolean {
	const { shell } = stageBaseFacts(stage);
	return commands.length > 1 || (shell !== "bash" && shell !== "busybox");
}
