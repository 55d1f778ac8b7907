import { hidesHeredoc } from "../dockerfile/commandEdit.ts";
import { allSteps } from "../dockerfile/instructions.ts";
import type { Dockerfile } from "../dockerfile/model.ts";
import type { Fix } from "../finding.ts";
import { remembered } from "../memo.ts";
import type { Span } from "../text.ts";

/** The instructions that a repair could turn into ones with a heredoc of the builder: few files have any. */
const hidingSteps = remembered((file: Dockerfile): readonly Span[] =>
	file.text.includes("<<")
		? allSteps(file)
				.filter(hidesHeredoc)
				.map(({ span }) => span)
		: [],
);

/** The repairs that touch no instruction in which `<<` is the shell's alone: with other words around it the builder would look for a heredoc's end. */
export function withoutNewHeredocs(file: Dockerfile, fixes: readonly Fix[]): readonly Fix[] {
	if (fixes.length === 0 || hidingSteps(file).length === 0) return fixes;
	return fixes.filter((fix) => !("edits" in fix) || !fix.edits.some(({ span }) => hidingSteps(file).some((step) => touches(step, span))));
}

function touches(a: Span, b: Span): boolean {
	return a.start <= b.end && b.start <= a.end;
}
