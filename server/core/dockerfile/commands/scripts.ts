import { baseName } from "../../baseName.ts";
import { LONGEST_ARGUMENT } from "../../knowledge/systemLimits.ts";
import { POSIX_SHELLS, WRAPPERS } from "../../knowledge/wrappers.ts";
import { type MappedText, sliceMapped } from "../../mappedText.ts";
import { remembered } from "../../memo.ts";
import { ownValue } from "../../ownValue.ts";
import type { ShellCommand, ShellPipeline, ShellScript, ShellWord } from "../../shell/model.ts";
import { readArguments, type ShellArguments } from "../../shell/options.ts";
import { parseScript } from "../../shell/script.ts";
import { lineAt, type Span } from "../../text.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
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
	/** The shell of the line that reads a heredoc: `bash -e <<EOF`. Undefined where the shell of the step reads the script. */
	readonly reader: ShellCommand | undefined;
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

/** Where the words of an instruction's commands begin and how far those up to one reach, by where they begin. */
const commandPlaces = remembered((step: Step): readonly { readonly start: number; readonly reach: number }[] => {
	const places = calledBy(step).flatMap(({ name, args }) =>
		name === undefined ? [] : [{ start: name.span.start, end: args.at(-1)?.span.end ?? name.span.end }],
	);
	let reach = -1;
	return places
		.sort((a, b) => a.start - b.start)
		.map(({ start, end }) => {
			reach = Math.max(reach, end);
			return { start, reach };
		});
});

const commandStarts = remembered((step: Step): readonly number[] => commandPlaces(step).map(({ start }) => start));

/** Whether a place lies in the words of a command. */
export function isInCommand(step: Step, { start, end }: Span): boolean {
	const place = commandPlaces(step)[lineAt(commandStarts(step), start)];
	return place !== undefined && place.start <= start && end <= place.reach;
}

export function pipelinesOf(step: Step): readonly ShellPipeline[] {
	return scriptsOf(step).flatMap((script) => script.pipelines);
}

/** Every RUN of a stage that is not deferred by ONBUILD. */
export const runSteps = remembered((stage: Stage): readonly Step[] => stage.steps.filter((step) => step.keyword === "RUN"));

/** The script of a step in which a command stands; undefined for one that another text holds. */
export function scriptOf(step: Step, command: ShellCommand): StepScript | undefined {
	return scriptsOf(step).find(({ commands }) => commands.includes(command));
}

function readScripts(step: Step): readonly StepScript[] {
	if (!["RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"].includes(step.keyword)) return [];
	const exec = step.exec;
	if (exec !== undefined) {
		const program = baseName(exec.values[0] ?? "");
		const option = exec.values.findIndex((value, index) => index > 0 && /^-[a-z]*c[a-z]*$/.test(value));
		const element = exec.elements[option + 1];
		if (!POSIX_SHELLS.has(program) || option === -1 || element === undefined) return [];
		const text = elementText(step, element);
		return text.text.length > LONGEST_ARGUMENT ? [] : [{ ...parseScript(text), form: "argument", reader: undefined, step }];
	}
	if (shellAt(step.stage, step).kind !== "posix") return [];
	const text = step.keyword === "HEALTHCHECK" ? healthcheckCommand(step) : step.arguments;
	if (text === undefined || text.text === "" || text.text.length > LONGEST_ARGUMENT) return [];
	const own = step.keyword === "RUN" ? step.heredocs : [];
	if (own.length > 0 && withoutHeredocs(text.text, own, step.argumentsAt).trim() === "") {
		// The bodies together are the script; a shebang hands it to that interpreter.
		return own.filter((heredoc) => heredoc.fileDescriptor === 0).flatMap((heredoc) => heredocScript(step, heredoc, undefined));
	}
	const line: StepScript = { ...parseScript(text, { splitsBothOutputs: isReadByDash(step) }), form: "line", reader: undefined, step };
	const fed = own.flatMap((heredoc) => {
		const reader = readerOf(line, heredoc, step);
		return reader === undefined ? [] : heredocScript(step, heredoc, reader);
	});
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

function heredocScript(step: Step, heredoc: Heredoc, reader: ShellCommand | undefined): readonly StepScript[] {
	if (heredoc.body.text.length > LONGEST_ARGUMENT) return [];
	const shebang = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(heredoc.body.text);
	if (shebang !== null) {
		const first = baseName(shebang[1] ?? "");
		const program = first === "env" ? (shebang[2] ?? "") : first;
		if (!POSIX_SHELLS.has(program)) return [];
	}
	// What sudo runs is found by its wrapper, as in `sudo bash -c`.
	const wrapper = reader?.wrapper === undefined ? undefined : reader;
	const splitsBothOutputs = shebang === null && reader === undefined && isReadByDash(step);
	return [{ ...parseScript(heredoc.body, { wrapper, splitsBothOutputs }), form: "heredoc", reader, step }];
}

/** Whether the shell of a step is dash for certain. */
function isReadByDash(step: Step): boolean {
	const { program } = shellAt(step.stage, step);
	return program === "dash" || (program === "sh" && stageBaseFacts(step.stage).shell === "dash");
}

/** The shell without a script whose standard input the heredoc is: `bash <<EOF`, `sudo bash <<EOF`, `cat <<EOF | bash`. */
function readerOf(line: StepScript, heredoc: Heredoc, step: Step): ShellCommand | undefined {
	if (heredoc.fileDescriptor !== 0) return undefined;
	const at = heredoc.at - step.argumentsAt;
	const holder = line.commands.find((candidate) => candidate.at <= at && at < candidate.end);
	const members = holder?.pipeline?.commands ?? [];
	const isPassedOn = holder?.program === "cat" && holder.args.every(({ text }) => text === "-");
	const shell = isPassedOn ? members[members.indexOf(holder) + 1] : holder && innermostOf(line.commands, holder);
	return shell !== undefined && readsInput(shell) ? shell : undefined;
}

/** The command that wrappers run with the input that they have themselves. */
function innermostOf(commands: readonly ShellCommand[], outer: ShellCommand): ShellCommand | undefined {
	if (OTHER_INPUT.has(outer.program ?? "")) return undefined;
	const inner = commands.find(({ wrapper }) => wrapper === outer);
	return inner === undefined ? outer : innermostOf(commands, inner);
}

/** Wrappers that read the input themselves, or run a command where other files are. */
const OTHER_INPUT = new Set(["xargs", "find", "chroot"]);

/** Whether a shell is given no script, so that it runs what it reads. */
function readsInput({ program, args }: ShellCommand): boolean {
	if (!POSIX_SHELLS.has(program ?? "")) return false;
	const { options, operands } = shellArguments(args);
	if (options.some(({ name }) => name === "-c" || name === "-n")) return false;
	const [script] = operands;
	return script === undefined || script.value === "-" || script.value === "/dev/stdin" || options.some(({ name }) => name === "-s");
}

/** The words of a call of a shell: what stands behind the first operand is for the script. */
export function shellArguments(args: readonly ShellWord[]): ShellArguments {
	const sorted = readArguments(args, ownValue(WRAPPERS, "sh")?.valueOptions ?? []);
	const [script] = sorted.operands;
	return script === undefined ? sorted : { ...sorted, options: sorted.options.filter(({ word }) => word.at < script.at) };
}

function healthcheckCommand(step: Step): MappedText | undefined {
	const match = /^CMD(?=[\s])/i.exec(step.arguments.text);
	if (match === null) return undefined;
	const start = skipSpace(step.arguments.text, match[0].length);
	return sliceMapped(step.arguments, start, step.arguments.text.length);
}
