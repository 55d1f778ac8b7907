import { sourceSpan } from "../../mappedText.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { overlaps, type Span, type SpanEdit } from "../../text.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { substitutionOf } from "../commands/sedCommands.ts";
import { removeFromRun } from "../edits/commandEdit.ts";
import { referencesTo } from "../edits/stageReferences.ts";
import { copyWordsOf } from "../files/copyWords.ts";
import { isInside } from "../files/mountCoverage.ts";
import { anyStepBehind } from "../model/mentions.ts";
import type { Dockerfile, Stage, Step } from "../model/model.ts";
import { lineage, stagesFrom } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";
import type { Heredoc } from "../syntax/heredoc.ts";
import { normalPath, stepsBackwards } from "../variables/state.ts";
import { lacksEntryFor } from "./sudoGroups.ts";

const WRITERS = new Set(["echo", "printf", "cat", "tee", "sed", "bash", "sh", "perl", "awk"]);

/** Whether a word of a command writes an entry with `NOPASSWD` or its like, and does not look for one. */
function grantsFreely(command: ShellCommand, word: ShellWord): boolean {
	if (!/NOPASSWD|!authenticate/.test(word.text)) return false;
	if (command.program === "sed") return setsIt(word.value ?? word.text);
	return (command.program === "echo" || command.program === "printf") && (writesSudoers(command) || / ?ALL ?=|=\(/.test(word.text));
}

/** `Defaults !authenticate` of a sudoers file, also for some users only; behind the quote of what writes it, or at the start of a line. */
const FREE_DEFAULTS = /(?:^|["'\n]|\\n)[ \t]{0,8}Defaults(?:[:@>!](?!root\s)\S{1,80})?[ \t][^\n#]{0,200}?(!authenticate)\b/g;

/** Where a text that goes to a sudoers file switches passwords off for everything that it grants. */
export function freeDefaultsIn(text: string): readonly number[] {
	return [...text.matchAll(FREE_DEFAULTS)].map((match) => match.index + match[0].length - "!authenticate".length);
}

/** Where a command writes what grants something for nothing: its words, and the heredocs that it is given. */
export function grantPlaces(step: Step, command: ShellCommand): readonly Span[] {
	const words = command.args.filter((word) => grantsFreely(command, word) && !replacesNothing(step, command, word));
	const heredocs = writesSudoers(command) ? step.heredocs.filter((heredoc) => overlaps(heredoc.wordSpan, command.span)) : [];
	return [...words.map((word) => word.span), ...heredocs.map(bodySpan)];
}

/** The place of what a heredoc says. */
export function bodySpan({ body }: Heredoc): Span {
	return sourceSpan(body, 0, body.text.length);
}

/** Whether one of the parts between the separators of `s/…/…/` that are written, not looked for, holds the word. */
function setsIt(script: string): boolean {
	const substitution = substitutionOf(script);
	if (substitution === undefined) return false;
	const { before, pattern, replacement } = substitution;
	if (replacement.includes("NOPASSWD")) return !pattern.includes("NOPASSWD");
	// `/NOPASSWD/s/^# //` takes a comment sign away.
	return before.includes("NOPASSWD") && pattern.includes("#") && !replacement.includes("#");
}

/** Whether `s/…/…/` finds no line to replace: its file was made empty by the step, or no entry for the group that it looks for is there. */
function replacesNothing(step: Step, command: ShellCommand, word: ShellWord): boolean {
	const substitution = command.program === "sed" ? substitutionOf(word.value ?? word.text) : undefined;
	if (substitution === undefined) return false;
	const group = /%(\w+)/.exec(substitution.pattern)?.[1];
	return (group !== undefined && lacksEntryFor(step.stage, group)) || edits(command).some((path) => isMadeEmpty(step, command, path));
}

/** The files of sudo among the words of a command. */
function edits({ args }: ShellCommand): readonly string[] {
	return args.map(comparable).filter((text) => /^\/etc\/sudoers\.d\/[^/*\0]+$/.test(text));
}

/** Whether `touch` has just made a file, and nothing else names it before the command: not where another step may have written it. */
function isMadeEmpty(step: Step, command: ShellCommand, path: string): boolean {
	const commands = commandsOf(step);
	const before = commands.slice(0, commands.indexOf(command)).filter((other) => namesFile(other, path));
	if (!before.some(({ program }) => program === "touch") || !before.every((other) => other.program === "touch" || changesMode(other)))
		return false;
	return [...stepsBackwards(step.stage, step)].every((earlier) => !stepText(earlier).includes("/etc/sudoers"));
}

/** Whether the entry that ends a text is for root, who is root already, and for nobody else. */
export function isForRoot(before: string): boolean {
	return /(?:^|[^\w.%+#,-]|\\n)(?<!,\s{0,8})root(?:\s|\\t)+[^\s=]+\s*=\s*(?:\([^()]*\)\s*)?$/.test(before.slice(-200));
}

/** Whether what a command writes ends in a file of sudo. */
function writesSudoers(command: ShellCommand): boolean {
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
	if (!/passw|-\w*p/.test(stepText(step))) return false;
	return commandsOf(step).some(({ program, args }) => {
		const words = args.map((word) => word.text);
		if (program === "passwd") return !words.some((word) => /^(?:-[dlS]|--delete|--lock|--status)$/.test(word));
		if (program === "useradd" || program === "usermod") return words.some((word) => /^(?:-[DLMNUalmor]*p|--password(?:=|$))/.test(word));
		return program === "chpasswd";
	});
}

const namedBehind = anyStepBehind((later) => stepText(later).includes("/etc/sudoers.d"));

/** The edits that take out the command that writes an entry, and what sets the mode of its file; undefined where more depends on it. */
export function withoutEntry(step: Step, command: ShellCommand): readonly SpanEdit[] | undefined {
	const [redirect, ...more] = command.redirects;
	if (redirect?.target === undefined || more.length > 0 || command.pipeline !== undefined || !writesOneLine(command)) return undefined;
	const path = comparable(redirect.target);
	if (path === "/etc/sudoers")
		return redirect.operator === ">>"
			? (withoutCommands(step, [command, ...openings(step, command)]) ?? withoutCommands(step, [command]))
			: undefined;
	if (!/^\/etc\/sudoers\.d\/[^/\0]+$/.test(path) || namedBehind(step)) return undefined;
	if (stagesFrom(step.stage).some((stage) => isCopied(stage, path))) return undefined;
	const others = commandsOf(step).filter((other) => other !== command && namesFile(other, path));
	// `chmod 440 /etc/sudoers.d/*` is there for other files of the folder, too.
	if (others.some((other) => other.args.some((word) => word.text.includes("*"))) && namesOtherFile(step, path)) return undefined;
	return others.every(changesMode) ? withoutCommands(step, [command, ...others]) : undefined;
}

/** Undefined where a comment about the entry would stay behind, below the instruction. */
function withoutCommands(step: Step, commands: readonly ShellCommand[]): readonly SpanEdit[] | undefined {
	const edits = removeFromRun(step, commands);
	const { text } = step.stage.file;
	return edits?.some(({ span, newText }) => newText !== "" && text.slice(span.end, step.span.end).trim() === "") ? undefined : edits;
}

/** The `chmod 666 /etc/sudoers` and `chmod 440 /etc/sudoers` around an entry, unless they stand around more than that. */
function openings(step: Step, command: ShellCommand): readonly ShellCommand[] {
	const others = commandsOf(step).filter((other) => other !== command && /\/etc\/sudoers(?![\w.])/.test(wordsOf(other).join(" ")));
	return others.every(changesMode) ? others : [];
}

/** Whether what `echo` or `printf` writes is the entry alone. */
function writesOneLine({ program, args }: ShellCommand): boolean {
	const texts = args.map(comparable);
	if (program === "echo") return isOneLine(texts.filter((text) => !/^-[neE]+$/.test(text)).join(" "));
	const [format = "", ...values] = texts;
	const places = format.replaceAll("%%", "").split("%").length - 1;
	return program === "printf" && values.length <= places && [format, ...values].every(isOneLine);
}

function isOneLine(text: string): boolean {
	return !/\n|\\n/.test(text.replace(/(?:\n|\\n)+$/, ""));
}

/** Whether another stage, or an image, takes the file out of a stage. */
function isCopied(stage: Stage, path: string): boolean {
	return referencesTo(stage).some(({ step }) =>
		(step === undefined ? [] : (copyWordsOf(step)?.sources ?? [])).some(
			({ value }) => value === undefined || isInside(path, normalPath(`/${value}`)) || value.includes("*"),
		),
	);
}

/** Whether a stage names the folder of an entry for the sake of something else. */
function namesOtherFile(step: Step, path: string): boolean {
	const named = lineage(step.stage).flatMap((stage) =>
		stage.steps.flatMap((other) => stepText(other).match(/\/etc\/sudoers\.d[^\s"';&|)]*/g) ?? []),
	);
	return named.some((name) => name !== path && !name.includes("*"));
}

function namesFile(command: ShellCommand, path: string): boolean {
	return wordsOf(command).some((text) => text.includes(path) || /\/etc\/sudoers\.d\/.*\*/.test(text));
}

function wordsOf({ name, args, redirects }: ShellCommand): readonly string[] {
	return [name, ...args, ...redirects.map(({ target }) => target)].map((word) => (word === undefined ? "" : comparable(word)));
}

/** `chmod 0440 FILE`, without which the file may be missing. */
function changesMode({ program, args }: ShellCommand): boolean {
	return (program === "chmod" || program === "chown") && args.filter((word) => !word.text.startsWith("-")).length === 2;
}
