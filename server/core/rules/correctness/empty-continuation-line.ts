import { replace } from "../../dockerfile/edits/edit.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import type { Span } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const emptyContinuationLine = defineRule({
	id: "empty-continuation-line",
	title: "An instruction has an empty line in it",
	category: "correctness",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["buildkit", "NoEmptyContinuation"], ["dockerfile-utils", "EMPTY_CONTINUATION_LINE"]),
	supersededBy: ["continuation-broken"],
	why: "The builder skips empty lines behind a backslash for now and says that it will refuse them. Who reads the file takes the empty line for the end of the instruction: what stands below it is still part of it.",
	remedy: "Delete the line, or put a `#` there.",
	references: ["https://docs.docker.com/reference/build-checks/no-empty-continuation/"],
	examples: [
		{
			caption: "Between packages",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y \\\n    curl \\«\n»\n    git\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y \\\n    curl \\\n    git\n",
		},
		{ caption: "No empty line", good: "FROM debian:12\nRUN apt-get update && apt-get install -y \\\n    curl \\\n    git\n" },
		{
			caption: "One, several, and blanks",
			bad: "FROM debian:12\nRUN a \\«\n»\n  && b \\\n \t\n\n  && c\n",
			fixed: "FROM debian:12\nRUN a \\\n  && b \\\n  && c\n",
		},
		{
			caption: "Windows line breaks, a comment",
			bad: "FROM debian:12\r\nENV A=1 \\«\r\n»\r\n  # b\r\n  B=2\r\n",
			fixed: "FROM debian:12\r\nENV A=1 \\\r\n  # b\r\n  B=2\r\n",
		},
		{ caption: "Comments, and the text of a heredoc", good: "FROM debian:12\nRUN a \\\n#\n  && b\n\nRUN <<EOF\na\n\nb \\\n\nEOF\n" },
	],
	check(file) {
		if (templateMark(file) !== undefined) return [];
		const reports: Report[] = [];
		for (const { emptyContinuations, keyword } of file.instructions) {
			const lines = emptyContinuations.map((line) => lineSpan(file.lineStarts, file.text, line));
			const [first, ...others] = lines;
			if (first === undefined) continue;
			reports.push({
				span: first,
				message: `${keyword} goes on behind an empty line`,
				related: others.map((span) => ({ span, message: "Another empty line" })),
				fixes: [
					{
						title: lines.length === 1 ? "Delete the empty line" : "Delete the empty lines",
						safety: "safe",
						edits: lines.map((span) => replace(span, "")),
					},
				],
			});
		}
		return reports;
	},
});

/** With the line break in front of it: that way it touches what continues the line above. */
function lineSpan(starts: readonly number[], text: string, line: number): Span {
	const before = (starts[line] ?? 1) - 1;
	const next = starts[line + 1];
	const end = next === undefined ? text.length : next - 1;
	const start = text[before - 1] === "\r" ? before - 1 : before;
	return { start, end: next !== undefined && end - 1 > before && text[end - 1] === "\r" ? end - 1 : end };
}
