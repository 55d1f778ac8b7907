import { compareTexts } from "../../compareTexts.ts";
import type { ShellWord } from "../../shell/model.ts";
import { lineAt, type SpanEdit } from "../../text.ts";
import { insertAfter, insertAt } from "../edits/edit.ts";
import type { Step } from "../model/model.ts";
import type { PackageCall } from "./packageCalls.ts";

/**
 * Adds a package to those that a call installs: where the alphabet puts it in a list that is in order, else in front; on a line of
 * its own where the others have one. Undefined where the call names none, or cannot be edited in place.
 */
export function addPackage(step: Step, call: PackageCall, name: string): SpanEdit | undefined {
	const { operands } = call;
	const last = operands.at(-1);
	if (last === undefined || call.command.decoded) return undefined;
	const isSorted = operands.every((word, index) => index === 0 || compareTexts(operands[index - 1]?.text ?? "", word.text) <= 0);
	const next = isSorted ? operands.find(({ text }) => compareTexts(text, name) > 0) : operands[0];
	// A comment above a package is about that one.
	if (next === undefined || isBelowComment(step, next)) return insertAfter(last.span, `${gapBefore(step, operands, last)}${name}`);
	return insertAt(next.span.start, `${name}${gapBefore(step, operands, next)}`);
}

/** What stands between a package and another one beside it: a line break where each has its line. */
export function gapBefore(step: Step, operands: readonly ShellWord[], word: ShellWord): string {
	const { file } = step.stage;
	const line = lineAt(file.lineStarts, word.span.start);
	const before = file.text.slice(file.lineStarts[line], word.span.start);
	const sharesLine = operands.some((other) => other !== word && lineAt(file.lineStarts, other.span.start) === line);
	if (before.trim() !== "" || sharesLine) return " ";
	// In a heredoc it is the shell that joins the lines.
	const escape = step.heredocs.length > 0 ? "\\" : file.escape;
	return ` ${escape}${file.lineBreak}${before}`;
}

function isBelowComment(step: Step, word: ShellWord): boolean {
	const { file } = step.stage;
	const line = lineAt(file.lineStarts, word.span.start);
	return file.comments.some((comment) => comment.line === line - 1);
}
