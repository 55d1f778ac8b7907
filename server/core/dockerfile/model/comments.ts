import { remembered } from "../../memo.ts";
import type { Comment } from "../syntax/structure.ts";
import type { Dockerfile } from "./model.ts";

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
