import type { Span, SpanEdit } from "../../text.ts";
import { lineAt } from "../../text.ts";
import type { Dockerfile } from "../model/model.ts";
import { insertAt, removeWord } from "./edit.ts";

/**
 * The edits that put `# text` at the end of an instruction on a line of its own above it. Undefined where more follows, and
 * where the text would become a directive.
 */
export function moveCommentAbove(file: Dockerfile, comment: Span): readonly SpanEdit[] | undefined {
	const instruction = file.instructions.find(({ span }) => span.start <= comment.start && comment.end === span.end);
	const text = file.text.slice(comment.start, comment.end).trimEnd();
	if (instruction === undefined || text.includes("\n") || instruction.heredocs.length > 0 || /^#\s*\w+\s*=/.test(text)) return undefined;
	const start = file.lineStarts[lineAt(file.lineStarts, instruction.span.start)] ?? 0;
	const indentation = file.text.slice(start, instruction.span.start);
	return [insertAt(start, indentation + text + file.lineBreak), removeWord(file, comment)];
}
