import { type Span, type SpanEdit, shortened } from "../../text.ts";
import type { Dockerfile } from "../model/model.ts";
import { type Assignment, assignmentsOf } from "../model/views.ts";
import type { Instruction } from "../syntax/structure.ts";
import { openQuoteIn } from "../variables/openQuotes.ts";
import { insertAfter } from "./edit.ts";

/** A name or a value of ENV, LABEL or ARG in which a quote stays open. */
export interface OpenPairQuote {
	readonly span: Span;
	readonly message: string;
	/** What closes it; undefined where nobody knows where it ends. */
	readonly closing: SpanEdit | undefined;
}

/** The open quotes of an instruction that takes pairs. */
export function openPairQuotes(file: Dockerfile, instruction: Instruction): readonly OpenPairQuote[] {
	return assignmentsOf(instruction, file.escape).flatMap((assignment): readonly OpenPairQuote[] => {
		const { value, valueSpan, name, nameSpan } = assignment;
		if (value === undefined || valueSpan === undefined) return [];
		const written = file.text.slice(nameSpan.start, nameSpan.end);
		// ARG takes a name as it stands.
		const inName = instruction.keyword === "ARG" ? undefined : openQuoteIn(written, file.escape);
		if (inName !== undefined)
			return [{ span: nameSpan, message: `The name ${shortened(written, 50)} has an open ${inName} quote`, closing: undefined }];
		const quote = openQuoteIn(value, file.escape);
		if (quote === undefined) return [];
		const message = `The value of ${shortened(name, 50)} has an open ${quote} quote`;
		return [{ span: valueSpan, message, closing: closingOf(file, assignment) }];
	});
}

function closingOf(file: Dockerfile, { value = "", valueSpan, legacy }: Assignment): SpanEdit | undefined {
	const quote = value[0];
	if (legacy || valueSpan === undefined || (quote !== '"' && quote !== "'") || value.indexOf(quote, 1) !== -1) return undefined;
	if (file.text.slice(valueSpan.start, valueSpan.end).includes("\n") || value.endsWith(file.escape) || /[#=]/.test(value)) return undefined;
	return insertAfter(valueSpan, quote);
}
