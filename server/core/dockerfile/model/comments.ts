import { remembered } from "../../memo.ts";
import type { Comment } from "../syntax/structure.ts";
import type { Dockerfile, Step } from "./model.ts";

/** The comments of a file by their lines. */
export const commentsByLine = remembered(
	(file: Dockerfile): ReadonlyMap<number, Comment> => new Map(file.comments.map((comment) => [comment.line, comment])),
);

/** The text of the comments directly above a line, in order; empty without any. */
export function commentAbove(file: Dockerfile, line: number): string {
	const comments = commentsByLine(file);
	const texts: string[] = [];
	for (let above = comments.get(line - 1); above !== undefined; above = comments.get(above.line - 1)) texts.push(above.text);
	return texts.reverse().join(" ");
}

/** The texts of the comments between the lines of an instruction, in order; those on lines that follow each other as one. */
function commentsBetween(file: Dockerfile, firstLine: number, lastLine: number): readonly string[] {
	const comments = commentsByLine(file);
	if (comments.size === 0) return [];
	const texts: string[] = [];
	for (let line = firstLine + 1; line < lastLine; line++) {
		if (comments.has(line) && !comments.has(line + 1)) texts.push(commentAbove(file, line + 1));
	}
	return texts;
}

/** The texts of the comments on an instruction: those directly above it, empty without any, and those between its lines. */
export const commentsOn = remembered(({ stage, firstLine, lastLine }: Step): readonly [string, ...string[]] => [
	commentAbove(stage.file, firstLine),
	...commentsBetween(stage.file, firstLine, lastLine),
]);
