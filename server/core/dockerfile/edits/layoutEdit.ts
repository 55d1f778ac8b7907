import { sourceOffset } from "../../mappedText.ts";
import { lineAt, type Span, type SpanEdit } from "../../text.ts";
import { standsInOnbuild } from "../model/instructions.ts";
import type { Dockerfile } from "../model/model.ts";
import type { Instruction } from "../syntax/structure.ts";
import { insertAt, removeWord, replace } from "./edit.ts";

/** Edits that look at how the lines of an instruction are laid out, and follow it. */

/** Adds flags behind the keyword and those that are there: several, and those of an instruction that has one on each line, on lines of their own. */
export function addFlags(file: Dockerfile, instruction: Instruction, flags: readonly string[]): SpanEdit {
	const last = instruction.flags[instruction.flags.length - 1];
	const at = last?.span.end ?? instruction.keywordSpan.end;
	const rest = file.text.slice(at, instruction.span.end);
	const ownLines =
		last === undefined
			? flags.length > 1
			: lineAt(file.lineStarts, last.span.start) > instruction.firstLine || rest.trimStart().startsWith(`${file.escape}${file.lineBreak}`);
	// A heredoc's word has to stay on the first line, and repairs of what ONBUILD holds on theirs.
	if (!ownLines || instruction.heredocs.length > 0 || standsInOnbuild(file, instruction))
		return insertAt(at, flags.map((flag) => ` ${flag}`).join(""));
	const indentation = layoutIndentation(file, instruction);
	const lineEnd = ` ${file.escape}${file.lineBreak}${indentation}`;
	if (last !== undefined) return insertAt(at, flags.map((flag) => lineEnd + flag).join(""));
	const first = instruction.arguments.text === "" ? at : sourceOffset(instruction.arguments, 0);
	const blank = /^[\t ]*$/.test(file.text.slice(at, first));
	const text = ` ${flags.join(lineEnd)}`;
	return blank ? replace({ start: at, end: first }, `${text}${lineEnd}`) : insertAt(at, text);
}

/**
 * Removes an option or another word of a command, with its line if nothing else stands on it. The edit reaches to the text above, so that
 * those of neighbours collide: applied together they could leave a command without words.
 */
export function removeArgument(file: Dockerfile, span: Span): SpanEdit {
	const line = lineAt(file.lineStarts, span.start);
	const start = file.lineStarts[line] ?? 0;
	const end = file.lineStarts[line + 1];
	if (file.text.slice(start, span.start).trim() !== "") return removeWord(file, span);
	const rest = file.text.slice(span.end, end).trim();
	if (rest !== file.escape && rest !== "") return removeWord(file, span);
	const edit = removeBackwards(file, line, span.end);
	// Comments between the lines need the continuation that stands above them, if anything follows.
	if (edit !== undefined && (rest === "" || edit.newText === "")) return edit;
	if (rest !== file.escape || end === undefined) return removeWord(file, span);
	const above = codeAbove(file, line);
	const from = above === undefined ? start : above.end;
	return replace({ start: from, end }, file.text.slice(from, start));
}

/**
 * Removes the text of a line with the continuation in front of it: behind the last line of an instruction it would join what
 * follows. Comments between stay.
 */
function removeBackwards(file: Dockerfile, line: number, end: number): SpanEdit | undefined {
	const above = codeAbove(file, line);
	if (above === undefined) return undefined;
	const between = file.text.slice(file.lineStarts[above.line + 1], file.lineStarts[line]).trimEnd();
	return replace({ start: above.end, end }, between === "" ? "" : file.lineBreak + between);
}

/** The line that a line of an instruction continues, and where its text ends in front of the escape character. */
function codeAbove(file: Dockerfile, line: number): { readonly line: number; readonly end: number } | undefined {
	const comments = new Set(file.comments.map((comment) => comment.line));
	let above = line - 1;
	while (above > 0 && (comments.has(above) || lineText(file, above).trim() === "")) above--;
	const code = lineText(file, above).trimEnd();
	if (above < 0 || !code.endsWith(file.escape)) return undefined;
	return { line: above, end: (file.lineStarts[above] ?? 0) + code.slice(0, -1).trimEnd().length };
}

function lineText(file: Dockerfile, line: number): string {
	return file.text.slice(file.lineStarts[line], file.lineStarts[line + 1]);
}

/** The indentation of the lines of an instruction behind its first; four blanks for one on a single line. */
function layoutIndentation(file: Dockerfile, instruction: Instruction): string {
	const lines = file.text.slice(instruction.span.start, instruction.span.end).split("\n").slice(1);
	const line = lines.find((candidate) => candidate.trim() !== "" && !candidate.trim().startsWith("#"));
	const own = /^[\t ]*/.exec(file.text.slice(file.lineStarts[instruction.firstLine] ?? 0))?.[0] ?? "";
	return /^[\t ]*/.exec(line ?? `${own}    `)?.[0] || `${own}    `;
}
