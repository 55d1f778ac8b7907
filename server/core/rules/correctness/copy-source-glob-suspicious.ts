import { copyWordsOf } from "../../dockerfile/files/copyWords.ts";
import { copySteps } from "../../dockerfile/model/instructions.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const copySourceGlobSuspicious = defineRule({
	id: "copy-source-glob-suspicious",
	title: "A pattern means less than it seems to",
	category: "correctness",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["COPY", "ADD"] },
	why: "COPY and ADD know `*`, `?`, `[a-z]` and backslashes. Braces and parentheses are characters like others, and `**` is no more than `*`: it matches one folder, not all below it. A pattern that matches several files, with a file as destination, leaves the last of them.",
	remedy:
		"Name the files one by one, copy the folder and leave out the rest with `--exclude` or `.dockerignore`, or keep the folders with `--parents`.",
	references: ["https://docs.docker.com/reference/dockerfile/#pattern-matching", "https://pkg.go.dev/path/filepath#Match"],
	examples: [
		{ caption: "Two stars", bad: "FROM node:22\nCOPY «src/**/*.js» /app/\n" },
		{ caption: "One star", good: "FROM node:22\nCOPY src/*.js /app/\n" },
		{ caption: "Forms of other languages", bad: 'FROM debian:12\nCOPY «{a,b}.txt» «src/**/*.js» /x/\nADD ["«(a|b).c»", "/x/"]\n' },
		{ caption: "Several files in one", bad: "FROM debian:12\nCOPY «*.jar» /app.jar\n" },
		{
			caption: "What it knows",
			good: "FROM debian:12\nCOPY package*.json [a-c]?.txt .\nCOPY *.jar /lib/\nCOPY --parents src/**/*.js /x/\nCOPY ${A:-{b}} $B* /x/\nCOPY *.conf /etc\n",
		},
		{
			caption: "Names with such characters",
			good: 'FROM debian:12\nCOPY ["a (x86)/b", "/c"]\nADD https://example.com/{a,b} /c\nCOPY foo.tx[t] /foo.txt\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const step of copySteps(file)) {
			const words = /[*{|]/.test(step.arguments.text) ? copyWordsOf(step) : undefined;
			if (words === undefined) continue;
			const parents = step.flags.some((flag) => flag.name === "parents" && flag.value !== "false");
			const { destination, sources } = words;
			for (const { text, span, heredoc } of sources) {
				if (heredoc || text.includes("$") || text.includes("://")) continue;
				const form = /\{[^{}]*,[^{}]*\}/.test(text) ? "{…}" : /\([^()]*\|[^()]*\)/.test(text) ? "(…|…)" : undefined;
				if (form !== undefined) reports.push({ span, message: `${form} in ${shortened(text, 50)} is not a pattern, but part of a name` });
				else if (!parents && /(?:^|\/)\*\*\//.test(text))
					reports.push({ span, message: `** in ${shortened(text, 50)} matches one folder only` });
				else if (sources.length === 1 && text.includes("*") && /\.[a-z0-9]{1,5}$/i.test(destination.value ?? "") && !parents)
					reports.push({ span, message: `All that ${shortened(text, 35)} matches is written to ${shortened(destination.text, 35)}` });
			}
		}
		return reports;
	},
});
