import { replace, startOfLine } from "../../dockerfile/edits/edit.ts";
import { commentsByLine } from "../../dockerfile/model/comments.ts";
import type { Dockerfile, Stage, Step } from "../../dockerfile/model/model.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { splitAssignments } from "../../dockerfile/syntax/words.ts";
import { sourceOffset } from "../../mappedText.ts";
import { lineAt, type Span, type SpanEdit } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const labelsNotGrouped = defineRule({
	id: "labels-not-grouped",
	title: "Labels in a row are instructions of their own",
	category: "style",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["tally", "labels/prefer-grouped"]),
	onlyWith: { instructions: ["LABEL"] },
	why: "One LABEL with a pair on each line reads as what it is, a table about the image; in its history it is one entry.",
	remedy: "Write one LABEL with all pairs.",
	references: ["https://docs.docker.com/reference/dockerfile/#label"],
	examples: [
		{
			caption: "Two instructions",
			bad: 'FROM debian:12\nLABEL vendor="Acme"\n«LABEL» version="1.0"\n',
			fixed: 'FROM debian:12\nLABEL vendor="Acme" \\\n      version="1.0"\n',
		},
		{ caption: "One instruction", good: 'FROM debian:12\nLABEL vendor="Acme" \\\n      version="1.0"\n' },
		{
			caption: "One block",
			bad: 'FROM debian:12\nLABEL a=1\n«LABEL» b="2 x" \\\n  c=3\n\nLABEL d=4\nUSER 1\n',
			fixed: 'FROM debian:12\nLABEL a=1 \\\n  b="2 x" \\\n  c=3 \\\n  d=4\nUSER 1\n',
		},
		{
			caption: "Windows line ends",
			bad: "FROM debian:12\r\nLABEL a=1\r\n«LABEL» b=2\r\n",
			fixed: "FROM debian:12\r\nLABEL a=1 \\\r\n      b=2\r\n",
		},
		{
			caption: "A comment between a keyword and its pair",
			bad: "FROM debian:12\nLABEL a=1\n«LABEL» \\\n  # keep\n  # me\n  b=2\nLABEL \\\n # too\n  c=3 \\\n  # stays\n  d=4\n",
			fixed: "FROM debian:12\nLABEL a=1 \\\n  # keep\n  # me\n  b=2 \\\n # too\n  c=3 \\\n  # stays\n  d=4\n",
		},
		{
			caption: "Apart, commented, without a name or an equals sign, or like a comment once it begins a line",
			good: "FROM debian:12\nLABEL a=1\nENV x=1\nLABEL b=1\n# why\nLABEL c=1\nFROM debian:12\nLABEL a b\nLABEL c=d\nFROM debian:12\nLABEL a=1 b=2\nFROM debian:12\nLABEL a=1\nLABEL #=2\nFROM debian:12\nLABEL a=b c\nLABEL d=e\nLABEL =f\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const group of groupsOf(file, stage)) {
				const second = group[1];
				if (second === undefined) continue;
				reports.push({
					span: second.keywordSpan,
					message: `${group.length} LABEL instructions follow each other`,
					fixes: () => [{ title: "Make one LABEL of them", safety: "safe", edits: groupEdits(file, group) }],
				});
			}
		}
		return reports;
	},
});

function groupEdits(file: Dockerfile, group: readonly Step[]): readonly SpanEdit[] {
	const indentation = indentationOf(file, group);
	return group.slice(1).map((label, index) => {
		const before = group[index] as Step;
		const start = sourceOffset(before.arguments, before.arguments.text.length);
		const end = sourceOffset(label.arguments, 0);
		return replace({ start, end }, ` ${file.escape}${file.lineBreak}${commentLines(file, { start, end })}${indentation}`);
	});
}

/** The comments between the keyword of a LABEL and its first pair, as they are written. */
function commentLines(file: Dockerfile, { start, end }: Span): string {
	const comments = commentsByLine(file);
	const last = lineAt(file.lineStarts, end);
	let lines = "";
	for (let line = lineAt(file.lineStarts, start) + 1; line < last; line++) {
		const comment = comments.get(line);
		if (comment !== undefined) lines += file.text.slice(startOfLine(file, line), comment.span.end).trimEnd() + file.lineBreak;
	}
	return lines;
}

/** Whether a comment stands on a line between two instructions. */
function isCommentedBetween(file: Dockerfile, before: Step, step: Step): boolean {
	const comments = commentsByLine(file);
	for (let line = before.lastLine + 1; line < step.firstLine; line++) if (comments.has(line)) return true;
	return false;
}

/** How far the pairs of the group that stand on lines of their own are indented; else they stand below the first one. */
function indentationOf(file: Dockerfile, group: readonly Step[]): string {
	const inFront = group
		.flatMap((step) => assignmentsOf(step, file.escape))
		.map(({ span }) => file.text.slice(startOfLine(file, lineAt(file.lineStarts, span.start)), span.start));
	return inFront.find((text) => text.trim() === "") ?? "      ";
}

/** Whether another assignment behind those of a LABEL is read as one: no quote is left open. */
function takesMore({ stage, arguments: { text } }: Step): boolean {
	return splitAssignments(`${text} a=b`, stage.file.escape).at(-1)?.text === "a=b";
}

/** LABELs that follow each other with nothing but empty lines between them. */
function groupsOf(file: Dockerfile, stage: Stage): readonly (readonly Step[])[] {
	if (!stage.steps.some(({ keyword }, index) => keyword === "LABEL" && stage.steps[index + 1]?.keyword === "LABEL")) return [];
	const groups: Step[][] = [[]];
	for (const step of stage.steps) {
		const group = groups[groups.length - 1] as Step[];
		const before = group[group.length - 1];
		const assignments = step.keyword === "LABEL" ? assignmentsOf(step, file.escape) : [];
		const isPlain =
			assignments.length > 0 &&
			assignments.every(({ legacy, name, value }) => !legacy && name !== "" && value !== undefined) &&
			!step.arguments.text.startsWith("#");
		const joins = isPlain && takesMore(step);
		if (!joins) groups.push([]);
		else if (before !== undefined && isCommentedBetween(file, before, step)) groups.push([step]);
		else group.push(step);
	}
	return groups.filter((group) => group.length > 1);
}
