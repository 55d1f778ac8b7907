import { replace } from "../../dockerfile/edits/edit.ts";
import { asKeyword, letterCase } from "../../dockerfile/model/keywords.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const fromAsCasing = defineRule({
	id: "from-as-casing",
	title: "AS is written in another case than FROM",
	category: "style",
	severity: "hint",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["buildkit", "FromAsCasing"]),
	onlyWith: { words: ["as"] },
	why: "The builder does not care. People who look for the stages of a file do, and so do their searches: `FROM … as` and `from … AS` are found by half of them.",
	remedy: "Write `AS` as `FROM` is written.",
	references: ["https://docs.docker.com/reference/build-checks/from-as-casing/"],
	examples: [
		{
			caption: "AS follows FROM",
			bad: "FROM debian:12 «as» a\nfrom debian:12 «AS» b\nFROM --platform=linux/amd64 \\\n  # base\n  debian:12 \\\n  «As» c\n",
			fixed: "FROM debian:12 AS a\nfrom debian:12 as b\nFROM --platform=linux/amd64 \\\n  # base\n  debian:12 \\\n  AS c\n",
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
				fixes: [{ title: `Write ${wanted}`, safety: "safe", edits: [replace(as.span, wanted)] }],
			});
		}
		return reports;
	},
});
