import { insertBelowDirectives, replace } from "../dockerfile/edits/edit.ts";
import type { Dockerfile } from "../dockerfile/model/model.ts";
import type { Comment } from "../dockerfile/syntax/structure.ts";
import type { EditFix } from "../finding.ts";
import { daysBetween } from "../instant.ts";
import type { Span } from "../text.ts";
import { type Suppression, type SuppressionComment, type SuppressionScope, writtenIds } from "./suppression.ts";
import { scopeBelow } from "./suppressionScope.ts";

/** What a comment of our own form says, and what is wrong with how it says it. */
export interface OwnComment {
	readonly suppressions: readonly Suppression[];
	readonly faults: readonly SuppressionFault[];
}

export interface SuppressionFault {
	readonly span: Span;
	readonly message: string;
	/** Only where reasons are asked for. */
	readonly isMissingReason?: true;
	readonly fixes?: readonly EditFix[];
}

const LINE_FORM = "hullguard-ignore";
const FILE_FORM = "hullguard-ignore-file";

/** Reads a comment that begins like one of ours. */
export function ownComment(file: Dockerfile, comment: Comment): OwnComment {
	const { text, textSpan } = comment;
	const keyword = /^hullguard-ignore[\w-]*/.exec(text)?.[0] ?? "";
	const keywordSpan = spanAt(textSpan.start, keyword.length);
	const next = text[keyword.length] ?? " ";
	if (next === ":" || next === "=") return faulty(separatorFault(text, keyword, keywordSpan));
	if (!/\s/.test(next)) return { suppressions: [], faults: [] };
	if (keyword !== LINE_FORM && keyword !== FILE_FORM)
		return faulty({
			span: keywordSpan,
			message: `There is no ${keyword.slice(0, 40)}, but there is ${LINE_FORM}`,
			fixes: [{ title: `Write ${LINE_FORM}`, safety: "review", edits: [replace(keywordSpan, LINE_FORM)] }],
		});
	if (keyword === FILE_FORM && isBelowInstruction(file, comment)) return faulty(lateFault(file, comment, keywordSpan));
	return listed(file, comment, keyword);
}

function faulty(fault: SuppressionFault): OwnComment {
	return { suppressions: [], faults: [fault] };
}

function separatorFault(text: string, keyword: string, keywordSpan: Span): SuppressionFault {
	const separator = /^[:=]\s*/.exec(text.slice(keyword.length))?.[0] ?? "";
	const name = separator.startsWith(":") ? "a colon" : "an equals sign";
	return {
		span: spanAt(keywordSpan.end, 1),
		message: `The comment silences nothing: ${name} stands where a blank belongs`,
		fixes: [{ title: "Write a blank", safety: "review", edits: [replace(spanAt(keywordSpan.end, separator.length), " ")] }],
	};
}

function isBelowInstruction(file: Dockerfile, { line }: Comment): boolean {
	const first = file.instructions[0];
	return first !== undefined && first.firstLine < line;
}

function lateFault(file: Dockerfile, { span, line }: Comment, keywordSpan: Span): SuppressionFault {
	const whole = { start: file.lineStarts[line] ?? 0, end: file.lineStarts[line + 1] ?? file.text.length };
	const edits = [insertBelowDirectives(file, file.text.slice(span.start, span.end).trimEnd()), replace(whole, "")];
	return {
		span: keywordSpan,
		message: `${FILE_FORM} counts above the first instruction only`,
		fixes: [{ title: "Move it there", safety: "review", edits }],
	};
}

/** Where the list of ids ends: at an option, or at a dash or a number sign in front of words for people. */
const END_OF_LIST = /\s(?:(?:until|reason)=|(?:[-–—]{1,2}|#)(?=\s|$))/;

function listed(file: Dockerfile, comment: Comment, keyword: string): OwnComment {
	const { text, textSpan, span, line } = comment;
	const rest = text.slice(keyword.length);
	const end = END_OF_LIST.exec(rest)?.index ?? rest.length;
	const ids = writtenIds(rest.slice(0, end), textSpan.start + keyword.length, /[^\s,]+/g);
	const { until, reason } = optionsIn(rest.slice(end));
	const keywordSpan = spanAt(textSpan.start, keyword.length);
	const faults: SuppressionFault[] = [];
	if (ids.length === 0) faults.push({ span: keywordSpan, message: "The comment names no rule" });
	else if (reason === undefined) faults.push({ span: keywordSpan, message: "The exception has no reason", isMissingReason: true });
	const date = until !== undefined && isDate(until.value) ? until.value : undefined;
	if (until !== undefined && date === undefined)
		faults.push({
			span: spanAt(textSpan.start + keyword.length + end + until.at, until.length),
			message: "This is no date: a last day is written as 2027-01-31",
		});
	const scope: SuppressionScope = keyword === FILE_FORM ? { kind: "file" } : scopeBelow(file, comment);
	const holder: SuppressionComment = { span, ids, line };
	return {
		suppressions: ids.map(
			(written): Suppression => ({
				tool: "hullguard",
				id: written.id,
				idSpan: written.span,
				scope,
				until: date,
				reason,
				comment: holder,
			}),
		),
		faults,
	};
}

interface Options {
	readonly until: { readonly value: string; readonly at: number; readonly length: number } | undefined;
	readonly reason: string | undefined;
}

/** A reason may hold anything, dates too: it is read as a whole before the next option is looked for. */
const OPTION = /\s+(?:until=("[^"]*"|'[^']*'|\S*)|reason=("[^"]*"|'[^']*'|.*?(?=\suntil=|$))|(?:[-–—]{1,2}|#)(?:\s+(.*)|$)|\S+)/gy;

function optionsIn(text: string): Options {
	let until: Options["until"];
	let reason: string | undefined;
	for (const match of text.matchAll(OPTION)) {
		const [whole, date, because, words] = match;
		if (date !== undefined) until ??= { value: unquoted(date), at: match.index + whole.length - date.length, length: date.length };
		const said = unquoted((because ?? words ?? "").trim());
		if (said !== "") reason ??= said;
	}
	return { until, reason };
}

function unquoted(text: string): string {
	return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
}

function isDate(text: string): boolean {
	return daysBetween(text, text) !== undefined;
}

function spanAt(start: number, length: number): Span {
	return { start, end: start + length };
}
