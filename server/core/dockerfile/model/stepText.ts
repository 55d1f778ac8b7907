import type { Instruction } from "../syntax/structure.ts";

/** All that an instruction says: its lines, continuations joined, and below them the bodies of its heredocs. */
export function stepText({ line, heredocs }: Pick<Instruction, "line" | "heredocs">): string {
	return heredocs.length === 0 ? line.text : [line.text, ...heredocs.map(({ body }) => body.text)].join("\n");
}
