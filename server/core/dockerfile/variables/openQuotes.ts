import { type MappedText, sliceMapped, sourceSpan } from "../../mappedText.ts";
import type { Span } from "../../text.ts";
import type { Dockerfile } from "../model/model.ts";
import { expand } from "../syntax/expand.ts";
import type { Instruction } from "../syntax/structure.ts";
import { UNKNOWN } from "../syntax/variableValue.ts";
import { commentStart, splitAtBlanks } from "../syntax/words.ts";
import { substitutedTexts } from "./substitutions.ts";

/** A text that the builder refuses because a quote in it stays open. */
export interface OpenQuote {
	readonly text: string;
	readonly span: Span;
	readonly quote: "single" | "double";
}

/** The instructions that take words, which end at blanks, quoted or not. */
const OF_WORDS = new Set(["ADD", "COPY", "EXPOSE", "FROM", "VOLUME"]);
const OF_ONE_TEXT = new Set(["STOPSIGNAL", "USER", "WORKDIR"]);

/**
 * The first open quote of an instruction that takes no pairs. Undefined where it stands in what was meant as a comment, and for ENV, ARG and
 * LABEL, whose words may hold blanks.
 */
export function openQuoteOf(instruction: Instruction, file: Dockerfile): OpenQuote | undefined {
	const { keyword, arguments: args } = instruction;
	const takesWords = OF_WORDS.has(keyword);
	if ((!takesWords && !OF_ONE_TEXT.has(keyword)) || !/["']/.test(instruction.line.text)) return undefined;
	const words = instruction.exec === undefined ? splitAtBlanks(args) : [];
	const comment = commentStart(words, keyword === "COPY" || keyword === "ADD");
	const [image] = words;
	const texts: readonly MappedText[] =
		keyword === "FROM"
			? image === undefined
				? []
				: [sliceMapped(args, image.at, image.end)]
			: substitutedTexts(instruction, file).flatMap(({ text, heredoc }) => (heredoc === undefined ? [text] : []));
	for (const text of texts) {
		const span = sourceSpan(text, 0, text.text.length);
		const quote = openQuoteIn(text.text, file.escape);
		if (quote === undefined) continue;
		if (comment === undefined || span.end <= comment.span.start) return { text: text.text, span, quote };
		const inFront = takesWords ? undefined : openQuoteIn(args.text.slice(0, comment.at), file.escape);
		return inFront === undefined ? undefined : { text: text.text, span, quote: inFront };
	}
	return undefined;
}

/** Which quote of a text the builder finds no end of, whatever the values of its variables. */
export function openQuoteIn(text: string, escape: string): OpenQuote["quote"] | undefined {
	if (!/["']/.test(text)) return undefined;
	const expansion = expand(text, { escape, lookup: () => UNKNOWN });
	if (expansion.kind !== "invalid" || !expansion.message.includes("-quote")) return undefined;
	return expansion.message.includes("single") ? "single" : "double";
}
