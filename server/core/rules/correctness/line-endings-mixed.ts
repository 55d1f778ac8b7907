import { isForWindows } from "../../dockerfile/base/windows.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import type { Dockerfile, Step } from "../../dockerfile/model/model.ts";
import type { Fix } from "../../finding.ts";
import type { SpanEdit } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const lineEndingsMixed = defineRule({
	id: "line-endings-mixed",
	title: "Line breaks of Windows where they do harm, or of two kinds",
	category: "correctness",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { texts: ["\r", "\uFEFF"] },
	why: "The builder takes carriage returns away at the end of instructions, but not in the text of a heredoc: a shell then runs `set -e\\r` and says that the option is illegal, a copied script starts with `#!/bin/sh\\r`, and the kernel says that there is no such file. A file with both kinds shows that an editor or Git changes them now and then.",
	remedy:
		"Save the file with line feeds alone, and keep them with `*Dockerfile* text eol=lf` in `.gitattributes`. A byte order mark at the start is not needed, and other tools than BuildKit stumble over it.",
	references: ["https://docs.docker.com/reference/dockerfile/#here-documents", "https://git-scm.com/docs/gitattributes#_eol"],
	examples: [
		{ caption: "Line feeds", good: "FROM debian:12\nRUN <<EOF\nset -e\nmake\nEOF\n" },
		{
			caption: "A script",
			bad: "FROM debian:12\r\nRUN <<EOF\r\nset -e«\r»\nmake\r\nEOF\r\n",
			fixed: "FROM debian:12\nRUN <<EOF\nset -e\nmake\nEOF\n",
		},
		{
			caption: "Two kinds",
			bad: "FROM debian:12\nRUN a«\r»\nRUN b\nRUN c\r\n",
			fixed: "FROM debian:12\nRUN a\nRUN b\nRUN c\n",
		},
		{
			caption: "A line feed among others, a byte order mark",
			bad: "«\uFEFF»FROM debian:12\r\nRUN a«\n»RUN b\r\nRUN c\r\n",
			fixed: "FROM debian:12\r\nRUN a\r\nRUN b\r\nRUN c\r\n",
		},
		{ caption: "A byte order mark alone", bad: "«\uFEFF»FROM debian:12\nRUN a\n", fixed: "FROM debian:12\nRUN a\n" },
		{ caption: "One kind", good: "FROM debian:12\r\nRUN a \\\r\n  && b\r\n" },
		{
			caption: "Windows wants them",
			good: "# escape=`\r\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\r\nCOPY <<EOF /a\r\nx\r\nEOF\r\n",
		},
		{ caption: "A file for Windows", good: "FROM debian:12\r\nCOPY <<EOF /a/b.bat\r\nx\r\nEOF\r\n" },
	],
	check(file) {
		const reports: Report[] = [];
		if (file.text.charCodeAt(0) === 0xfeff)
			reports.push({
				span: { start: 0, end: 1 },
				message: "The file begins with a byte order mark",
				severity: "hint",
				fixes: [{ title: "Remove the byte order mark", safety: "safe", edits: [replace({ start: 0, end: 1 }, "")] }],
			});
		if (!file.text.includes("\r\n")) return reports;
		reports.push(...(heredocReport(file) ?? mixedReport(file)));
		return reports;
	},
});

function heredocReport(file: Dockerfile): readonly Report[] | undefined {
	for (const stage of file.stages) {
		if (isForWindows(stage)) continue;
		for (const step of stage.steps) {
			for (const heredoc of step.heredocs) {
				const at = heredoc.body.text.indexOf("\r\n");
				if (at === -1 || isForWindowsToo(step)) continue;
				const start = file.text.indexOf("\r\n", heredoc.body.pieces[0]?.source ?? 0);
				return [
					{
						span: { start, end: start + 1 },
						message: "The text of this heredoc keeps carriage returns",
						severity: "warning",
						fixes: [converted(file, "\n", "review")],
					},
				];
			}
		}
	}
	return undefined;
}

function isForWindowsToo(step: Step): boolean {
	return /\.(?:bat|cmd|ps1|reg|vbs|ini)\b/i.test(step.arguments.text);
}

function mixedReport(file: Dockerfile): readonly Report[] {
	const { text, lineBreak } = file;
	for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
		const isWindows = text[at - 1] === "\r";
		if (isWindows === (lineBreak === "\r\n")) continue;
		const span = isWindows ? { start: at - 1, end: at } : { start: at, end: at + 1 };
		const safety = file.instructions.some((instruction) => instruction.heredocs.length > 0) ? "review" : "safe";
		return [
			{
				span,
				message: isWindows
					? "This line ends with a carriage return, most others do not"
					: "This line ends without a carriage return, most others have one",
				fixes: [converted(file, lineBreak, safety)],
			},
		];
	}
	return [];
}

function converted(file: Dockerfile, lineBreak: "\n" | "\r\n", safety: "safe" | "review"): Fix {
	const { text } = file;
	const edits: SpanEdit[] = [];
	for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
		const isWindows = text[at - 1] === "\r";
		if (isWindows && lineBreak === "\n") edits.push(replace({ start: at - 1, end: at }, ""));
		if (!isWindows && lineBreak === "\r\n") edits.push(replace({ start: at, end: at }, "\r"));
	}
	return { title: lineBreak === "\n" ? "Convert to line feeds" : "Convert to carriage returns with line feeds", safety, edits };
}
