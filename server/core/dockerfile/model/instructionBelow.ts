import { remembered } from "../../memo.ts";
import type { Comment, Instruction, Structure } from "../syntax/structure.ts";
import { instructionAt } from "./instructionAt.ts";

/** The instruction directly below a comment or its block; undefined inside an instruction. */
export function instructionBelow(file: Structure, comment: Comment): Instruction | undefined {
	const instruction = instructionAt(file, lineBelow(file, comment));
	return instruction === undefined || instruction.firstLine < comment.line ? undefined : instruction;
}

/** The first line below a comment that is none: the comments of a block share it. */
export function lineBelow(file: Structure, { line }: Pick<Comment, "line">): number {
	return linesBelow(file).get(line) ?? line + 1;
}

const linesBelow = remembered((file: Structure): ReadonlyMap<number, number> => {
	const below = new Map<number, number>();
	for (const comment of file.comments.toReversed()) below.set(comment.line, below.get(comment.line + 1) ?? comment.line + 1);
	return below;
});
