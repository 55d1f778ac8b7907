import { sourceOffset, sourceSpan } from "../mappedText.ts";
import type { ShellCommand } from "../shell/model.ts";
import { lineAt, type Span, type SpanEdit } from "../text.ts";
import { insertAfter, insertAt, replace } from "./edit.ts";
import { errexitOf, isPlainMember, stopsOnError } from "./errexit.ts";
import type { Dockerfile, Step } from "./model.ts";
import { commandsOf, type StepScript, scriptsOf } from "./scripts.ts";

/**
 * Edits of a RUN in terms of its commands: one goes, one comes in behind or in front of another. Comments and the way in which
 * the lines are laid out stay; where that, or what the other commands do, could not be kept there is no edit.
 */

/** What stands between a command and its neighbour. */
interface Link {
	readonly kind: "&&" | ";" | "line" | "border" | "other";
	/** Where the connector begins and ends; for a border, the end of the script. */
	readonly at: number;
	readonly end: number;
	/** The end of what stands before it, or the start of what stands behind it. */
	readonly far: number;
}

/** The command with the wrappers in front of it, in the script that holds it: `sudo apt-get update` for its `apt-get update`. */
interface Standing {
	readonly script: StepScript;
	readonly outer: ShellCommand;
}

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
	if (before.kind === "&&" && after.kind === "&&" && breakBetween(step, script, before.far, before.at))
		return cut(step, script, before.at, after.at, "token");
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
	if (after.kind !== "&&" || script.form !== "line" || !breakBetween(step, script, outer.end, after.far))
		return insertAfter(outer.span, ` && ${text}`);
	const leading = breakBetween(step, script, outer.end, after.at);
	const indentation = indentationAt(file, sourceOffset(script.source, leading ? after.at : after.far));
	const lineEnd = ` ${file.escape}${file.lineBreak}${indentation}`;
	return insertAfter(outer.span, leading ? `${lineEnd}&& ${text}` : ` &&${lineEnd}${text}`);
}

/** Puts a command in front of another one, which then runs only if it went well. Undefined in a pipeline and behind `||`. */
export function insertCommandBefore(step: Step, command: ShellCommand, text: string): SpanEdit | undefined {
	const standing = standingOf(step, command);
	if (standing === undefined || standing.outer.pipeline !== undefined || standing.outer.connector === "||") return undefined;
	if (standing.outer.within.includes("negation")) return undefined;
	return insertAt(standing.outer.span.start, `${text} && `);
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
export function areAllCommands(step: Step, commands: readonly ShellCommand[]): boolean {
	const named = new Set<ShellCommand>();
	for (const command of commands)
		for (let outer: ShellCommand | undefined = command; outer !== undefined; outer = outer.wrapper) named.add(outer);
	return scriptsOf(step).length === 1 && commandsOf(step).every((command) => command.program === "set" || named.has(command));
}

/**
 * What leads from a command to the next one of its list: `border` if it is the last. Undefined for a command inside a loop, a
 * branch or a substitution, and where its place is not known.
 */
export function connectorBehind(step: Step, command: ShellCommand): "&&" | ";" | "line" | "border" | "other" | undefined {
	const standing = standingOf(step, command);
	return standing === undefined || standing.outer.within.length > 0 ? undefined : linkAfter(standing.script, standing.outer).kind;
}

/** The script that holds a command in place, and the command with its wrappers. */
function standingOf(step: Step, command: ShellCommand): Standing | undefined {
	if (command.decoded) return undefined;
	const script = scriptsOf(step).find((candidate) => candidate.commands.includes(command));
	if (script === undefined || script.errors.length > 0) return undefined;
	const inPlace = (candidate: ShellCommand): boolean => {
		const span = sourceSpan(script.source, candidate.at, candidate.end);
		return span.start === candidate.span.start && span.end === candidate.span.end;
	};
	if (!inPlace(command)) return undefined;
	let outer = command;
	for (let wrapper = command.wrapper; wrapper !== undefined && inPlace(wrapper); wrapper = wrapper.wrapper) outer = wrapper;
	return outer.program === "find" || outer.program === "xargs" ? undefined : { script, outer };
}

function linkBefore(script: StepScript, command: ShellCommand): Link {
	const { text } = script.source;
	let at = command.at;
	while (at > 0 && isBlank(text[at - 1])) at--;
	const kind = at === 0 ? "border" : text.endsWith("&&", at) ? "&&" : text[at - 1] === ";" ? ";" : text[at - 1] === "\n" ? "line" : "other";
	const start = at - (kind === "&&" ? 2 : kind === "border" || kind === "other" ? 0 : 1);
	let far = start;
	while (far > 0 && (isBlank(text[far - 1]) || (kind === "line" && text[far - 1] === "\n"))) far--;
	// What comes before an operator is a command, not another operator: `do`, `{`, `;;` are not looked into.
	if (kind !== "border" && kind !== "other" && (far === 0 || ";&|(".includes(text[far - 1] ?? "")))
		return { kind: "other", at: start, end: at, far };
	return { kind, at: start, end: at, far };
}

function linkAfter(script: StepScript, command: ShellCommand): Link {
	const { text } = script.source;
	let at = command.end;
	while (at < text.length && isBlank(text[at])) at++;
	const kind =
		at === text.length ? "border" : text.startsWith("&&", at) ? "&&" : text[at] === ";" ? ";" : text[at] === "\n" ? "line" : "other";
	const end = at + (kind === "&&" ? 2 : kind === "border" || kind === "other" ? 0 : 1);
	let far = end;
	while (far < text.length && (isBlank(text[far]) || text[far] === "\n")) far++;
	if (kind === ";" && text[end] === ";") return { kind: "other", at, end, far };
	return (kind === ";" || kind === "line") && far === text.length ? { kind: "border", at, end, far } : { kind, at, end, far };
}

function isBlank(character: string | undefined): boolean {
	return character === " " || character === "\t";
}

/** Whether a line of the file ends between two places of a script. */
function breakBetween(step: Step, script: StepScript, from: number, to: number): boolean {
	const { lineStarts } = step.stage.file;
	return lineAt(lineStarts, sourceOffset(script.source, from - 1)) < lineAt(lineStarts, sourceOffset(script.source, to));
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

function indentationAt(file: Dockerfile, offset: number): string {
	return /^[\t ]*/.exec(file.text.slice(file.lineStarts[lineAt(file.lineStarts, offset)] ?? 0))?.[0] ?? "";
}
