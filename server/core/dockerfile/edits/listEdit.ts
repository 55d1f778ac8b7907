import type { SpanEdit } from "../../text.ts";
import { standsInOnbuild } from "../model/instructions.ts";
import type { Dockerfile, Step } from "../model/model.ts";
import type { PlacedWord } from "../syntax/words.ts";
import { removeInstruction, replace } from "./edit.ts";

/**
 * Removes one word of an instruction that lists words (COPY, EXPOSE, VOLUME), with the whole instruction if it was the only one.
 * The edit reaches to the word beside it, so that those of neighbours collide: applied together they would leave no word. Undefined where a comment between continued lines would go with it, and for the only word of an ONBUILD.
 */
export function removeListed(file: Dockerfile, step: Step, words: readonly PlacedWord[], word: PlacedWord): SpanEdit | undefined {
	const index = words.findIndex((candidate) => candidate.at === word.at);
	const previous = words[index - 1];
	const next = words[index + 1];
	if (index === -1) return undefined;
	if (previous === undefined && next === undefined) return standsInOnbuild(file, step) ? undefined : removeInstruction(file, step);
	const span =
		next === undefined
			? { start: previous?.span.end ?? word.span.start, end: word.span.end }
			: { start: word.span.start, end: next.span.start };
	const commented = file.comments.some((comment) => span.start <= comment.span.start && comment.span.end <= span.end);
	return commented ? undefined : replace(span, "");
}
