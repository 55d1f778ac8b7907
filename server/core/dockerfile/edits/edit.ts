import { sourceOffset } from "../../mappedText.ts";
import { lineAt, type Span, type SpanEdit } from "../../text.ts";
import { continuationOf } from "../commands/errexit.ts";
import { lineStyle } from "../commands/lineStyle.ts";
import type { StepScript } from "../commands/scripts.ts";
import { commentsByLine } from "../model/comments.ts";
import { syntaxBehindShebang } from "../model/frontend.ts";
import { standsInOnbuild } from "../model/instructions.ts";
import type { Dockerfile } from "../model/model.ts";
import { type Assignment, assignmentsOf } from "../model/views.ts";
import type { Flag } from "../syntax/flags.ts";
import type { Instruction } from "../syntax/structure.ts";

/**
 * Edits of the user's text in terms of instructions, flags, words and commands. Rules use these and never count columns;
 * comments, line breaks and indentation that are not part of what changes stay as they are.
 */

export function replace(span: Span, newText: string): SpanEdit {
	return { span, newText };
}

export function insertAt(offset: number, newText: string): SpanEdit {
	return { span: { start: offset, end: offset }, newText };
}

/** Inserts directly behind a token: `insertAfter(verb.span, " -y")`. */
export function insertAfter(span: Span, newText: string): SpanEdit {
	return insertAt(span.end, newText);
}

/** Adds a flag behind the keyword and the flags that are there: `RUN --mount=… …`. */
export function addFlag(instruction: Instruction, flag: string): SpanEdit {
	const last = instruction.flags[instruction.flags.length - 1];
	return insertAt(last?.span.end ?? instruction.keywordSpan.end, ` ${flag}`);
}

/** Removes a flag with the blanks behind it. */
export function removeFlag(file: Dockerfile, flag: Flag): SpanEdit {
	return removeWord(file, flag.span);
}

/** Removes a word with the blanks behind it, or, at the end of a line, those in front of it. */
export function removeWord(file: Dockerfile, span: Span): SpanEdit {
	const { text } = file;
	let { start, end } = span;
	while (text[end] === " " || text[end] === "\t") end++;
	const atLineEnd = text[end] === undefined || text[end] === "\n" || text[end] === "\r";
	if (end === span.end || atLineEnd) {
		end = span.end;
		while (start > 0 && (text[start - 1] === " " || text[start - 1] === "\t") && start - 1 > lineStartOf(file, start)) start--;
	}
	return replace({ start, end }, "");
}

/** The blanks that a new line begins with like the one beside it: other white space is none behind the first word of an instruction. */
function indentationOf(text: string): string {
	return /^[\t ]*$/.test(text) ? text : "";
}

/** The edit that puts an instruction (one or more lines, without line break at the end) above another one, with its indentation. */
export function insertInstructionBefore(file: Dockerfile, instruction: Instruction, lines: string): SpanEdit {
	const start = lineStartOf(file, instruction.span.start);
	const indentation = indentationOf(file.text.slice(start, instruction.span.start));
	return insertAt(aboveComments(file, instruction), withLineBreaks(file, indent(lines, indentation)) + file.lineBreak);
}

/** The edit that puts an instruction on the line below another one. */
export function insertInstructionAfter(file: Dockerfile, instruction: Instruction, lines: string): SpanEdit {
	const start = lineStartOf(file, instruction.span.start);
	const indentation = indentationOf(file.text.slice(start, instruction.span.start));
	return insertAt(instruction.span.end, file.lineBreak + withLineBreaks(file, indent(lines, indentation)));
}

/** Removes an instruction with its lines, and one of two empty lines around it; at the end of the file, all of them. Comments above it stay. */
export function removeInstruction(file: Dockerfile, instruction: Instruction): SpanEdit {
	const { text } = file;
	const start = lineStartOf(file, instruction.span.start);
	const next = text.indexOf("\n", instruction.span.end);
	if (next !== -1 && /\S/.test(text.slice(next))) return replace({ start, end: behindGap(file, start, next + 1) }, "");
	let line = lineAt(file.lineStarts, start);
	while (isEmptyLine(file, line - 1)) line--;
	let above = startOfLine(file, line);
	// Without a line break at its end the file is to stay so.
	while (next === -1 && above > 0 && "\r\n".includes(text[above - 1] ?? "")) above--;
	return replace({ start: above, end: text.length }, "");
}

/** The end of lines that are removed: behind the empty line below them, where one stands above them, too. */
function behindGap(file: Dockerfile, start: number, end: number): number {
	const above = lineAt(file.lineStarts, start) - 1;
	const below = lineAt(file.lineStarts, end);
	return isEmptyLine(file, above) && isEmptyLine(file, below) ? (file.lineStarts[below + 1] ?? end) : end;
}

/** Whether there is such a line (zero-based) with one below it, and nothing on it. */
export function isEmptyLine(file: Dockerfile, line: number): boolean {
	const start = file.lineStarts[line];
	const end = file.lineStarts[line + 1];
	return start !== undefined && end !== undefined && file.text.slice(start, end).trim() === "";
}

/**
 * Removes one `NAME=value` of ENV, LABEL or ARG, with the whole instruction if it was the only one. Undefined where a comment
 * between continued lines would go with it, and for one inside ONBUILD.
 */
export function removeAssignment(file: Dockerfile, instruction: Instruction, assignment: Assignment): SpanEdit | undefined {
	if (standsInOnbuild(file, instruction)) return undefined;
	const all = assignmentsOf(instruction, file.escape);
	const index = all.findIndex((other) => other.span.start === assignment.span.start);
	const previous = all[index - 1];
	const next = all[index + 1];
	if (index === -1) return undefined;
	if (previous === undefined && next === undefined) {
		return hasComment(file, instruction.span) ? undefined : removeInstruction(file, instruction);
	}
	// Behind the keyword it would be a flag.
	if (previous === undefined && file.text.startsWith("--", next?.span.start)) return undefined;
	const span: Span =
		next !== undefined
			? { start: assignment.span.start, end: next.span.start }
			: { start: previous?.span.end ?? assignment.span.start, end: assignment.span.end };
	return hasComment(file, span) ? undefined : replace(span, "");
}

/** Whether a comment line lies in a part of the file. */
export function hasComment(file: Dockerfile, span: Span): boolean {
	return file.comments.some((comment) => comment.span.start >= span.start && comment.span.end <= span.end);
}

/**
 * Adds assignments (`NAME=value`) behind those of an ENV, LABEL or ARG: on the same line, or each on one of its own where the
 * instruction has several. Undefined for `ENV NAME value`, and for an instruction without assignments.
 */
export function appendAssignments(file: Dockerfile, instruction: Instruction, assignments: readonly string[]): SpanEdit | undefined {
	const own = assignmentsOf(instruction, file.escape);
	const last = own[own.length - 1];
	if (last === undefined || own.some((assignment) => assignment.legacy)) return undefined;
	const line = lineAt(file.lineStarts, last.span.start);
	if (lineAt(file.lineStarts, instruction.span.start) === line) return insertAfter(last.span, ` ${assignments.join(" ")}`);
	const indentation = /^[\t ]*/.exec(file.text.slice(file.lineStarts[line]))?.[0] ?? "";
	return insertAfter(last.span, assignments.map((assignment) => ` ${file.escape}${file.lineBreak}${indentation}${assignment}`).join(""));
}

/** Where a line that belongs above an instruction goes: above the comments that stand directly above it. */
export function aboveComments(file: Dockerfile, instruction: Instruction): number {
	const comments = commentsByLine(file);
	let line = instruction.firstLine;
	const top = linesOnTop(file);
	while (line > top && comments.has(line - 1)) line--;
	return startOfLine(file, line);
}

/** Whether comments stand directly above an instruction or in it: they may say why it is as it is. */
export function isCommented(file: Dockerfile, instruction: Instruction): boolean {
	if (aboveComments(file, instruction) !== startOfLine(file, instruction.firstLine)) return true;
	return hasComment(file, instruction.span);
}

/** How many lines have to stay at the top: the directives, or a shebang with the syntax line that BuildKit looks for there. */
export function linesOnTop(file: Dockerfile): number {
	const last = file.directives[file.directives.length - 1];
	if (last !== undefined) return last.line + 1;
	if (!/^\uFEFF?#!/.test(file.text)) return 0;
	return syntaxBehindShebang(file) === undefined ? 1 : 2;
}

/** The edit that declares a global ARG: below the last one there is, or above the first FROM. Undefined without a FROM. */
export function insertGlobalArgument(file: Dockerfile, line: string): SpanEdit | undefined {
	const last = file.globals.findLast((instruction) => instruction.keyword === "ARG");
	if (last !== undefined) return insertInstructionAfter(file, last, line);
	const first = file.stages[0];
	return first === undefined ? undefined : insertInstructionBefore(file, first.from, line);
}

/** Inserts lines at the very top, below a shebang and above everything else. */
export function insertFirstLine(file: Dockerfile, line: string): SpanEdit {
	const { text } = file;
	const bom = text.charCodeAt(0) === 0xfeff ? 1 : 0;
	if (!text.startsWith("#!", bom)) return insertAt(bom, line + file.lineBreak);
	const end = text.indexOf("\n");
	return end === -1 ? insertAt(text.length, file.lineBreak + line) : insertAt(end + 1, line + file.lineBreak);
}

/** Inserts a line below the directives and above everything else. */
export function insertBelowDirectives(file: Dockerfile, line: string): SpanEdit {
	const top = linesOnTop(file);
	if (top === 0) return insertFirstLine(file, line);
	const start = file.lineStarts[top];
	return start === undefined ? insertAt(file.text.length, file.lineBreak + line) : insertAt(start, line + file.lineBreak);
}

/**
 * Appends a command to a script so that it runs if all before it went well, in the script's own line style. Undefined where
 * that cannot be done in place: behind a comment, a background command or a text that is not the shell's last word.
 */
export function appendCommand(script: StepScript, command: string): SpanEdit | undefined {
	const { step } = script;
	const file = step.stage.file;
	const last = script.statements[script.statements.length - 1];
	if (last === undefined || last.background || script.errors.length > 0) return undefined;
	// `a; b;` ends with an operator: what is appended goes in front of it.
	if (!["", ";"].includes(script.source.text.slice(last.end).trim())) return undefined;
	if (script.form === "argument") return undefined;
	const sourceEnd = sourceOffset(script.source, last.end);
	// In a heredoc with Windows line breaks the shell takes the carriage return for a part of the last word.
	const end = script.form === "heredoc" && file.text[sourceEnd - 1] === "\r" ? sourceEnd - 1 : sourceEnd;
	const continuation = continuationOf(script, last);
	if (continuation === undefined) return undefined;
	if (script.form === "heredoc") {
		if (continuation === "joined") return insertAt(end, ` && ${command}`);
		const start = lineStartOf(file, sourceOffset(script.source, last.at));
		const indentation = /^[\t ]*/.exec(file.text.slice(start))?.[0] ?? "";
		return insertAt(end, file.lineBreak + indentation + command);
	}
	if (script.step.heredocs.length > 0) return undefined;
	const style = lineStyle(script);
	if (style === undefined) return insertAt(end, continuation === "own" ? `; ${command}` : ` && ${command}`);
	const lineEnd = ` ${file.escape}${file.lineBreak}${style.indentation}`;
	const own = continuation === "own" || (continuation === "either" && !usesAnd(script) && script.statements.length > 1);
	if (own) return insertAt(end, `;${lineEnd}${command}`);
	return insertAt(end, style.leading ? `${lineEnd}&& ${command}` : ` &&${lineEnd}${command}`);
}

function usesAnd(script: StepScript): boolean {
	return script.commands.some((candidate) => candidate.connector === "&&");
}

function lineStartOf(file: Dockerfile, offset: number): number {
	return startOfLine(file, lineAt(file.lineStarts, offset));
}

/** Where the text of a line (zero-based) begins: behind a byte order mark. */
export function startOfLine(file: Dockerfile, line: number): number {
	const start = file.lineStarts[line] ?? 0;
	return start === 0 && file.text.charCodeAt(0) === 0xfeff ? 1 : start;
}

function indent(lines: string, indentation: string): string {
	return indentation === "" ? lines : lines.replace(/^(?=.)/gm, indentation);
}

function withLineBreaks(file: Dockerfile, lines: string): string {
	return file.lineBreak === "\n" ? lines : lines.replace(/\r?\n/g, file.lineBreak);
}
