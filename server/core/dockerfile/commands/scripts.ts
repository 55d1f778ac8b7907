import { baseName } from "../../baseName.ts";
import { POSIX_SHELLS } from "../../knowledge/wrappers.ts";
import { type MappedText, sliceMapped } from "../../mappedText.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellPipeline, ShellScript } from "../../shell/model.ts";
import { parseScript } from "../../shell/script.ts";
import type { Stage, Step } from "../model/model.ts";
import { skipSpace } from "../syntax/characters.ts";
import type { Heredoc } from "../syntax/heredoc.ts";
import { elementText, execCommands, execWords } from "./execCommands.ts";
import { shellAt } from "./shell.ts";

/** A script that an instruction runs, and where it stands. */
export interface StepScript extends ShellScript {
	/**
	 * `line`: the arguments in shell form. `heredoc`: the body of `RUN <<EOF`, or of a heredoc that feeds a shell.
	 * `argument`: the script in `["sh", "-c", "…"]`.
	 */
	readonly form: "line" | "heredoc" | "argument";
	readonly step: Step;
}

/**
 * The POSIX shell scripts of RUN, CMD, ENTRYPOINT and HEALTHCHECK, in the order in which they run. Empty where another
 * shell or interpreter reads the text, and where nobody knows which one does.
 */
export const scriptsOf = remembered(readScripts);

/** All simple commands of an instruction, and the one that a RUN in exec form starts. */
export const commandsOf = remembered((step: Step): readonly ShellCommand[] => {
	const scripts = scriptsOf(step);
	if (scripts.length === 0 && step.keyword === "RUN" && step.exec !== undefined) return execCommands(execWords(step));
	return scripts.length === 1 ? (scripts[0] as StepScript).commands : scripts.flatMap((script) => script.commands);
});

/** The same, with what a health check or the start of a container in exec form calls: no shell reads those, so that many rules leave them out. */
export const calledBy = remembered((step: Step): readonly ShellCommand[] => {
	const commands = commandsOf(step);
	const isStart = step.keyword === "CMD" || step.keyword === "ENTRYPOINT" || step.keyword === "HEALTHCHECK";
	return commands.length === 0 && isStart ? execCommands(execWords(step)) : commands;
});

export function pipelinesOf(step: Step): readonly ShellPipeline[] {
	return scriptsOf(step).flatMap((script) => script.pipelines);
}

/** Every RUN of a stage that is not deferred by ONBUILD. */
export const runSteps = remembered((stage: Stage): readonly Step[] => stage.steps.filter((step) => step.keyword === "RUN"));

/** The script of a step in which a command stands; undefined for one that another text holds. */
export function scriptOf(step: Step, command: ShellCommand): StepScript | undefined {
	return scriptsOf(step).find(({ commands }) => commands.includes(command));
}

/** Linux gives a program no longer argument, a shell's script included. Source: execve(2), MAX_ARG_STRLEN. */
const LONGEST = 131_072;

function readScripts(step: Step): readonly StepScript[] {
	if (!["RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"].includes(step.keyword)) return [];
	const exec = step.exec;
	if (exec !== undefined) {
		const program = baseName(exec.values[0] ?? "");
		const option = exec.values.findIndex((value, index) => index > 0 && /^-[a-z]*c[a-z]*$/.test(value));
		const element = exec.elements[option + 1];
		if (!POSIX_SHELLS.has(program) || option === -1 || element === undefined) return [];
		const text = elementText(step, element);
		return text.text.length > LONGEST ? [] : [{ ...parseScript(text), form: "argument", step }];
	}
	if (shellAt(step.stage, step).kind !== "posix") return [];
	const text = step.keyword === "HEALTHCHECK" ? healthcheckCommand(step) : step.arguments;
	if (text === undefined || text.text === "" || text.text.length > LONGEST) return [];
	const own = step.keyword === "RUN" ? step.heredocs : [];
	if (own.length > 0 && withoutHeredocs(text.text, own, step.argumentsAt).trim() === "") {
		// The bodies together are the script; a shebang hands it to that interpreter.
		return own.filter((heredoc) => heredoc.fileDescriptor === 0).flatMap((heredoc) => heredocScript(step, heredoc));
	}
	const line: StepScript = { ...parseScript(text), form: "line", step };
	const fed = own.filter((heredoc) => readsFrom(line, heredoc, step)).flatMap((heredoc) => heredocScript(step, heredoc));
	return [line, ...fed];
}

function withoutHeredocs(text: string, heredocs: readonly Heredoc[], argumentsAt: number): string {
	let rest = text;
	for (const heredoc of [...heredocs].reverse()) {
		const at = heredoc.at - argumentsAt;
		const end = rest.slice(at).search(/(?<=\S)(?=\s|$)/);
		rest = rest.slice(0, at) + rest.slice(end === -1 ? rest.length : at + heredocLength(rest.slice(at)));
	}
	return rest;
}

function heredocLength(text: string): number {
	return /^\d*<<-?[\t\f\r ]*(?:'[^']*'|"[^"]*"|\S)+/.exec(text)?.[0].length ?? text.length;
}

function heredocScript(step: Step, heredoc: Heredoc): readonly StepScript[] {
	if (heredoc.body.text.length > LONGEST) return [];
	const shebang = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(heredoc.body.text);
	if (shebang !== null) {
		const first = baseName(shebang[1] ?? "");
		const program = first === "env" ? (shebang[2] ?? "") : first;
		if (!POSIX_SHELLS.has(program)) return [];
	}
	return [{ ...parseScript(heredoc.body), form: "heredoc", step }];
}

/** Whether the heredoc is the standard input of a shell without a script: `RUN bash <<EOF`. */
function readsFrom(line: StepScript, heredoc: Heredoc, step: Step): boolean {
	const at = heredoc.at - step.argumentsAt;
	const command = line.commands.find((candidate) => candidate.at <= at && at < candidate.end);
	if (command?.program === undefined || !POSIX_SHELLS.has(command.program)) return false;
	return command.args.every((word) => /^-/.test(word.text));
}

function healthcheckCommand(step: Step): MappedText | undefined {
	const match = /^CMD(?=[\s])/i.exec(step.arguments.text);
	if (match === null) return undefined;
	const start = skipSpace(step.arguments.text, match[0].length);
	return sliceMapped(step.arguments, start, step.arguments.text.length);
}
