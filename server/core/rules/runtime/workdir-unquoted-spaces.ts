import { aboveComments, insertAt, replace } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { stepsNamed } from "../../dockerfile/model/named.ts";
import type { Fix } from "../../finding.ts";
import { sourceOffset, sourceSpan } from "../../mappedText.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const workdirUnquotedSpaces = defineRule({
	id: "workdir-unquoted-spaces",
	title: "The working directory has blanks in its name",
	category: "runtime",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["dockerfilelint", "invalid_workdir"]),
	onlyWith: { instructions: ["WORKDIR"] },
	why: "WORKDIR takes the whole rest of its line, blanks and number signs included: `WORKDIR /app # sources` makes a folder of the name `app # sources`, without a word. The build goes on in it, and what expects `/app` finds nothing.",
	remedy: "Put a comment on a line of its own, and a path that is meant to have blanks between quotes.",
	references: ["https://docs.docker.com/reference/dockerfile/#workdir", "https://docs.docker.com/reference/dockerfile/#format"],
	examples: [
		{ caption: "A comment on a line of its own", good: "FROM debian:12\n# the sources\nWORKDIR /app\nCOPY . .\n" },
		{
			caption: "A comment becomes a part of the path",
			bad: "FROM debian:12\n# app\n  WORKDIR /app «# the sources»\r\nCOPY . .\n",
			fixed: "FROM debian:12\n  # the sources\n# app\n  WORKDIR /app\r\nCOPY . .\n",
		},
		{
			caption: "Quotes say that it is meant",
			bad: "FROM debian:12\nWORKDIR «/my  own $APP»\nONBUILD WORKDIR «/a b»\n",
			fixed: 'FROM debian:12\nWORKDIR "/my  own $APP"\nONBUILD WORKDIR "/a b"\n',
		},
		{ caption: "Escapes and quotes inside are left to you", bad: 'FROM debian:12\nWORKDIR «/a\\ b c»\nWORKDIR «/a "b"»\n' },
		{
			caption: "Quoted or escaped, or in a variable",
			good: 'FROM debian:12\nENV D="/a b"\nWORKDIR "/a b"\nWORKDIR \'/a b\'\nWORKDIR /a\\ b\nWORKDIR $D\nWORKDIR ${D:-/x y}\nWORKDIR /a#b\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const step of stepsNamed(file, "WORKDIR")) {
			const report = reportOf(step);
			if (report !== undefined) reports.push(report);
		}
		return reports;
	},
});

function reportOf(step: Step): Report | undefined {
	const { arguments: args } = step;
	const { text } = args;
	const blank = firstBlank(text, step.stage.file.escape);
	if (blank === undefined) return undefined;
	const comment = /^[ \t]+#/.exec(text.slice(blank));
	if (comment !== null) {
		const at = blank + comment[0].length - 1;
		return {
			span: sourceSpan(args, at, text.length),
			message: "The comment becomes a part of the directory's name",
			fixes: moveUp(step, blank, at),
		};
	}
	const plain = !/["'\\`]/.test(text) && !step.stage.file.text.slice(sourceOffset(args, 0), step.span.end).includes("\n");
	const span = sourceSpan(args, 0, text.length);
	return {
		span,
		message: `The path ${shortened(text, 60)} has blanks without quotes`,
		fixes: plain
			? [{ title: "Put quotes around the path", safety: "safe", edits: [insertAt(span.start, '"'), insertAt(span.end, '"')] }]
			: [],
	};
}

/** The first blank outside quotes, escapes and `${…}`. */
function firstBlank(text: string, escape: string): number | undefined {
	let quote = "";
	let depth = 0;
	for (let at = 0; at < text.length; at++) {
		const character = text[at] ?? "";
		if (character === escape && quote !== "'") at++;
		else if (character === quote) quote = "";
		else if (quote !== "") continue;
		else if (character === '"' || character === "'") quote = character;
		else if (character === "$" && text[at + 1] === "{") depth++;
		else if (character === "}" && depth > 0) depth--;
		else if ((character === " " || character === "\t") && depth === 0) return at;
	}
	return undefined;
}

function moveUp(step: Step, blank: number, comment: number): readonly Fix[] {
	const { arguments: args } = step;
	const { file } = step.stage;
	const span = sourceSpan(args, comment, args.text.length);
	const rest = file.text.slice(step.span.start, step.span.end);
	if (step.deferred || rest.includes("\n")) return [];
	const indentation = file.text.slice(file.lineStarts[step.firstLine] ?? 0, step.span.start);
	const edits = [
		insertAt(aboveComments(file, step), indentation + file.text.slice(span.start, span.end) + file.lineBreak),
		replace({ start: sourceOffset(args, blank), end: span.end }, ""),
	];
	return [{ title: "Move the comment to a line of its own", safety: "review", edits }];
}
