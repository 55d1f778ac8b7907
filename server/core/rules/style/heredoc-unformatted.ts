import { replace } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import type { Heredoc } from "../../dockerfile/syntax/heredoc.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import { parseJson } from "../../json/parse.ts";
import { sourceSpan } from "../../mappedText.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const heredocUnformatted = defineRule({
	id: "heredoc-unformatted",
	title: "JSON in a heredoc is not laid out",
	category: "style",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	inOnbuild: false,
	equivalents: same(["tally", "prefer-formatted-heredocs"]),
	onlyWith: { texts: ["<<"] },
	why: "A configuration on one line, or with indentation that says something else than its brackets, is read wrongly and changed wrongly.",
	remedy: "Put each member on a line of its own, indented by its depth.",
	references: ["https://docs.docker.com/reference/dockerfile/#here-documents"],
	options: [{ name: "indentation", description: "How many blanks a level is indented by.", default: 2 }],
	examples: [
		{
			caption: "On one line",
			bad: 'FROM debian:12\nCOPY <<EOF /etc/a.json\n«{"a":1,"b":{"c":2}}»\nEOF\n',
			fixed: 'FROM debian:12\nCOPY <<EOF /etc/a.json\n{\n  "a": 1,\n  "b": {\n    "c": 2\n  }\n}\nEOF\n',
		},
		{ caption: "Laid out", good: 'FROM debian:12\nCOPY <<EOF /etc/a.json\n{\n  "a": 1,\n  "b": [\n    1,\n    2\n  ]\n}\nEOF\n' },
		{
			caption: "Only blanks change",
			bad: 'FROM debian:12\nCOPY <<EOF /etc/a.json\n«{"a": 1.0, "b":[1, {"c" : "x, {y}"}],\n"d":{}, "e": []}»\nEOF\n',
			fixed:
				'FROM debian:12\nCOPY <<EOF /etc/a.json\n{\n  "a": 1.0,\n  "b": [\n    1,\n    {\n      "c": "x, {y}"\n    }\n  ],\n  "d": {},\n  "e": []\n}\nEOF\n',
		},
		{
			caption: "Laid out, no JSON, another kind of file, tabs that go",
			good: 'FROM debian:12\nCOPY <<EOF /a.json\n{\n  "a": 1\n}\nEOF\nCOPY <<EOF /b.json\n{"a": $A}\nEOF\nCOPY <<EOF /c.txt\n{"a":1}\nEOF\nCOPY <<-EOF /d.json\n\t{"a":1}\nEOF\nRUN <<EOF\n{"a":1}\nEOF\n',
		},
		{
			caption: "Other blanks, or nothing to lay out",
			good: 'FROM debian:12\nCOPY <<EOF /a.json\n{\n\t"a": {\n\t\t"b": 1\n\t}\n}\nEOF\nCOPY <<EOF /b.json\n[]\nEOF\n',
			options: { indentation: 4 },
		},
	],
	check(file, { options }) {
		const indentation = " ".repeat(Math.max(0, Math.min(8, Number(options["indentation"]))));
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "COPY" && step.keyword !== "ADD") continue;
				for (const heredoc of step.heredocs) {
					const text = heredoc.body.text;
					const trimmed = text.trim();
					if (heredoc.stripTabs || trimmed === "" || !isJson(step, heredoc)) continue;
					const wanted = format(trimmed, indentation).replaceAll("\n", file.lineBreak);
					const own = /\n([\t ]+)\S/.exec(trimmed)?.[1];
					// Laid out with other blanks is laid out.
					if (wanted === trimmed || (own !== undefined && format(trimmed, own) === trimmed.replaceAll("\r\n", "\n"))) continue;
					const at = text.indexOf(trimmed);
					const span = sourceSpan(heredoc.body, at, at + trimmed.length);
					reports.push({
						span,
						message: "This JSON is not laid out by its depth",
						fixes: [{ title: "Lay it out", safety: "review", edits: [replace(span, wanted)] }],
					});
				}
			}
		}
		return reports;
	},
});

function isJson(step: Step, heredoc: Heredoc): boolean {
	const target = step.exec?.values.at(-1) ?? splitAtBlanks(step.arguments).at(-1)?.text ?? "";
	if (!/\.json$/.test(target) && !(target.endsWith("/") && /\.json$/.test(heredoc.name))) return false;
	return "root" in parseJson(heredoc.body.text);
}

/** A valid JSON text with each member on a line of its own; strings and numbers stay as they are written. */
function format(text: string, indentation: string): string {
	let result = "";
	let depth = 0;
	const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
	for (const [index, token] of tokens.entries()) {
		const next = tokens[index + 1];
		const line = (level: number): string => `\n${indentation.repeat(level)}`;
		if (token === "{" || token === "[") {
			depth++;
			result += next === "}" || next === "]" ? token : token + line(depth);
		} else if (token === "}" || token === "]") {
			depth--;
			const empty = tokens[index - 1] === "{" || tokens[index - 1] === "[";
			result += empty ? token : line(depth) + token;
		} else if (token === ",") result += token + line(depth);
		else result += token === ":" ? ": " : token;
	}
	return result;
}
