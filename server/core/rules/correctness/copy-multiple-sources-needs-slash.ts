import { insertAfter, replace } from "../../dockerfile/edits/edit.ts";
import { type CopyWord, type CopyWords, copyWordsOf } from "../../dockerfile/files/copyWords.ts";
import { folderIsThere } from "../../dockerfile/files/knownFolders.ts";
import { copySteps } from "../../dockerfile/model/instructions.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { normalPath, workdirAt } from "../../dockerfile/variables/state.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import { sourceSpan } from "../../mappedText.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** What separates or redirects commands, and names no file. */
const OPERATOR = /^(?:\|\|?|&&?|;|(?:\d|&)?>>?(?:\/dev\/null|&\d)?)$/;

export const copyMultipleSourcesNeedsSlash = defineRule({
	id: "copy-multiple-sources-needs-slash",
	title: "Several files are copied to a path that does not end in a slash",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3021"],
		["trivy", "DS-0011"],
		["kics", "6db6e0c2-32a3-4a2e-93b5-72c35f4119db"],
		["dockerfilelint", "add_dest_invalid"],
		["dockerfile-utils", "INVALID_DESTINATION"],
		["droast", "DF048"],
	),
	onlyWith: { instructions: ["COPY", "ADD"] },
	why: "If there is no such folder yet, BuildKit writes one file after the other to that very path: the last one is left, and nothing is said. Other builders refuse the instruction.",
	remedy: "End the destination with a slash: it is a folder then, and is made if it is missing.",
	references: ["https://docs.docker.com/reference/dockerfile/#destination"],
	examples: [
		{
			caption: "Two files for a folder",
			bad: "FROM node:22\nCOPY package.json package-lock.json «/app»\n",
			fixed: "FROM node:22\nCOPY package.json package-lock.json /app/\n",
		},
		{ caption: "A slash at the end", good: "FROM node:22\nCOPY package.json package-lock.json /app/\n" },
		{
			caption: "Files, exec form, heredocs",
			bad: 'FROM debian:12\nCOPY a b «/app»\nCOPY --chown=1 ["c", "d", "«/x y»"]\nADD <<E <<F «/g»\nE\nF\nCOPY --from=x /a /b \\\n  «c»\n',
			fixed: 'FROM debian:12\nCOPY a b /app/\nCOPY --chown=1 ["c", "d", "/x y/"]\nADD <<E <<F /g/\nE\nF\nCOPY --from=x /a /b \\\n  c/\n',
		},
		{
			caption: "Variables and quotes",
			bad: 'FROM debian:12\nENV D=/d\nARG E\nCOPY a b «$D»\nCOPY a b "«$E/x»"\nONBUILD COPY a b «/f»\n',
			fixed: 'FROM debian:12\nENV D=/d\nARG E\nCOPY a b $D/\nCOPY a b "$E/x/"\nONBUILD COPY a b /f/\n',
		},
		{
			caption: "A folder that is there matters less",
			bad: "FROM debian:12\nWORKDIR /srv/app\nCOPY a b «/srv/app»\nCOPY a b «/usr/local/bin»\n",
			fixed: "FROM debian:12\nWORKDIR /srv/app\nCOPY a b /srv/app/\nCOPY a b /usr/local/bin/\n",
		},
		{
			caption: "A slash, or a folder by its name",
			good: 'FROM debian:12\nENV D=/d/\nCOPY a b /app/\nCOPY a b .\nCOPY a b ..\nCOPY a b /x/.\nCOPY a b $D\nCOPY a b "/y/"\nCOPY --chown=1 --chmod=2 a /b\nCOPY <<E /e\nE\n',
		},
		{ caption: "What only the build knows", good: "FROM debian:12\nARG D\nCOPY a b $D\nCOPY a b ${D:-/x}\nCOPY a* /b\nCOPY a $D /c/\n" },
		{
			caption: "Operators of a shell, which reads none of it",
			bad: "FROM debian:12\nCOPY a /b «|| true»\nCOPY a b /c/ «2>/dev/null || echo no»\nONBUILD ADD a /b «|| :»\n",
			fixed: "FROM debian:12\nCOPY a /b\nCOPY a b /c/\nONBUILD ADD a /b\n",
		},
		{ caption: "Something that was meant to be run", bad: 'FROM debian:12\nCOPY a /b «&& chmod +x /b»\nCOPY a /b «|| echo "no"»\n' },
		{
			caption: "What was meant as a flag, or as its value, is no file",
			good: "FROM debian:12\nCOPY --from x /a /b\nCOPY --chown app a /b\nADD --chmod 755 a /b\nCOPY -from=x a /b\nCOPY \u2014from=x /a /b\nCOPY - -from=x /a /b\nCOPY a --chown=1 /b\n",
		},
		{ caption: "Windows", good: "# escape=`\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCOPY a b C:\\app\\\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const step of copySteps(file)) {
			const words = copyWordsOf(step);
			if (words === undefined || words.sources.length < 2) continue;
			const operator = shellOperator(step, words);
			if (operator !== undefined) reports.push(operator);
			if (operator !== undefined || !namesFile(step, words.destination)) continue;
			const { text, span } = words.destination;
			const there = isThere(step, words.destination);
			reports.push({
				span,
				message: `${words.sources.length} files are copied to ${shortened(text, 50)}, which has no slash at its end`,
				...(there ? { severity: "info" as const } : {}),
				fixes: [{ title: "Append a slash", safety: there ? "safe" : "review", edits: [insertAfter(span, "/")] }],
			});
		}
		return reports;
	},
});

/** `COPY a /b || true`: the words of a shell behind what is copied. */
function shellOperator(step: Step, { sources, destination }: CopyWords): Report | undefined {
	if (step.exec !== undefined || step.heredocs.length > 0) return undefined;
	const words = [...sources, destination];
	const first = words.findIndex(({ text }, index) => index > 0 && OPERATOR.test(text));
	const [before, operator] = [words[first - 1], words[first]];
	if (before === undefined || operator === undefined) return undefined;
	const span = { start: operator.span.start, end: sourceSpan(step.arguments, 0, step.arguments.text.length).end };
	const rest = step.stage.file.text.slice(span.start, span.end);
	// What else stands there was meant to be run.
	const isExcuse = /^[^\n"'#]+$/.test(rest) && !/[;&](?!\d)|(?<!\|)\|(?!\|)/.test(rest) && first > 1;
	return {
		span,
		message: `No shell reads ${step.keyword}: ${operator.text} and what follows are taken for names of files`,
		fixes: isExcuse
			? [{ title: "Remove what a shell would read", safety: "review", edits: [replace({ start: before.span.end, end: span.end }, "")] }]
			: [],
	};
}

/** Whether the destination is certain to end in something else than a slash, `.` or `..`. */
function namesFile(step: Step, { text, value }: CopyWord): boolean {
	if (text.startsWith("<<")) return false;
	// A default may be replaced by a folder with a slash.
	const known = value !== undefined && !usesArgument(step, text) ? value : text;
	return !/(?:[/\\]|(?:^|\/)\.{1,2})$/.test(known) && !/(?:\$\w+|\})$/.test(known);
}

function usesArgument(step: Step, text: string): boolean {
	return text.includes("$") && expandAt(step, text.replace(/:?[-+?][^}]*\}/g, "}")).kind === "unknown";
}

/** Whether the folder is known to exist: the working directory, one above it, or one that every distribution has. */
function isThere(step: Step, { value }: CopyWord): boolean {
	const workdir = workdirAt(step.stage, step);
	if (value === undefined || step.deferred || (!value.startsWith("/") && workdir.kind !== "set")) return false;
	const path = normalPath(value.startsWith("/") || workdir.kind !== "set" ? value : `${workdir.value}/${value}`);
	return folderIsThere(step, path);
}
