import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { contains } from "../../text.ts";
import { innermost } from "../commands/commandPlace.ts";
import { installs, interpreterOf, isStreamFilter, readsProgram, runsInput, unpacks } from "../commands/consumers.ts";
import { commandsOf, pipelinesOf } from "../commands/scripts.ts";
import type { Step } from "../model/model.ts";
import type { Download } from "./downloads.ts";

/** What becomes of a download that nothing verifies. */
export type DownloadUse =
	/** Run as a program: from a pipe, a substitution, or as a file. */
	| {
			readonly kind: "executed";
			/** The interpreter; undefined if the file is called by its path. */
			readonly by: string | undefined;
			readonly command: ShellCommand;
			readonly from: "pipe" | "substitution" | "file";
	  }
	| { readonly kind: "unpacked"; readonly command: ShellCommand; readonly from: "pipe" | "file" }
	| { readonly kind: "installed"; readonly command: ShellCommand; readonly from: "pipe" | "file" }
	/** A program that the build calls by its name and then removes, as a tool of its own. */
	| { readonly kind: "called" }
	/** Given to a program of which nobody knows what it does, and removed. */
	| { readonly kind: "used" }
	| { readonly kind: "kept" };

/** Where the bytes that go through a pipe or a substitution end: in a use, or in the file that `tee` writes. */
export type Piped = { readonly kind: "use"; readonly use: DownloadUse } | { readonly kind: "file"; readonly file: string };

/** What reads the standard output of a download: the rest of the pipeline, or the command that the substitution belongs to. */
export function pipedUse(download: Download): Piped | undefined {
	const { command } = download;
	const behind = behindCommand(download);
	const piped = readBy(behind) ?? readBy(behindGroup(download.step, command.wrapper ?? command));
	if (piped !== undefined || !command.within.includes("substitution") || !behind.every(keepsText)) return piped;
	const use = substitutionUse(download);
	return use === undefined ? undefined : { kind: "use", use };
}

/** The command at the end of the pipe that a download goes down: without pipefail, its result is that of the pipe. */
export function lastReader(download: Download): ShellCommand | undefined {
	const { step, command } = download;
	return behindGroup(step, command.wrapper ?? command).at(-1) ?? behindCommand(download).at(-1);
}

/** The members of a download's pipeline behind it, without the wrappers that run them. */
function behindCommand({ step, command }: Download): readonly ShellCommand[] {
	const outer = command.wrapper ?? command;
	const pipeline = outer.pipeline ?? command.pipeline;
	const at = pipeline?.commands.findIndex((member) => member === outer || member === command) ?? -1;
	return pipeline === undefined || at === -1 ? [] : pipeline.commands.slice(at + 1).map((member) => innermost(step, member));
}

/** What reads the output of the group that a command stands in: `(curl … || wget …) | sh`. */
function behindGroup(step: Step, command: ShellCommand): readonly ShellCommand[] {
	const around = pipelinesOf(step).filter(
		({ span, within }) =>
			contains(span, command.span) &&
			command.within.length > within.length &&
			command.within.slice(within.length).every((enclosure) => enclosure === "group" || enclosure === "subshell"),
	);
	return around
		.toReversed()
		.flatMap(({ commands }) => commands.filter(({ span }) => span.start > command.span.end))
		.filter((member) => member.within.length < command.within.length)
		.map((member) => innermost(step, member));
}

const EDITORS: ReadonlySet<string> = new Set(["cat", "sed", "tee", "tr"]);

/** Whether what comes out of a command is still the text that went in, mended at most. */
function keepsText(command: ShellCommand): boolean {
	return isStreamFilter(command) || EDITORS.has(command.program ?? "");
}

/** The first of them that runs what it reads; else the first that unpacks, installs or stores it. */
function readBy(readers: readonly ShellCommand[]): Piped | undefined {
	const uses = readers.map((reader, index) => (isStreamFilter(reader) && index < readers.length - 1 ? undefined : streamUse(reader)));
	const use = uses.find((candidate) => candidate?.kind === "executed") ?? uses.find((candidate) => candidate !== undefined);
	if (use !== undefined) return { kind: "use", use };
	const tee = readers.find((reader) => reader.program === "tee");
	const file = tee?.args.find((word) => !word.text.startsWith("-"));
	return file === undefined ? undefined : { kind: "file", file: comparable(file) };
}

/** What a command does with its standard input. */
function streamUse(command: ShellCommand): DownloadUse | undefined {
	const { program } = command;
	if (program === undefined) return undefined;
	if (runsInput(command)) return { kind: "executed", by: program, command, from: "pipe" };
	if (interpreterOf(program) !== undefined) return undefined;
	if (unpacks(command)) return { kind: "unpacked", command, from: "pipe" };
	if (installs(command) && command.args.some((word) => word.value === "-" || word.value === "/dev/stdin"))
		return { kind: "installed", command, from: "pipe" };
	return undefined;
}

/** `sh <<< "$(curl …)"`, `sh < <(curl …)`. */
function fedFrom({ step, command: { span } }: Download): DownloadUse | undefined {
	const reader = commandsOf(step).find(({ redirects }) =>
		redirects.some(
			({ operator, target }) =>
				target !== undefined &&
				contains(target.span, span) &&
				(operator === "<<<" ? /^"?(?:\$\(|`)/.test(target.text) : operator === "<" && target.text.startsWith("<(")),
		),
	);
	const interpreter = reader?.program === undefined ? undefined : interpreterOf(reader.program);
	if (reader === undefined || interpreter === undefined || !readsProgram({ ...reader, redirects: [] }, interpreter)) return undefined;
	return { kind: "executed", by: reader.program, command: reader, from: "substitution" };
}

/** `sh -c "$(curl …)"`, `bash <(curl …)`, `eval "$(curl …)"`, `source <(curl …)`. */
function substitutionUse(download: Download): DownloadUse | undefined {
	const place = download.command.span;
	const fed = fedFrom(download);
	if (fed !== undefined) return fed;
	let holder: { readonly command: ShellCommand; readonly word: ShellWord; readonly index: number } | undefined;
	for (const command of commandsOf(download.step)) {
		if (command === download.command) continue;
		command.args.forEach((word, index) => {
			const inside = contains(word.span, place) && word.parts.some((part) => part.kind === "command" || part.kind === "other");
			if (inside && (holder === undefined || word.text.length <= holder.word.text.length)) holder = { command, word, index };
		});
	}
	if (holder === undefined) return undefined;
	const { command, word, index } = holder;
	const by = command.program;
	if (by === undefined) return undefined;
	const executed: DownloadUse = { kind: "executed", by, command, from: "substitution" };
	if (by === "eval") return executed;
	const process = word.text.startsWith("<(");
	if (by === "source" || by === ".") return process && index === 0 ? executed : undefined;
	const interpreter = interpreterOf(by);
	if (interpreter === undefined) return undefined;
	if (process) return command.args.slice(0, index).every((other) => /^[-+]/.test(other.text)) ? executed : undefined;
	const option = command.args[index - 1]?.text ?? "";
	const whole = /^"?(?:\$\(|`)/.test(word.text);
	return whole &&
		interpreter.scriptOptions.some(
			(name) => option === name || (/^-[a-z]+$/.test(option) && name.length === 2 && option.endsWith(name.slice(1))),
		)
		? executed
		: undefined;
}
