import { replace } from "../../dockerfile/edits/edit.ts";
import { asKeyword, letterCase, majorityCase } from "../../dockerfile/model/keywords.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import type { Instruction } from "../../dockerfile/syntax/structure.ts";
import type { Fix } from "../../finding.ts";
import type { Span } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const fromAsCasing = defineRule({
	id: "from-as-casing",
	title: "AS is written in another case than FROM",
	category: "style",
	severity: "hint",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["buildkit", "FromAsCasing"], ["droast", "DF079"]),
	onlyWith: { words: ["as"] },
	why: "The builder does not care. People who look for the stages of a file do, and so do their searches: `FROM … as` and `from … AS` are found by half of them.",
	remedy: "Write `AS` as `FROM` is written.",
	references: ["https://docs.docker.com/reference/build-checks/from-as-casing/"],
	examples: [
		{
			caption: "In lower case",
			bad: "FROM golang:1.22 «as» build\nFROM debian:12\nCOPY --from=build /app /app\n",
			fixed: "FROM golang:1.22 AS build\nFROM debian:12\nCOPY --from=build /app /app\n",
		},
		{ caption: "In upper case", good: "FROM golang:1.22 AS build\nFROM debian:12\nCOPY --from=build /app /app\n" },
		{
			caption: "AS follows FROM",
			bad: "FROM debian:12 «as» a\nFROM --platform=linux/amd64 \\\n  # base\n  debian:12 \\\n  «As» c\n",
			fixed: "FROM debian:12 AS a\nFROM --platform=linux/amd64 \\\n  # base\n  debian:12 \\\n  AS c\n",
		},
		{
			caption: "In a file of lower case",
			bad: "from debian:12 «AS» a\nrun a\n",
			fixed: "from debian:12 as a\nrun a\n",
		},
		{
			caption: "FROM alone is in lower case",
			bad: "from debian:12 «AS» a\nRUN a\nfrom debian:12 «As» b\nCMD b\n",
			fixed: "FROM debian:12 AS a\nRUN a\nFROM debian:12 AS b\nCMD b\n",
		},
		{
			caption: "Both alike, or no AS",
			good: "FROM debian:12 AS as\nfrom as as b\nFROM debian:12\nFROM as\nFROM debian:12 # as x\nFrom debian:12 as c\r\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const { from } of file.stages) {
			const as = asKeyword(from);
			const written = letterCase(from.keywordText);
			// `From` is no model.
			if (as === undefined || written === "mixed") continue;
			const wanted = written === "lower" ? "as" : "AS";
			if (as.text === wanted) continue;
			reports.push({
				span: as.span,
				message: `${as.text} is written in another case than ${from.keywordText}`,
				fixes: () => [fixFor(file, from, as)],
			});
		}
		return reports;
	},
});

/** AS follows FROM; in a file of upper case it is FROM that stands out, as instruction-casing says, too. */
function fixFor(file: Dockerfile, from: Instruction, as: { readonly text: string; readonly span: Span }): Fix {
	const isLower = letterCase(from.keywordText) === "lower";
	if (isLower && majorityCase(file) === "upper")
		return { title: "Write FROM", safety: "safe", edits: [replace(from.keywordSpan, "FROM"), replace(as.span, "AS")] };
	const wanted = isLower ? "as" : "AS";
	return { title: `Write ${wanted}`, safety: "safe", edits: [replace(as.span, wanted)] };
}
