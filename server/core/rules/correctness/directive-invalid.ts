import { replace } from "../../dockerfile/edits/edit.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import type { Directive } from "../../dockerfile/syntax/structure.ts";
import { editDistance } from "../../nearest.ts";
import type { Span } from "../../text.ts";
import { lineAt, shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

const OFFICIAL = "docker/dockerfile";
const CHECK_OPTIONS = ["skip", "experimental", "error"];

export const directiveInvalid = defineRule({
	id: "directive-invalid",
	title: "A directive is refused",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["dockerfile-utils", "INVALID_ESCAPE_DIRECTIVE", "DUPLICATED_ESCAPE_DIRECTIVE", "CASING_DIRECTIVE"],
		["tally", "syntax-directive-typo"],
	),
	onlyWith: { texts: ["#"] },
	why: "The builder stops before it runs anything. The name of a directive in upper case is taken, but not by every other tool that reads the file.",
	remedy:
		"Give each directive once, in lower case. The escape character is a backslash or a backtick; `check` takes `skip=`, `experimental=` and `error=`, separated by semicolons.",
	references: ["https://docs.docker.com/reference/dockerfile/#parser-directives", "https://docs.docker.com/reference/dockerfile/#check"],
	examples: [
		{
			caption: "A misspelt frontend",
			bad: "# syntax=«docker/dokcerfile»:1.7\nFROM debian:12\n",
			fixed: "# syntax=docker/dockerfile:1.7\nFROM debian:12\n",
		},
		{
			caption: "A misspelt account",
			bad: "# syntax = docker.io/«dokcer/dockerfile»\nFROM debian:12\n",
			fixed: "# syntax = docker.io/docker/dockerfile\nFROM debian:12\n",
		},
		{ caption: "Another frontend", good: "# syntax=docker/dockerfile-upstream:master\nFROM debian:12\n" },
		{ caption: "Somebody else's", good: "# syntax=rocker/dockerfile\nFROM debian:12\n" },
		{ caption: "Given once", good: "# syntax=docker/dockerfile:1\nFROM debian:12\n" },
		{
			caption: "Given twice",
			bad: "# syntax=docker/dockerfile:1\n«# syntax=docker/dockerfile:1.7»\nFROM debian:12\n",
			fixed: "# syntax=docker/dockerfile:1\nFROM debian:12\n",
		},
		{ caption: "Another escape character", bad: "# escape=«^»\nFROM debian:12\n" },
		{ caption: "Options of the checks", bad: "# check=«skip»;«ignore=all»;error=«maybe»\nFROM debian:12\n" },
		{
			caption: "Upper case",
			bad: "# «Syntax»=docker/dockerfile:1\n#«ESCAPE» = `\nFROM debian:12\n",
			fixed: "# syntax=docker/dockerfile:1\n#escape = `\nFROM debian:12\n",
		},
		{
			caption: "Good ones, and other comments",
			good: "# syntax=docker/dockerfile:1\n# check=skip=JSONArgsRecommended, UndefinedVar; error=true ;experimental=all\n# escape=\\\n# foo=bar\n# escape=x\nFROM debian:12\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const error of file.errors) {
			const { message, span } = error;
			if (message.startsWith("only one"))
				reports.push({
					span,
					message: `The directive ${message.split(" ")[2]} is given twice`,
					fixes: [{ title: "Remove the second one", safety: "review", edits: [removeLine(file, span)] }],
				});
			if (message.startsWith("invalid escape"))
				reports.push({ span, message: `The escape character is \\ or \`, not ${shortened(file.text.slice(span.start, span.end), 20)}` });
		}
		for (const directive of file.directives) {
			reports.push(...upperCase(file, directive));
			if (directive.name === "syntax") reports.push(...misspelt(directive));
			if (directive.name === "check") reports.push(...checkOptions(directive));
		}
		return reports;
	},
});

function removeLine(file: Dockerfile, span: Span): { readonly span: Span; readonly newText: string } {
	const line = lineAt(file.lineStarts, span.start);
	return replace({ start: file.lineStarts[line] ?? 0, end: file.lineStarts[line + 1] ?? file.text.length }, "");
}

function upperCase(file: Dockerfile, { name, span }: Directive): readonly Report[] {
	const start = span.start + (/^#\s*/.exec(file.text.slice(span.start, span.end))?.[0].length ?? 0);
	const place = { start, end: start + name.length };
	const written = file.text.slice(place.start, place.end);
	if (written === name) return [];
	return [
		{
			span: place,
			message: `The directive ${written} is not in lower case`,
			severity: "hint",
			fixes: [{ title: `Write ${name}`, safety: "safe", edits: [replace(place, name)] }],
		},
	];
}

/** A name that is nearly that of Docker's frontend: nothing has it, or somebody who waits for the mistake. */
function misspelt({ value, valueSpan }: Directive): readonly Report[] {
	const [, host = "", written = ""] = /^((?:docker\.io\/)?)(d[\w-]+\/d[\w.-]+)(?=[:@\s]|$)/.exec(value) ?? [];
	if (written === "" || written === OFFICIAL || written.startsWith(`${OFFICIAL}-`) || editDistance(written, OFFICIAL, 3) > 2) return [];
	const start = valueSpan.start + host.length;
	const span = { start, end: start + written.length };
	const fixes = [{ title: `Write ${OFFICIAL}`, safety: "review" as const, edits: [replace(span, OFFICIAL)] }];
	return [{ span, message: `${written} is not Docker's frontend, which is ${OFFICIAL}`, fixes }];
}

/** BuildKit reads at most three options, separated by semicolons. */
function checkOptions({ value, valueSpan }: Directive): readonly Report[] {
	let at = valueSpan.start;
	const reports: Report[] = [];
	for (const part of value.split(";")) {
		const start = at + (part.length - part.trimStart().length);
		const span = { start, end: start + part.trim().length };
		at += part.length + 1;
		const equals = part.indexOf("=");
		const key = (equals === -1 ? part : part.slice(0, equals)).trim();
		if (part.trim() === "") continue;
		if (equals === -1) reports.push({ span, message: `${shortened(key, 40)} has no value` });
		else if (!CHECK_OPTIONS.includes(key)) reports.push({ span, message: `The checks have no option ${shortened(key, 40)}` });
		else if (key === "error") {
			const text = part.slice(equals + 1).trim();
			if (!/^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(text))
				reports.push({
					span: { start: span.end - text.length, end: span.end },
					message: `error is true or false, not ${shortened(text, 40)}`,
				});
		}
	}
	return reports;
}
