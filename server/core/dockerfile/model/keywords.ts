import { INSTRUCTIONS } from "../../knowledge/instructions.ts";
import { remembered } from "../../memo.ts";
import { isInPlace, type Span } from "../../text.ts";
import type { Instruction } from "../syntax/structure.ts";
import { splitAtBlanks } from "../syntax/words.ts";
import { allInstructions } from "./instructions.ts";
import type { Dockerfile } from "./model.ts";

/** A keyword as written. */
export interface Keyword {
	readonly text: string;
	readonly span: Span;
	/** `inner` are those inside ONBUILD, and CMD or NONE of HEALTHCHECK. */
	readonly kind: "instruction" | "inner";
}

/** The case of a keyword: `mixed` for `From`. */
export type LetterCase = "upper" | "lower" | "mixed";

/** Every keyword of known instructions, in order. AS of FROM is none: see {@link asKeyword}. */
export function keywordsOf(file: Dockerfile): readonly Keyword[] {
	const keywords: Keyword[] = [];
	for (const instruction of allInstructions(file)) {
		const { keyword, keywordText, keywordSpan } = instruction;
		if (!INSTRUCTIONS.has(keyword) || keywordSpan.end - keywordSpan.start !== keywordText.length) continue;
		const own = file.lineStarts[instruction.firstLine] ?? 0;
		const first = file.text.slice(own, keywordSpan.start).trim() === "";
		keywords.push({ text: keywordText, span: keywordSpan, kind: first ? "instruction" : "inner" });
		if (keyword === "HEALTHCHECK") {
			const word = splitAtBlanks(instruction.arguments)[0];
			if (word !== undefined && /^(?:cmd|none)$/i.test(word.text) && isInPlace(word))
				keywords.push({ text: word.text, span: word.span, kind: "inner" });
		}
	}
	return keywords;
}

/** The AS of a FROM, if it has one. */
export function asKeyword(from: Instruction): { readonly text: string; readonly span: Span } | undefined {
	const word = splitAtBlanks(from.arguments)[1];
	return word !== undefined && word.text.toLowerCase() === "as" && isInPlace(word) ? word : undefined;
}

export function letterCase(text: string): LetterCase {
	return text === text.toUpperCase() ? "upper" : text === text.toLowerCase() ? "lower" : "mixed";
}

/** The case that most instructions of the stages are written in, as the build check counts; upper case where there are as many of one as of the other. */
export const majorityCase = remembered((file: Dockerfile): LetterCase => {
	const start = file.stages[0]?.from.span.start ?? 0;
	const counted = keywordsOf(file).filter(({ kind, span }) => kind === "instruction" && span.start >= start);
	const inLower = counted.filter(({ text }) => letterCase(text) === "lower").length;
	return inLower > counted.filter(({ text }) => letterCase(text) === "upper").length ? "lower" : "upper";
});
