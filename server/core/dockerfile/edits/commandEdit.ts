import { sourceOffset, sourceSpan } from "../../mappedText.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { lineAt, type Span, type SpanEdit } from "../../text.ts";
import { breakBetween, indentationAt, type Link, linkAfter, linkBefore, type Standing, standingOf } from "../commands/commandPlace.ts";
import { errexitOf, isPlainMember, stopsOnError } from "../commands/errexit.ts";
import { chainLink, chainStyle, styleAt } from "../commands/lineStyle.ts";
import { commandsOf, type StepScript, scriptsOf } from "../commands/scripts.ts";
import type { Dockerfile, Step } from "../model/model.ts";
import { hasComment, insertAfter, insertAt, removeInstruction, replace } from "./edit.ts";

/**
 * Edits of a RUN in terms of its commands: one goes, one comes in behind or in front of another. Comments and the way in which
 * the lines are laid out stay; where that, or what the other commands do, could not be kept there is no edit.
 */

/** Removes a command of a list with the connector that led to it. Undefined where it is the only one, or its result matters. */
export function removeCommand(step: Step, command: ShellCommand): SpanEdit | undefined {
	return removeCommands(step, [command])?.[0];
}

/** The same for several commands of a RUN; neighbours go together. Undefined if one of them cannot. */
export function removeCommands(step: Step, commands: readonly ShellCommand[]): readonly SpanEdit[] | undefined {
	const standings: Standing[] = [];
	for (const command of commands) {
		const standing = standingOf(step, command);
		if (
			standing === undefined ||
			standing.outer.within.length > 0 ||
			standing.outer.redirects.some((redirect) => redirect.body !== undefined)
		)
			return undefined;
		standings.push(standing);
	}
	standings.sort((a, b) => a.outer.span.start - b.outer.span.start);
	const edits: SpanEdit[] = [];
	for (let at = 0; at < standings.length; at++) {
		const first = standings[at] as Standing;
		let last = first;
		for (let next = standings[at + 1]; next?.script === first.script && linkAfter(first.script, last.outer).far === next.outer.at; ) {
			last = next;
			at++;
			next = standings[at + 1];
		}
		const edit = removeBlock(step, first, last.outer);
		if (edit === undefined) return undefined;
		edits.push(edit);
	}
	return edits;
}

/**
 * The same, and all of the RUN goes where it does nothing else. Undefined as well where a heredoc would go along, or a comment in it.
 * @param comments whether those in a RUN that goes have to stay, or are put elsewhere
 */
export function removeFromRun(
	step: Step,
	commands: readonly ShellCommand[],
	comments: "stay" | "move" = "stay",
): readonly SpanEdit[] | undefined {
	if (!areAllCommands(step, commands)) return removeCommands(step, commands);
	const { file } = step.stage;
	const isPlain = step.keyword === "RUN" && step.heredocs.length === 0 && (comments === "move" || !hasComment(file, step.span));
	return isPlain ? [removeInstruction(file, step)] : undefined;
}

/** Removes neighbours, from the command of `first` to `last`. */
function removeBlock(step: Step, { script, outer }: Standing, last: ShellCommand): SpanEdit | undefined {
	const before = linkBefore(script, outer);
	const after = linkAfter(script, last);
	if (before.kind === "other" || after.kind === "other" || (before.kind === "border" && after.kind === "border")) return undefined;
	const stops = stopsOnError(script);
	// Without its last command a script ends as the one before it did, unless that one would have ended it anyway.
	if (after.kind === "border" && before.kind !== "&&" && before.kind !== "border" && !(stops && isStatement(script, before.far)))
		return undefined;
	// `set -e` overlooks `a` in `a && b`, but not alone.
	if (before.kind === "&&" && (after.kind === ";" || after.kind === "line") && errexitOf(script) !== "off") return undefined;
	if (after.kind === "border" || (before.kind !== "border" && after.kind !== "&&" && before.kind !== after.kind))
		return cut(step, script, before.far, last.end, "end");
	if (before.kind === "&&" && after.kind === "&&" && breakBetween(step, script, before.far, before.at)) {
		// With an operator at both ends of its line the one that stays would stand there alone.
		const whole = breakBetween(step, script, after.at, after.far) ? cut(step, script, before.far, last.end, "end") : undefined;
		return whole ?? cut(step, script, before.at, after.at, "token");
	}
	// At the start of the instruction the builder would take the rest for a flag, or for a list of words.
	if (before.kind === "border" && script.form === "line" && /^(?:--|\[[\t ]*")/.test(script.source.text.slice(after.far))) return undefined;
	return cut(step, script, outer.at, after.far, "token");
}

/** Whether what ends at an offset is a statement of a single command, which `set -e` looks at. */
function isStatement(script: StepScript, end: number): boolean {
	const statement = script.statements.find((candidate) => candidate.end === end);
	return statement !== undefined && script.commands.some((command) => command.at === statement.at && command.end === end);
}

/** Puts a command behind another one, to run if that went well, in the layout of the script. Undefined in a pipeline. */
export function insertCommandBehind(step: Step, command: ShellCommand, text: string): SpanEdit | undefined {
	const standing = standingOf(step, command);
	if (standing === undefined || standing.outer.pipeline !== undefined) return undefined;
	const { script, outer } = standing;
	const after = linkAfter(script, outer);
	if (after.kind === "other") return undefined;
	const { file } = step.stage;
	if ((after.kind === "line" || after.kind === ";") && errexitOf(script) !== "off" && !outer.within.includes("condition")) {
		// `set -e` would overlook that the command fails: it is not the last of its list then.
		if (errexitOf(script) === "unknown" || (outer.connector !== "start" && outer.connector !== ";")) return undefined;
		if (after.kind === "line") return insertAfter(outer.span, file.lineBreak + indentationAt(file, outer.span.start) + text);
		if (!breakBetween(step, script, outer.end, after.far)) return insertAfter(outer.span, `; ${text}`);
		const indented = indentationAt(file, sourceOffset(script.source, after.far)) + text;
		return insertAfter(outer.span, `; ${file.escape}${file.lineBreak}${indented}`);
	}
	if (after.kind === "border" && errexitOf(script) !== "off" && !isPlainMember(script, outer)) return undefined;
	if (after.kind !== "&&" || script.form !== "line") return insertAfter(outer.span, ` && ${text}`);
	if (!breakBetween(step, script, outer.end, after.far)) {
		const style = linkBefore(script, outer).kind === "border" ? chainStyle(script) : undefined;
		if (style === undefined) return insertAfter(outer.span, ` && ${text}`);
		const separator = chainLink(file, style);
		return replace(sourceSpan(script.source, outer.end, after.far), separator + text + separator);
	}
	const leading = breakBetween(step, script, outer.end, after.at);
	const indentation = indentationAt(file, sourceOffset(script.source, leading ? after.at : after.far));
	return insertAfter(outer.span, chainLink(file, { leading, indentation }) + text);
}

/**
 * Puts commands in front of another one, which then runs only if they went well, in the layout of the script. Undefined in a pipeline and
 * behind `||`.
 */
export function insertCommandBefore(step: Step, command: ShellCommand, ...texts: readonly string[]): SpanEdit | undefined {
	const standing = standingOf(step, command);
	if (standing === undefined || standing.outer.pipeline !== undefined || standing.outer.connector === "||") return undefined;
	const { script, outer } = standing;
	if (outer.within.includes("negation")) return undefined;
	const insert = (separator: string): SpanEdit => insertAt(outer.span.start, texts.map((text) => text + separator).join(""));
	const { file } = step.stage;
	const before = linkBefore(script, outer);
	const style = styleAt(step, standing);
	const startsLine = before.kind !== "border" && style !== undefined;
	const indentation = indentationAt(file, outer.span.start);
	if (errexitOf(script) !== "off" && !outer.within.includes("condition") && !endsScript(script, outer, before)) {
		// `set -e` would overlook that a new command fails: it is not the last of its list in `a && b`.
		if (errexitOf(script) === "unknown" || (outer.connector !== "start" && outer.connector !== ";")) return undefined;
		if (script.form === "heredoc" && (startsLine || before.kind === "border")) return insert(file.lineBreak + indentation);
		return insert(startsLine ? `; ${file.escape}${file.lineBreak}${indentation}` : "; ");
	}
	if (script.form !== "line" || (before.kind !== "&&" && before.kind !== "border")) return insert(" && ");
	return insert(style === undefined ? " && " : chainLink(file, style));
}

/** Whether a command joins the list that a script ends with, so that the script fails where one of its members does. */
function endsScript(script: StepScript, command: ShellCommand, before: Link): boolean {
	const last = script.statements[script.statements.length - 1];
	const isInside = last !== undefined && !last.background && last.at <= command.at && command.within.length === 0;
	return isInside && (before.kind === "&&" || (before.kind === "border" && script.form === "line"));
}

/** What stands in front of a command's name: `sudo -E `, `DEBIAN_FRONTEND=noninteractive `; undefined where that cannot be told. */
export function commandPrefix(step: Step, command: ShellCommand): string | undefined {
	const standing = standingOf(step, command);
	if (standing === undefined || command.name === undefined) return undefined;
	return standing.script.source.text.slice(standing.outer.at, command.name.at).replace(/\s+/g, " ");
}

/** The words of a command with all that stands in front of it, on one line. */
export function commandLine(step: Step, command: ShellCommand): string | undefined {
	const standing = standingOf(step, command);
	return standing?.script.source.text.slice(standing.outer.at, standing.outer.end).replace(/\s+/g, " ").trim();
}

/** Whether the command is all that its RUN does. */
export function isOnlyCommand(step: Step, command: ShellCommand): boolean {
	const standing = standingOf(step, command);
	if (standing === undefined || scriptsOf(step).length !== 1 || standing.outer.pipeline !== undefined) return false;
	return linkBefore(standing.script, standing.outer).kind === "border" && linkAfter(standing.script, standing.outer).kind === "border";
}

/** Whether some commands, with what wraps them, and options that are set for them are all that a RUN has. */
function areAllCommands(step: Step, commands: readonly ShellCommand[]): boolean {
	const named = new Set<ShellCommand>();
	for (const command of commands)
		for (let outer: ShellCommand | undefined = command; outer !== undefined; outer = outer.wrapper) named.add(outer);
	const isOne = scriptsOf(step).length === 1 || step.exec !== undefined;
	return isOne && commandsOf(step).every((command) => command.program === "set" || named.has(command));
}

/**
 * What leads from a command to the next one of its list: `border` if it is the last. Undefined for a command inside a loop, a
 * branch or a substitution, and where its place is not known.
 */
export function connectorBehind(step: Step, command: ShellCommand): "&&" | ";" | "line" | "border" | "other" | undefined {
	const standing = standingOf(step, command);
	return standing === undefined || standing.outer.within.length > 0 ? undefined : linkAfter(standing.script, standing.outer).kind;
}

/** Cuts a part of a script, from `start` to the token at `end` or to the `end` of one, and keeps the comments that lie in it. */
function cut(step: Step, script: StepScript, start: number, end: number, up: "token" | "end"): SpanEdit | undefined {
	const { file } = step.stage;
	const { source } = script;
	const span: Span = {
		start: up === "end" && start > 0 ? sourceOffset(source, start - 1) + 1 : sourceOffset(source, start),
		end: up === "end" ? sourceOffset(source, end - 1) + 1 : sourceOffset(source, end),
	};
	const comments = file.comments.filter((comment) => span.start <= comment.span.start && comment.span.end <= span.end);
	if (comments.length === 0) return replace(span, "");
	const texts = comments.map((comment) => file.text.slice(comment.span.start, comment.span.end).trimEnd());
	if (up === "end") {
		// They stand below the instruction then.
		if (file.text.slice(span.end, step.span.end).trim() !== "") return undefined;
		return replace(
			span,
			comments.map((comment, index) => file.lineBreak + indentationAt(file, comment.span.start) + texts[index]).join(""),
		);
	}
	const indentation = indentationAt(file, span.end);
	if ((file.lineStarts[lineAt(file.lineStarts, span.end)] ?? 0) <= (comments[comments.length - 1]?.span.end ?? 0)) return undefined;
	const kept = texts.map((text) => text + file.lineBreak + indentation).join("");
	return replace(span, startsLine(file, span.start) ? kept : `${file.escape}${file.lineBreak}${indentation}${kept}`);
}

function startsLine(file: Dockerfile, offset: number): boolean {
	return file.text.slice(file.lineStarts[lineAt(file.lineStarts, offset)] ?? 0, offset).trim() === "";
}
