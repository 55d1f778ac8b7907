import { remembered } from "../memo.ts";
import type { ShellCommand, ShellWord } from "../shell/model.ts";
import { comparable } from "../shell/words.ts";
import type { SpanEdit } from "../text.ts";
import { areAllCommands, removeCommands } from "./commandEdit.ts";
import { removeInstruction } from "./edit.ts";
import { stepsBehind } from "./mentions.ts";
import type { Dockerfile, Step } from "./model.ts";
import { commandsOf, runSteps } from "./scripts.ts";
import { stepText } from "./stepText.ts";

const WRITERS = new Set(["echo", "printf", "cat", "tee", "sed", "bash", "sh", "perl", "awk"]);

/** Whether a word of a command writes an entry with `NOPASSWD`, and does not look for one. */
export function grantsFreely(command: ShellCommand, word: ShellWord): boolean {
	if (!word.text.includes("NOPASSWD")) return false;
	if (command.program === "sed") return setsIt(word.value ?? word.text);
	return (command.program === "echo" || command.program === "printf") && (writesSudoers(command) || / ?ALL ?=|=\(/.test(word.text));
}

/** Whether one of the parts between the separators of `s/…/…/` that are written, not looked for, holds the word. */
function setsIt(script: string): boolean {
	const start = /(?:^|[;/\s])s([/|#,@!])/.exec(script);
	if (start === null) return false;
	const parts = script.slice(start.index + start[0].length).split(start[1] as string);
	const [pattern = "", replacement = ""] = parts;
	if (replacement.includes("NOPASSWD")) return !pattern.includes("NOPASSWD");
	// `/NOPASSWD/s/^# //` takes a comment sign away.
	return script.slice(0, start.index + 1).includes("NOPASSWD") && pattern.includes("#") && !replacement.includes("#");
}

/** Whether what a command writes ends in a file of sudo. */
export function writesSudoers(command: ShellCommand): boolean {
	const members = command.pipeline?.commands ?? [command];
	return (
		WRITERS.has(command.program ?? "") &&
		members.some(
			(member) =>
				member.redirects.some((redirect) => redirect.operator.startsWith(">") && redirect.target?.text.includes("sudoers") === true) ||
				(/^(?:tee|sudo)$/.test(member.program ?? "") && member.args.some((word) => word.text.includes("sudoers"))),
		)
	);
}

/** Whether the file gives any account a password: where none has one, an entry that asks for it is of no use. */
export const setsPassword = remembered((file: Dockerfile): boolean => file.stages.some((stage) => runSteps(stage).some(givesPassword)));

function givesPassword(step: Step): boolean {
	if (!/passw|-p/.test(stepText(step))) return false;
	return commandsOf(step).some(({ program, args }) => {
		const words = args.map((word) => word.text);
		if (program === "passwd") return !words.some((word) => /^(?:-[dlS]|--delete|--lock|--status)$/.test(word));
		if (program === "useradd" || program === "usermod") return words.some((word) => /^(?:-p|--password(?:=|$))/.test(word));
		return program === "chpasswd";
	});
}

/** The edits that take out the command that writes an entry, and what sets the mode of its file; undefined where more depends on it. */
export function withoutEntry(step: Step, command: ShellCommand): readonly SpanEdit[] | undefined {
	const [redirect, ...more] = command.redirects;
	if (redirect?.target === undefined || more.length > 0 || command.pipeline !== undefined) return undefined;
	const path = comparable(redirect.target);
	if (path === "/etc/sudoers") return redirect.operator === ">>" ? removal(step, [command]) : undefined;
	if (!/^\/etc\/sudoers\.d\/[^/\0]+$/.test(path) || stepsBehind(step).some((later) => stepText(later).includes("/etc/sudoers.d")))
		return undefined;
	const others = commandsOf(step).filter((other) => other !== command && namesFile(other, path));
	return others.every(changesMode) ? removal(step, [command, ...others]) : undefined;
}

function removal(step: Step, commands: readonly ShellCommand[]): readonly SpanEdit[] | undefined {
	return areAllCommands(step, commands) ? [removeInstruction(step.stage.file, step)] : removeCommands(step, commands);
}

function namesFile({ name, args, redirects }: ShellCommand, path: string): boolean {
	return [name, ...args, ...redirects.map(({ target }) => target)].some((word) => {
		const text = word === undefined ? "" : comparable(word);
		return text.includes(path) || /\/etc\/sudoers\.d\/.*\*/.test(text);
	});
}

/** `chmod 0440 FILE`, without which the file may be missing. */
function changesMode({ program, args }: ShellCommand): boolean {
	return (program === "chmod" || program === "chown") && args.filter((word) => !word.text.startsWith("-")).length === 2;
}
