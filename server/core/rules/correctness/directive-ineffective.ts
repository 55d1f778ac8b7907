import { insertFirstLine, replace } from "../../dockerfile/edits/edit.ts";
import { featuresUsed } from "../../dockerfile/files/frontendFeatures.ts";
import { instructionBelow } from "../../dockerfile/model/instructionBelow.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import type { Comment } from "../../dockerfile/syntax/structure.ts";
import type { Fix } from "../../finding.ts";
import { BUILD_CHECKS } from "../../knowledge/buildChecks.ts";
import { editDistance } from "../../nearest.ts";
import { type SpanEdit, shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

/** Rare kinds of blanks make a comment of it. */
const ANY_DIRECTIVE = /#[ \t\f]*\w+[ \t]*[=:]/;
const ANY_DIRECTIVE_FIRST = new RegExp(`^\\s*${ANY_DIRECTIVE.source}`);
const NAMES = ["syntax", "escape", "check"] as const;
/** A version of Docker's frontend, or an image whose name says that it is one. */
const FRONTEND = /^(?:[\w.-]+(?::\d+)?\/)*[\w.-]*dockerfile[\w.-]*(?::[\w.-]+)?(?:@sha256:[0-9a-f]+)?$/;

export const directiveIneffective = defineRule({
	id: "directive-ineffective",
	title: "A comment looks like a directive and is none",
	category: "correctness",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["tally", "syntax-directive-typo"]),
	onlyWith: { texts: ["#"] },
	why: "Directives count in the first lines only: the first comment of another kind, empty line or instruction ends them. A `# syntax=` below is a comment: the builder's own frontend reads the file, perhaps an older one. A build check that is misspelt is not skipped. `# check=skip=` alone may stand above an instruction: newer versions of BuildKit skip the checks there.",
	remedy: "Move the line to the very top, and correct its spelling. Names of build checks are case-sensitive.",
	references: ["https://docs.docker.com/reference/dockerfile/#parser-directives", "https://docs.docker.com/reference/build-checks/"],
	examples: [
		{ caption: "The first line", good: "# syntax=docker/dockerfile:1.7\n# Image of the shop\nFROM debian:12\n" },
		{
			caption: "Below a comment, an empty line or an instruction",
			bad: "# Image of the shop\n«# syntax=docker/dockerfile:1.7»\nFROM debian:12\n",
			fixed: "# syntax=docker/dockerfile:1.7\n# Image of the shop\nFROM debian:12\n",
		},
		{
			caption: "Below a global ARG",
			bad: "ARG PREFIX\n«# syntax=docker/dockerfile:1»\n\nFROM ${PREFIX}alpine:3\n",
			fixed: "# syntax=docker/dockerfile:1\nARG PREFIX\n\nFROM ${PREFIX}alpine:3\n",
		},
		{
			caption: "The escape character",
			bad: "\r\nFROM debian:12\r\n«#escape=`»\r\nRUN true\r\n",
			fixed: "#escape=`\r\n\r\nFROM debian:12\r\nRUN true\r\n",
		},
		{
			caption: "Below empty lines alone",
			bad: "\n\n«# syntax=docker/dockerfile:1»\n\nFROM debian:12\n",
			fixed: "# syntax=docker/dockerfile:1\n\nFROM debian:12\n",
		},
		{
			caption: "Below empty lines, and above another one: that one stays a comment",
			bad: "\n«# syntax=docker/dockerfile:1»\n«# syntax=docker/dockerfile:1.4»\nFROM debian:12\n",
			fixed: "# syntax=docker/dockerfile:1\n\n# syntax=docker/dockerfile:1.4\nFROM debian:12\n",
		},
		{
			caption: "Misspelt",
			bad: "# «sytnax»=docker/dockerfile:1\nFROM debian:12\n",
			fixed: "# syntax=docker/dockerfile:1\nFROM debian:12\n",
		},
		{
			caption: "A colon",
			bad: "# syntax«:» docker/dockerfile:1\nFROM debian:12\n",
			fixed: "# syntax= docker/dockerfile:1\nFROM debian:12\n",
		},
		{
			caption: "Build checks",
			bad: "# check=skip=«jsonargsrecommended»,UndefinedVar,«StageNameCase»\nFROM debian:12\n",
			fixed: "# check=skip=JSONArgsRecommended,UndefinedVar,StageNameCasing\nFROM debian:12\n",
		},
		{
			caption: "Build checks above an instruction",
			bad: "FROM debian:12\n# for the shell\n# check=skip=«JsonArgsRecommended»\nCMD a\n",
			fixed: "FROM debian:12\n# for the shell\n# check=skip=JSONArgsRecommended\nCMD a\n",
		},
		{
			caption: "The same, above nothing",
			bad: "FROM debian:12\n«# check=skip=JSONArgsRecommended»\n\nCMD a\n",
			fixed: "# check=skip=JSONArgsRecommended\nFROM debian:12\n\nCMD a\n",
		},
		{
			caption: "Paths are meant by it, continued lines not",
			bad: "#«escpe»=`\nFROM acme/windows:1\nCOPY a C:\\b\n",
			fixed: "#escape=`\nFROM acme/windows:1\nCOPY a C:\\b\n",
		},
		{
			caption: "Arrays and commands on one line have the backslashes that they had",
			bad: '# note\n«# escape=`»\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nWORKDIR C:\\app\nCOPY ["C:\\\\a", "b"]\nRUN dir C:\\ `a`b\nCMD ["C:\\\\app\\\\x.exe"]\n',
			fixed:
				'# escape=`\n# note\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nWORKDIR C:\\app\nCOPY ["C:\\\\a", "b"]\nRUN dir C:\\ `a`b\nCMD ["C:\\\\app\\\\x.exe"]\n',
		},
		{ caption: "A command that would go on then", bad: "# note\n«# escape=`»\nFROM debian:12\nRUN echo `a`\n" },
		{ caption: "Other lines would be continued then", bad: "#«escpe»=`\nFROM debian:12\nRUN a \\\n  b\n" },
		{ caption: "It is there, and a second one would be refused", bad: "#ESCAPE=`\n#«CAPE»=`\nFROM debian:12\n" },
		{
			caption: "There is one at the top already",
			bad: "# syntax=docker/dockerfile:1\n# a\n«# syntax=docker/dockerfile:1.4»\nFROM debian:12\n",
		},
		{
			caption: "Other comments",
			good: "# a\n# syntax = JSON with comments\n# check = the list below\n# The escape=` line is not needed\n# syntax: see below\nFROM debian:12\n# check=yes\nRUN a \\\n  # escape=x\n  b\n",
		},
		{
			caption: "BuildKit looks for the syntax behind a shebang, too",
			good: "#!/usr/bin/env docker\n# syntax=docker/dockerfile:1\nFROM debian:12\n",
		},
		{ caption: "Effective ones", good: "# check=skip=all\n# syntax=acme/frontend:1\n# escape=`\nFROM debian:12\n" },
	],
	check(file) {
		if (templateMark(file) !== undefined) return [];
		const directive = file.directives.find(({ name }) => name === "check");
		const taken = new Set(file.directives.map(({ name }) => name));
		const reports: Report[] = [];
		if (directive !== undefined) reports.push(...checkNames(directive.value, directive.valueSpan.start));
		for (const comment of file.comments) {
			const skips = skipsAbove(file, comment);
			if (skips !== undefined) reports.push(...checkNames(skips, comment.span.start + file.text.slice(comment.span.start).indexOf(skips)));
			const report = skips === undefined && comment.text.length < 300 ? reportFor(file, comment, taken) : undefined;
			if (report === undefined) continue;
			if (!ANY_DIRECTIVE.test(file.text)) return reports;
			reports.push(report);
		}
		return reports;
	},
});

/** What `# check=skip=…` says directly above an instruction, where BuildKit reads it, too (moby/buildkit#6334): it counts for that one. */
function skipsAbove(file: Dockerfile, comment: Comment): string | undefined {
	const value = /^check[ \t]*=[ \t]*(skip[ \t]*=.*)$/.exec(comment.text)?.[1];
	return value !== undefined && instructionBelow(file, comment) !== undefined ? value : undefined;
}

/** @param taken Directives that are there, or would be after the repair of a report before this one. A second one of a name is refused. */
function reportFor(file: Dockerfile, comment: Comment, taken: Set<string>): Report | undefined {
	const match = /^([a-zA-Z]{4,8})([ \t]*)([=:])[ \t]*(\S+)$/.exec(comment.text);
	if (match === null) return undefined;
	const [, word = "", blank = "", separator, value = ""] = match;
	const name = NAMES.find(
		(candidate) => isValue(candidate, value) && editDistance(word.toLowerCase(), candidate, 3) < (candidate === "check" ? 2 : 3),
	);
	if (name === undefined) return undefined;
	const place = { start: comment.textSpan.start, end: comment.textSpan.start + word.length };
	const cannotMove = taken.has(name) || (name === "escape" && value !== file.escape && escapesAnything(file, value));
	taken.add(name);
	const atTop = comment.line === file.directives.length && file.text.charCodeAt(0) !== 0x0a && !cannotMove;
	if (word.toLowerCase() !== name) {
		const fixes: readonly Fix[] = atTop ? [{ title: `Write ${name}`, safety: "review", edits: [replace(place, name)] }] : [];
		return separator === "=" ? { span: place, message: `${word} is no directive, but ${name} is`, fixes } : undefined;
	}
	if (separator === ":") {
		const at = place.end + blank.length;
		const colon = { start: at, end: at + 1 };
		const fixes: readonly Fix[] = atTop ? [{ title: "Write an equals sign", safety: "review", edits: [replace(colon, "=")] }] : [];
		return { span: colon, message: `The directive ${name} has a colon in place of the equals sign`, fixes };
	}
	if (name === "syntax" && file.text.startsWith("#!") && comment.line === 1) return undefined;
	return {
		span: comment.span,
		message: `The directive ${name} has no effect below other lines`,
		fixes:
			cannotMove || (name === "syntax" && isTooOld(file, value))
				? []
				: [{ title: "Move to the top", safety: "review", edits: moved(file, comment) }],
	};
}

/** What they run the builder hands on as it is written. */
const HANDED_ON: ReadonlySet<string> = new Set(["RUN", "CMD", "ENTRYPOINT", "SHELL"]);

/** Whether the lines of a file would fall apart with another escape character, or the old one escapes more than a letter of a path. */
function escapesAnything(file: Dockerfile, other: string): boolean {
	return file.instructions.some(({ keyword, span, firstLine, lastLine, flags, exec }) => {
		if (lastLine > firstLine) return true;
		const text = file.text.slice(span.start, span.end);
		if (HANDED_ON.has(keyword) && flags.length === 0) return text.trimEnd().endsWith(other);
		// In an array a backslash is written twice.
		const escaped = (exec?.values ?? [text]).flatMap((value) => value.split(file.escape).slice(1));
		return text.includes(other) || escaped.some((part) => !/^\w/.test(part));
	});
}

/** Patterns in variables came with this version of Dockerfile syntax: 1.7. */
const PATTERNS_MINOR = 7;

/** Whether the frontend lacks something that the file uses: so far nobody asked for that one. */
function isTooOld(file: Dockerfile, frontend: string): boolean {
	const minor = Number(/:1\.(\d+)/.exec(frontend)?.[1] ?? Number.POSITIVE_INFINITY);
	return featuresUsed(file).some(({ feature }) => feature.minor > minor) || (minor < PATTERNS_MINOR && /\$\{\w+[#%/]/.test(file.text));
}

function isValue(name: (typeof NAMES)[number], value: string): boolean {
	if (name === "escape") return value === "\\" || value === "`";
	return name === "syntax" ? FRONTEND.test(value) : /^(?:skip|error|experimental)=\w/.test(value);
}

function moved(file: Dockerfile, { line, span }: Comment): readonly SpanEdit[] {
	const whole = { start: file.lineStarts[line] ?? 0, end: file.lineStarts[line + 1] ?? file.text.length };
	const text = file.text.slice(span.start, span.end).trimEnd();
	// Empty lines that stand above it alone go with it, unless the line below would count then, too.
	if (file.text.slice(0, whole.start).trim() === "" && !ANY_DIRECTIVE_FIRST.test(file.text.slice(whole.end)))
		return [replace({ start: 0, end: whole.end }, text + file.lineBreak)];
	return [insertFirstLine(file, text), replace(whole, "")];
}

function checkNames(value: string, start: number): readonly Report[] {
	let at = start;
	const reports: Report[] = [];
	for (const part of value.split(";")) {
		const list = /^\s*(?:skip|experimental)\s*=/.exec(part)?.[0];
		if (list !== undefined) {
			let wordAt = at + list.length;
			for (const written of part.slice(list.length).split(",")) {
				const word = written.trim();
				const span = { start: wordAt + written.indexOf(word), end: wordAt + written.indexOf(word) + word.length };
				wordAt += written.length + 1;
				if (word === "" || word === "all" || BUILD_CHECKS.includes(word)) continue;
				const meant = BUILD_CHECKS.find((name) => editDistance(word.toLowerCase(), name.toLowerCase(), 4) < 4);
				// Later versions of BuildKit have more checks than are known here.
				if (meant === undefined) continue;
				const fix: Fix = { title: `Write ${meant}`, safety: "review", edits: [replace(span, meant)] };
				reports.push({ span, message: `There is no build check ${shortened(word, 40)}, but there is ${meant}`, fixes: [fix] });
			}
		}
		at += part.length + 1;
	}
	return reports;
}
