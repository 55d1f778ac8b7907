import { sourceOffset } from "../../mappedText.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import type { SpanEdit } from "../../text.ts";
import { stopsOnError } from "../commands/errexit.ts";
import { type StepScript, scriptsOf } from "../commands/scripts.ts";
import { understands } from "../model/frontend.ts";
import { standsInOnbuild } from "../model/instructions.ts";
import type { Step } from "../model/model.ts";
import { replace } from "./edit.ts";

/** Heredocs came with this version of Dockerfile syntax: 1.4. */
const HEREDOC_MINOR = 4;
const LINE_END = /[\n\u2028\u2029]/;
/** Commands whose result decides nothing but whether the script goes on. */
const LISTS = new Set(["start", "&&"]);
/** Files that set variables, and functions that nothing in a chain calls: those of a virtual environment, of a distribution. */
const HARMLESS_FILES = /\/bin\/activate$|^\/(?:etc|usr\/lib)\/(?:os|lsb)-release$/;

/** The links of `a && b && c`, in order; undefined if a script is anything else than such a chain of commands and pipelines. */
export const chainOf = remembered((script: StepScript): readonly ShellCommand[] | undefined => {
	if (script.errors.length > 0 || script.statements.length !== 1 || script.statements[0]?.background) return undefined;
	const links = script.commands.filter((command) => command.wrapper === undefined && !command.within.includes("substitution"));
	const firsts = links.filter((command) => command.pipeline === undefined || command.pipeline.commands[0] === command);
	if (links.some((command) => command.within.length > 0) || !firsts.every((command) => LISTS.has(command.connector))) return undefined;
	// A word of the shell, such as `time`, belongs to no command.
	return firsts.every(({ at }) => ["", "&&"].includes(script.source.text.slice(0, at).trimEnd().slice(-2))) ? firsts : undefined;
});

/** Whether `set -e` would do something else than `&&`: where the chain switches it off, and in what is read into the shell itself. */
function dependsOnErrexit(chain: readonly ShellCommand[]): boolean {
	return chain.some(({ program, args }) => {
		const words = args.map((word) => word.value ?? "");
		if (program === "set")
			return words.some((word, index) => /^\+[A-Za-z]*e/.test(word) || (word === "errexit" && words[index - 1] === "+o"));
		return program === "eval" || ((program === "." || program === "source") && !HARMLESS_FILES.test(words[0] ?? ""));
	});
}

/** Whether `set -e` would decide inside of a substitution, too: dash hands it on to `$(a; b)`. */
function hasListInSubstitution(script: StepScript): boolean {
	return script.commands.some(({ within, connector }) => within.includes("substitution") && (connector === ";" || connector === "&"));
}

/** Whether a word goes on behind a line continuation: inside of single quotes a shell keeps the backslash that the builder takes away. */
function hasBrokenWord(script: StepScript, text: string): boolean {
	if (script.step.firstLine === script.step.lastLine) return false;
	const isBroken = (word: ShellWord | undefined): boolean =>
		word?.quoted === true && text.slice(word.span.start, word.span.end).includes("\n");
	return script.commands.some(
		({ name, args, assignments, redirects }) =>
			isBroken(name) ||
			args.some(isBroken) ||
			assignments.some(({ value }) => isBroken(value)) ||
			redirects.some(({ target }) => isBroken(target)),
	);
}

/**
 * The edit that writes `RUN a && b` as a heredoc, with `set -e` in front. Undefined for scripts that are no plain chain, that have comments
 * inside of a command, or whose frontend knows no heredocs.
 */
export function toHeredoc(step: Step): SpanEdit | undefined {
	const { file } = step.stage;
	if (step.keyword !== "RUN" || step.exec !== undefined || step.heredocs.length > 0 || standsInOnbuild(file, step) || file.escape !== "\\")
		return undefined;
	// The shell would see the carriage returns.
	if (file.text.includes("\r")) return undefined;
	const [script] = scriptsOf(step);
	const chain = script === undefined ? undefined : chainOf(script);
	if (script === undefined || chain === undefined || chain.length < 2 || understands(file, HEREDOC_MINOR) === "no") return undefined;
	if (hasListInSubstitution(script) || hasBrokenWord(script, file.text) || dependsOnErrexit(chain)) return undefined;
	const statement = script.statements[0];
	if (statement === undefined || script.source.text.slice(statement.end).trim() !== "") return undefined;
	const comments = file.comments.filter(({ line }) => step.firstLine < line && line < step.lastLine);
	const lines: string[] = stopsOnError(script) ? [] : ["set -e"];
	const at = sourceOffset(script.source, 0);
	// What follows `RUN \` on lines of its own moves up.
	const keyword = (step.flags[step.flags.length - 1]?.span ?? step.keywordSpan).end;
	const isBelow = file.text.slice(keyword, at).includes("\n");
	let from = isBelow ? keyword : at;
	for (let index = 0; index < chain.length; index++) {
		const link = chain[index] as ShellCommand;
		const next = chain[index + 1];
		const start = sourceOffset(script.source, link.at);
		const end = sourceOffset(script.source, next === undefined ? statement.end - 1 : connectorBefore(script, next) - 1) + 1;
		const inside = comments.some(({ span }) => start < span.start && span.end <= end);
		// In a script a blank behind the backslash, or an empty line, ends the command.
		const written = file.text.slice(start, end);
		// In most links there is no line end.
		const text = (LINE_END.test(written) ? written.replace(/\\[\t ]+$/gm, "\\") : written).trimEnd();
		if (inside || /\n[\t ]*\n/.test(text)) return undefined;
		for (const { span } of comments)
			if (from <= span.start && span.end <= start) lines.push(file.text.slice(span.start, span.end).trimEnd());
		lines.push(text);
		from = end;
	}
	const body = lines.join(file.lineBreak);
	const name = freeName(body);
	if (name === undefined) return undefined;
	const heredoc = `<<${name}${file.lineBreak}${body}${file.lineBreak}${name}`;
	return isBelow ? replace({ start: keyword, end: step.span.end }, ` ${heredoc}`) : replace({ start: at, end: step.span.end }, heredoc);
}

/** Where the `&&` in front of a command begins, blanks before it included. */
function connectorBefore(script: StepScript, command: ShellCommand): number {
	const { text } = script.source;
	return text.slice(0, text.lastIndexOf("&&", command.at)).trimEnd().length;
}

function freeName(body: string): string | undefined {
	return ["EOF", "EOT", "SCRIPT"].find((name) => !(body.includes(name) && body.split(/\r?\n/).some((line) => line.trim() === name)));
}

/**
 * The edit that writes a heredoc as `RUN a && b`. Only for scripts that stop at the first failure (`set -e`) and hold one plain command
 * or pipeline in each statement; undefined for all others.
 */
export function fromHeredoc(step: Step): SpanEdit | undefined {
	const { file } = step.stage;
	const [heredoc] = step.heredocs;
	const [script] = scriptsOf(step);
	if (
		step.keyword !== "RUN" ||
		heredoc === undefined ||
		step.heredocs.length > 1 ||
		script?.form !== "heredoc" ||
		standsInOnbuild(file, step)
	)
		return undefined;
	if (script.errors.length > 0 || !stopsOnError(script) || file.escape !== "\\" || !heredoc.terminated) return undefined;
	if (
		step.arguments.text.trim() !== file.text.slice(heredoc.wordSpan.start, heredoc.wordSpan.end).trim() ||
		script.source.text.includes("#")
	)
		return undefined;
	if (hasListInSubstitution(script) || hasBrokenWord(script, file.text)) return undefined;
	const parts: string[] = [];
	for (const [index, statement] of script.statements.entries()) {
		const commands = script.commands.filter(
			(command) =>
				statement.at <= command.at &&
				command.end <= statement.end &&
				command.wrapper === undefined &&
				!command.within.includes("substitution"),
		);
		const [first, ...others] = commands;
		if (first === undefined || statement.background || commands.some(({ within }) => within.length > 0)) return undefined;
		if (others.some((command) => command.pipeline === undefined || command.pipeline !== first.pipeline)) return undefined;
		// `set -e` alone says what `&&` says.
		if (index === 0 && first.args.length === 1 && first.args[0]?.value === "-e") continue;
		const text = file.text.slice(sourceOffset(script.source, statement.at), sourceOffset(script.source, statement.end - 1) + 1);
		if (text.split(/\r?\n/).some((line, at, all) => at < all.length - 1 && !line.trimEnd().endsWith("\\"))) return undefined;
		parts.push(text);
	}
	if (parts.length === 0) return undefined;
	return replace({ start: heredoc.wordSpan.start, end: step.span.end }, parts.join(` \\${file.lineBreak}    && `));
}
