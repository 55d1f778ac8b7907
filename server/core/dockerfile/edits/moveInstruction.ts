import { contains, lineAt, type SpanEdit } from "../../text.ts";
import type { Dockerfile } from "../model/model.ts";
import type { Instruction } from "../syntax/structure.ts";
import { aboveComments, insertAt, isEmptyLine, removeInstruction, startOfLine } from "./edit.ts";

/** Moves an instruction to another place of the file: as it is written, with the comments directly above it. */

/** The lines of an instruction and the comments directly above it, without a line break at the end. */
export function linesWithComments(file: Dockerfile, instruction: Instruction): string {
	return file.text.slice(startWithComments(file, instruction), instruction.span.end);
}

/** Elsewhere such a comment could become a directive of the builder. */
const DIRECTIVE = /^[\t ]*#[\t\f ]*(?:syntax|escape|check)[\t\f ]*=/im;

/** Where an instruction begins with the comments directly above it; without them if one of them has to stay. */
function startWithComments(file: Dockerfile, instruction: Instruction): number {
	const start = aboveComments(file, instruction);
	return DIRECTIVE.test(file.text.slice(start, instruction.span.start)) ? startOfLine(file, instruction.firstLine) : start;
}

/** Removes an instruction with the comments directly above it, and one of two empty lines around them. */
export function removeWithComments(file: Dockerfile, instruction: Instruction): SpanEdit {
	const start = startWithComments(file, instruction);
	return removeInstruction(file, { ...instruction, span: { start, end: instruction.span.end } });
}

/**
 * What removes an instruction, or a part of it, that goes elsewhere: where all of it goes, so do the comments directly above it if they are
 * about it alone, which are given with their line breaks. @param removals what removes it without them
 */
export function removeAllWithComments(
	file: Dockerfile,
	instruction: Instruction,
	removals: readonly SpanEdit[],
): { readonly removals: readonly SpanEdit[]; readonly comments: string } {
	if (!removals.some(({ span }) => contains(span, instruction.span)) || !endsParagraph(file, instruction))
		return { removals, comments: "" };
	const comments = file.text.slice(startWithComments(file, instruction), startOfLine(file, instruction.firstLine));
	return { removals: [removeWithComments(file, instruction)], comments };
}

/** Whether an empty line, or another comment, stands directly below an instruction. */
function endsParagraph({ text, lineStarts }: Dockerfile, { lastLine }: Instruction): boolean {
	return /^(?:#|$)/.test(text.slice(lineStarts[lastLine + 1] ?? text.length, lineStarts[lastLine + 2]).trim());
}

/** The edits that move an instruction to the lines below another one. */
export function moveBelow(file: Dockerfile, instruction: Instruction, target: Instruction): readonly SpanEdit[] {
	return [removeWithComments(file, instruction), insertAt(target.span.end, file.lineBreak + linesWithComments(file, instruction))];
}

/** The edits that move an instruction to the lines above another one and its comments. */
export function moveAbove(file: Dockerfile, instruction: Instruction, target: Instruction): readonly SpanEdit[] {
	return [
		removeWithComments(file, instruction),
		insertAt(aboveComments(file, target), linesWithComments(file, instruction) + file.lineBreak),
	];
}

/**
 * The edits that move instructions, in the order of the file, to the lines above another one and its comments; without one, to the end
 * of the file. Where an empty line stands in front of that place, one divides them from what they stand beside.
 */
export function moveTogether(file: Dockerfile, instructions: readonly Instruction[], target: Instruction | undefined): readonly SpanEdit[] {
	const text = instructions.map((instruction) => linesWithComments(file, instruction) + file.lineBreak).join("");
	const neighbour = target ?? file.instructions[file.instructions.length - 1];
	const above = neighbour === undefined ? -1 : lineAt(file.lineStarts, aboveComments(file, neighbour)) - 1;
	const gap = isEmptyLine(file, above) ? file.lineBreak : "";
	const insertion = target === undefined ? insertAt(file.text.length, gap + text) : insertAt(aboveComments(file, target), text + gap);
	return [...removeTogether(file, instructions), insertion];
}

/** Removes instructions with the comments directly above them; those without a line between them as one, with one empty line around all. */
function removeTogether(file: Dockerfile, instructions: readonly Instruction[]): readonly SpanEdit[] {
	const removed: Instruction[] = [];
	for (const instruction of instructions) {
		const start = startWithComments(file, instruction);
		const last = removed[removed.length - 1];
		if (last !== undefined && file.lineStarts[last.lastLine + 1] === start)
			removed[removed.length - 1] = { ...instruction, span: { start: last.span.start, end: instruction.span.end } };
		else removed.push({ ...instruction, span: { start, end: instruction.span.end } });
	}
	return removed.map((block) => removeInstruction(file, block));
}

/** The edits that move an ARG in front of the stages: below the last one there is, or above the first FROM. Undefined without a FROM. */
export function moveToGlobals(file: Dockerfile, instruction: Instruction): readonly SpanEdit[] | undefined {
	const last = file.globals.findLast(({ keyword }) => keyword === "ARG");
	if (last !== undefined) return moveBelow(file, instruction, last);
	const first = file.stages[0];
	return first === undefined ? undefined : moveAbove(file, instruction, first.from);
}
