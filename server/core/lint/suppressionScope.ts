import { instructionBelow, lineBelow } from "../dockerfile/model/instructionBelow.ts";
import type { Dockerfile } from "../dockerfile/model/model.ts";
import type { Comment } from "../dockerfile/syntax/structure.ts";
import type { SuppressionScope } from "./suppression.ts";

/**
 * The lines that a comment stands for: the next line of the RUN that it stands in, else the instruction below it; and the
 * comments up to there, where rules find something, too, itself included.
 */
export function scopeBelow(file: Dockerfile, comment: Comment): SuppressionScope {
	const below = instructionBelow(file, comment);
	return { kind: "lines", first: comment.line, last: below?.lastLine ?? lineBelow(file, comment) };
}

/** The stage that begins with the FROM below a comment; undefined where something else stands there. */
export function stageBelow(file: Dockerfile, comment: Comment): SuppressionScope | undefined {
	return instructionBelow(file, comment)?.keyword === "FROM" ? restOfStage(file, comment) : undefined;
}

/** From a comment to the end of the stage that the next instruction belongs to. */
export function restOfStage(file: Dockerfile, comment: Comment): SuppressionScope {
	const line = lineBelow(file, comment);
	const next = file.stages.find(({ from }) => from.firstLine > line);
	return { kind: "lines", first: comment.line, last: (next?.from.firstLine ?? file.lineStarts.length) - 1 };
}
