import { baseName } from "../../baseName.ts";
import { PRIVILEGE_DROPPERS } from "../../knowledge/startPrograms.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { parseScript } from "../../shell/script.ts";
import { execCommands, execWords } from "../commands/execCommands.ts";
import { commandsOf } from "../commands/scripts.ts";
import { mayWriteFiles, type WrittenFile, writtenFiles } from "../files/writtenFiles.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { normalPath } from "../variables/state.ts";

/** What a container of a stage's image starts with, as far as the file says. */
export interface ContainerStart {
	/** The ENTRYPOINT in force; undefined if the base image decides. */
	readonly entrypoint: Step | undefined;
	/** The CMD in force, be it a command or the arguments of the entry point; undefined if the base image decides, or there is none. */
	readonly command: Step | undefined;
	/** The commands that run, outermost first: `tini`, `gosu`, then what they run. Without places in the file. */
	readonly commands: readonly ShellCommand[];
	/** The commands of the scripts among them whose text stands in this file. */
	readonly scripted: readonly ShellCommand[];
	/** The commands of a CMD in exec form that a script is handed: by convention it runs them in the end (`exec "$@"`). */
	readonly handedOn: readonly ShellCommand[];
	/** The path of a script among them that the file does not show. */
	readonly hiddenScript: string | undefined;
}

/** The start of a container, inherited through `FROM alias`. */
export const containerStart = remembered((stage: Stage): ContainerStart => {
	const steps = startSteps(stage);
	const commands = startCommands(steps.entrypoint, steps.command);
	return { ...steps, commands, ...scriptsAmong(stage, commands), handedOn: handedCommands(stage, steps) };
});

/** All that a container runs at its start, as far as the file says. */
export function callsAtStart({ commands, scripted, handedOn }: ContainerStart): readonly ShellCommand[] {
	return [...commands, ...scripted, ...handedOn];
}

/** Whether a command runs another one as another user: `gosu app …`, `setpriv --reuid …`. */
export function dropsPrivileges(command: ShellCommand): boolean {
	if (command.program === undefined || !Object.hasOwn(PRIVILEGE_DROPPERS, command.program)) return false;
	const options = PRIVILEGE_DROPPERS[command.program];
	if (options !== undefined)
		return command.args.some((word) => options.some((option) => word.text === option || word.text.startsWith(`${option}=`)));
	return command.args.some((word) => !word.text.startsWith("-"));
}

/** Whether what runs a command does so as another user. */
export function runsAsAnother({ wrapper }: ShellCommand): boolean {
	for (let at = wrapper; at !== undefined; at = at.wrapper) if (dropsPrivileges(at)) return true;
	return false;
}

type StartSteps = Pick<ContainerStart, "entrypoint" | "command">;

/**
 * The steps in force. An ENTRYPOINT takes away the CMD of the stages (and the image) below its own, but not one in its own
 * stage; seen in BuildKit 0.25.
 */
function startSteps(stage: Stage): StartSteps {
	let command: Step | undefined;
	for (const ancestor of lineage(stage)) {
		command ??= lastOf(ancestor, "CMD");
		const entrypoint = lastOf(ancestor, "ENTRYPOINT");
		if (entrypoint !== undefined) return { entrypoint, command };
	}
	return { entrypoint: undefined, command };
}

function lastOf(stage: Stage, keyword: string): Step | undefined {
	return stage.steps.findLast((step) => step.keyword === keyword && step.arguments.text !== "");
}

function startCommands(entrypoint: Step | undefined, command: Step | undefined): readonly ShellCommand[] {
	if (entrypoint !== undefined && entrypoint.exec === undefined) return commandsOf(entrypoint);
	const direct = execCommands([entrypoint, command].flatMap((step) => (step === undefined ? [] : execWords(step))));
	return command === undefined || command.exec !== undefined ? direct : [...direct, ...commandsOf(command)];
}

/** `"$@"`, `$*`, `"${@}"`, and one by one. */
const ARGUMENTS_OF_SCRIPT = /\$\{?[@*1]/;

/** What the script that an entry point ends with gets to run: the program that CMD names, and what that one runs. */
function handedCommands(stage: Stage, { entrypoint, command }: StartSteps): readonly ShellCommand[] {
	if (entrypoint?.exec === undefined || command?.exec === undefined) return [];
	const last = execCommands(execWords(entrypoint)).at(-1);
	const path = last === undefined ? undefined : scriptPath(last);
	// Words behind the script come before those of CMD.
	if (last === undefined || path === undefined || last.args.some(({ value }) => value !== path && value !== "--")) return [];
	const text = writtenFile(stage, path)?.text.text;
	const handsOn = text === undefined ? looksLikeScript(path) : ARGUMENTS_OF_SCRIPT.test(text);
	return handsOn ? execCommands(execWords(command)) : [];
}

interface StartScripts {
	readonly scripted: readonly ShellCommand[];
	readonly hiddenScript: string | undefined;
}

function scriptsAmong(stage: Stage, commands: readonly ShellCommand[]): StartScripts {
	const scripted: ShellCommand[] = [];
	let hiddenScript: string | undefined;
	for (const command of commands) {
		const path = scriptPath(command);
		if (path === undefined) continue;
		const file = writtenFile(stage, path);
		if (file !== undefined) scripted.push(...parseScript(file.text).commands);
		else if (looksLikeScript(path)) hiddenScript ??= path;
	}
	return { scripted, hiddenScript };
}

function writtenFile(stage: Stage, path: string): WrittenFile | undefined {
	const name = baseName(path);
	if (!lineage(stage).some(({ steps }) => steps.some((step) => mayWriteFiles(step) && isNamedIn(step, name)))) return undefined;
	const wanted = path.startsWith("/") ? normalPath(path) : `/${path.replace(/^\.\//, "")}`;
	return writtenFiles(stage).find((file) => (path.startsWith("/") ? file.path === wanted : file.path.endsWith(wanted)));
}

function isNamedIn(step: Step, name: string): boolean {
	return step.line.text.includes(name) || step.heredocs.some((heredoc) => heredoc.name === name);
}

/** The file that a command runs: its name, or the operand of `sh FILE`. */
function scriptPath(command: ShellCommand): string | undefined {
	if (!/^(?:ba|da|a|k|z)?sh$/.test(command.program ?? "")) return command.name?.value;
	if (command.args.some((word) => /^-[a-z]*c/.test(word.text))) return undefined;
	return command.args.find((word) => !word.text.startsWith("-"))?.value;
}

function looksLikeScript(path: string): boolean {
	const name = baseName(path);
	return /\.(?:sh|bash)$/.test(name) || /entry-?point|^(?:start|run|boot|init|launch|bootstrap|startup|command|cmd)$/i.test(name);
}
