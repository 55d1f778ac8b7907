import { baseName } from "../../baseName.ts";
import { PLAIN_PROGRAMS } from "../../knowledge/plainPrograms.ts";
import { POSIX_SHELLS, WRAPPERS } from "../../knowledge/wrappers.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { commandsOf, scriptsOf } from "../commands/scripts.ts";
import type { Step } from "../model/model.ts";
import { packageCallAt } from "./packageCalls.ts";

/** Folders that the distribution's programs come from. */
const PROGRAM_FOLDERS = /^\/(?:usr\/)?(?:local\/)?s?bin\/[^/]+$/;

/** Programs of apt that only look something up, or make a list of files. */
const READING_APT: ReadonlySet<string> = new Set(["apt-cache", "apt-file", "apt-ftparchive"]);

/**
 * Whether one of the commands of a step could call the system's package manager where nobody can see it: a script, `make`, a shell that reads its
 * standard input, a program whose name a variable hides. What a command says openly is not hidden.
 */
export function hidesCommands(step: Step, command: ShellCommand): boolean {
	return hidingCommands(step).has(command);
}

const hidingCommands = remembered((step: Step): ReadonlySet<ShellCommand> => {
	const all = commandsOf(step);
	return new Set(all.filter((command) => isHiding(step, command, all)));
});

function isHiding(step: Step, command: ShellCommand, all: readonly ShellCommand[]): boolean {
	if (command.name === undefined) return false;
	const { program } = command;
	const path = command.name.value;
	if (program === undefined || path === undefined) return true;
	if (path.includes("/") && !PROGRAM_FOLDERS.test(path)) return true;
	if (program === "." || program === "source" || program === "eval" || POSIX_SHELLS.has(program)) return !runsVisibly(command, all);
	if (PLAIN_PROGRAMS.has(program) || Object.hasOwn(WRAPPERS, program)) return false;
	if (packageCallAt(step, command) !== undefined || READING_APT.has(program)) return false;
	return command.args[0]?.value !== "--version" || !/^python[0-9.]*$/.test(program);
}

/** Whether what a shell runs is among the commands. They are compared by place: those inside other scripts are copies. */
function runsVisibly(command: ShellCommand, all: readonly ShellCommand[]): boolean {
	return wrapperStarts(all).has(command.span.start);
}

const wrapperStarts = remembered(
	(all: readonly ShellCommand[]): ReadonlySet<number> =>
		new Set(all.flatMap(({ wrapper }) => (wrapper === undefined ? [] : [wrapper.span.start]))),
);

/** Whether a RUN runs something that nobody can read: a hidden command, another shell, an exec form that is no shell. */
export const stepHidesCommands = remembered(looksHidden);

function looksHidden(step: Step): boolean {
	if (scriptsOf(step).length === 0) {
		const program = step.exec?.values[0];
		return program === undefined || !PLAIN_PROGRAMS.has(baseName(program)) || program.startsWith(".");
	}
	return hidingCommands(step).size > 0;
}
