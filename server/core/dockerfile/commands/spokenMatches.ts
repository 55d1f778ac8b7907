import { sourceOffset } from "../../mappedText.ts";
import type { Span } from "../../text.ts";
import type { Step } from "../model/model.ts";
import { stepText } from "../model/stepText.ts";
import { scriptsOf } from "./scripts.ts";
import { scriptComments } from "./scriptText.ts";

/** A match in what an instruction says, with the text that it stands in. */
export interface SpokenMatch {
	readonly match: RegExpMatchArray;
	readonly text: string;
}

/** The matches of a global pattern in an instruction and its heredocs: not those in comments of its scripts, nor in other spans that mean something else. */
export function spokenMatches(step: Step, pattern: RegExp, others: () => readonly Span[]): readonly SpokenMatch[] {
	if (stepText(step).search(pattern) === -1) return [];
	const passive = [...scriptsOf(step).flatMap(scriptComments), ...others()];
	return [step.line, ...step.heredocs.map(({ body }) => body)].flatMap((part) =>
		[...part.text.matchAll(pattern)].flatMap((match): readonly SpokenMatch[] => {
			const start = sourceOffset(part, match.index);
			return passive.some((span) => span.start <= start && start < span.end) ? [] : [{ match, text: part.text }];
		}),
	);
}
