import { insertAt, replace } from "../../dockerfile/edits/edit.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import { scan } from "../../dockerfile/model/scan.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import type { Instruction } from "../../dockerfile/syntax/structure.ts";
import { splitAssignments } from "../../dockerfile/syntax/words.ts";
import type { Fix } from "../../finding.ts";
import { INSTRUCTIONS } from "../../knowledge/instructions.ts";
import { PACKAGE_MANAGERS } from "../../knowledge/packageManagers.ts";
import { PLAIN_PROGRAMS } from "../../knowledge/plainPrograms.ts";
import { editDistance } from "../../nearest.ts";
import { applyEdits, lineAt, type SpanEdit, shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

/** Instructions whose arguments people spread over lines. */
const SPREAD = new Set(["RUN", "ENV", "LABEL", "ARG", "CMD", "ENTRYPOINT", "COPY", "ADD", "HEALTHCHECK", "EXPOSE", "VOLUME"]);
/** A continuation is tried out before it is offered; a file with more lost backslashes than this gets none. */
const MOST_TRIALS = 20;
const SEPARATOR = /&&|\|\||;/;
const MANAGERS: ReadonlySet<string> = new Set(PACKAGE_MANAGERS.flatMap((manager) => manager.programs));

export const unknownInstruction = defineRule({
	id: "unknown-instruction",
	title: "A line begins with a word that is no instruction",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(["dockerfilelint", "invalid_command"], ["dockerfile-utils", "UNKNOWN_INSTRUCTION"], ["tally", "unknown-instruction"]),
		...similar(
			["hadolint", "DL1000"],
			["droast", "DF071"],
			["dockerfile-utils", "NO_SOURCE_IMAGE"],
			["dockerfilelint", "required_params", "invalid_line"],
			["sonar", "S2260"],
		),
	],
	supersededBy: ["invisible-character", "continuation-broken"],
	why: "The builder stops before it runs anything. Mostly the line belongs to the instruction above it, whose last line lost its backslash.",
	remedy: "Correct the keyword, or end the line above with a backslash. In RUN, `&&` or `;` still has to stand between two commands.",
	references: ["https://docs.docker.com/reference/dockerfile/#overview"],
	examples: [
		{
			caption: "A letter too many",
			bad: 'FROM node:22\nWORKDIR /app\n«COPPY» . .\nCMD ["node", "server.js"]\n',
			fixed: 'FROM node:22\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.js"]\n',
		},
		{ caption: "An instruction", good: 'FROM node:22\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.js"]\n' },
		{
			caption: "Misspelt",
			bad: 'FROM debian:12\n«COPPY» a /a\n«WORKDIRR» /a\n«Entrypiont» ["a"]\n',
			fixed: 'FROM debian:12\nCOPY a /a\nWORKDIR /a\nENTRYPOINT ["a"]\n',
		},
		{
			caption: "No blank behind the keyword",
			bad: 'FROM debian:12\n«EXPOSE80»\n«ENTRYPOINT["a",» "b"]\n«cmd["a"]»\n',
			fixed: 'FROM debian:12\nEXPOSE 80\nENTRYPOINT ["a", "b"]\ncmd ["a"]\n',
		},
		{
			caption: "In lower case, with a colon",
			bad: "from debian:12\n«rum» true\n«run:» true\n",
			fixed: "from debian:12\nrun true\nrun true\n",
		},
		{
			caption: "A missing backslash",
			bad: "FROM debian:12\r\nRUN a \\\r\n  && b\r\n  «&&» c \\\r\n  && d\r\nENV A=1\r\n«B=2»\r\n",
			fixed: "FROM debian:12\r\nRUN a \\\r\n  && b \\\r\n  && c \\\r\n  && d\r\nENV A=1 \\\r\nB=2\r\n",
		},
		{
			caption: "Several, of one cause",
			bad: "FROM debian:12\nRUN apt-get install -y \\\n    curl\n    «git»\n    make\nUSER 1\n",
			fixed: "FROM debian:12\nRUN apt-get install -y \\\n    curl \\\n    git \\\n    make\nUSER 1\n",
		},
		{
			caption: "Packages that are programs, too",
			bad: "FROM debian:12\nRUN apt-get install -y\n  «curl»\n  git\nRUN apt-get update\n  «apt-get» install -y git\n  curl\n",
			fixed: "FROM debian:12\nRUN apt-get install -y \\\n  curl \\\n  git\nRUN apt-get update && \\\n  apt-get install -y git \\\n  curl\n",
		},
		{
			caption: "The escape character of another system",
			bad: "# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN a \\\n  «&&» b\nCOPY a C:\\\n",
			fixed: "# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN a `\n  && b\nCOPY a C:\\\n",
		},
		{
			caption: "A backtick without its directive",
			bad: "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN a; `\n  «b» c; `\n  d\n",
			fixed: "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN a; \\\n  b c; \\\n  d\n",
		},
		{
			caption: "Another command",
			bad: "FROM debian:12\nRUN apt-get update\n    «apt-get» install -y curl\n",
			fixed: "FROM debian:12\nRUN apt-get update && \\\n    apt-get install -y curl\n",
		},
		{
			caption: "Nothing to offer: behind a comment, a heredoc, or before something that would not fit",
			bad: "FROM debian:12\nRUN a # b\n  «&&» c\nRUN <<EOF\nEOF\n  «d»\nENV E=1\n  «F=2» \\\n# no\nENV G=3\n",
		},
		{
			caption: "Two letters",
			bad: "FROM debian:12\n«RN» a\n«AD» a /b\n«EN» A=1\n",
			fixed: "FROM debian:12\nRUN a\nADD a /b\nENV A=1\n",
		},
		{ caption: "Commands and prose", bad: "FROM debian:12\n«CD» /a\nUSER 1\n«hello» world\n" },
		{ caption: "No Dockerfile", bad: "«apiVersion:» v1\nkind: Pod\nmetadata:\n" },
		{ caption: "Instructions in any case, and what is inside of them", good: "from debian:12\nONBUILD RUN a\nRun <<EOF\nfoo\nEOF\n" },
		{ caption: "Templates are not read", good: "FROM {{ image }}\n{% if x %}\nFOO\n" },
	],
	check(file) {
		if (file.instructions.every((instruction) => isKnown(instruction)) || templateMark(file) !== undefined) return [];
		const { instructions } = file;
		let trials = 0;
		const reports: Report[] = [];
		for (let index = 0; index < instructions.length; index++) {
			const instruction = instructions[index] as Instruction;
			if (isKnown(instruction)) continue;
			const above = instructions[index - 1];
			const continued = above !== undefined && continues(file, above, instruction);
			const meant = continued && !isShouted(instruction) ? undefined : nearKeyword(instruction);
			const last = meant === undefined ? lastOfGroup(file, index) : index;
			reports.push({
				span: instruction.keywordSpan,
				message: `${shortened(instruction.keywordText, 40)} is not an instruction${continued ? ", and the line above does not continue" : ""}`,
				fixes: [
					...(meant === undefined ? blankFix(instruction) : [keywordFix(instruction, meant)]),
					...(continued && trials++ < MOST_TRIALS ? continuationFix(file, above, instructions.slice(index, last + 1)) : []),
				],
			});
			index = last;
		}
		return reports;
	},
});

function isKnown(instruction: Instruction): boolean {
	return INSTRUCTIONS.has(instruction.keyword);
}

function isShouted(instruction: Instruction): boolean {
	return instruction.keywordText === instruction.keyword && /^[A-Z]/.test(instruction.keyword);
}

/** Commands of two letters that are near to a keyword; what is meant by them is something else. */
const COMMANDS = new Set(["CD", "MD"]);

/** The keyword that a word is one letter off, two for long words; punctuation behind it does not count. */
function nearKeyword(instruction: Instruction): string | undefined {
	const word = instruction.keyword.replace(/[:;,.]$/, "");
	if (!/^[A-Z]{2,}$/.test(word) || (word.length === 2 && (!isShouted(instruction) || COMMANDS.has(word)))) return undefined;
	const limit = word.length < 5 ? 2 : 3;
	return (
		[...INSTRUCTIONS]
			.map((keyword) => ({ keyword, distance: editDistance(word, keyword, limit) }))
			// Words of prose are near to many.
			.filter(({ keyword, distance }) => distance < (word.length < 7 && word[0] !== keyword[0] ? 2 : limit))
			.sort((a, b) => a.distance - b.distance)[0]?.keyword
	);
}

function keywordFix(instruction: Instruction, meant: string): Fix {
	const lower = instruction.keywordText === instruction.keywordText.toLowerCase();
	const keyword = lower ? meant.toLowerCase() : meant;
	return { title: `Change to ${keyword}`, safety: "review", edits: [replace(instruction.keywordSpan, keyword)] };
}

/** `CMD["a"]` and `EXPOSE80`: the blank behind the keyword is missing. */
function blankFix({ keywordText, keywordSpan }: Instruction): readonly Fix[] {
	const [, keyword] = /^(EXPOSE(?=\d)|[A-Z]+(?=\[))/i.exec(keywordText) ?? [];
	if (keyword === undefined || !INSTRUCTIONS.has(keyword.toUpperCase())) return [];
	return [{ title: "Insert a blank", safety: "review", edits: [insertAt(keywordSpan.start + keyword.length, " ")] }];
}

/** The lines directly below that are no instructions either have the same cause. */
function lastOfGroup(file: Dockerfile, first: number): number {
	let last = first;
	for (;;) {
		const [here, next] = [file.instructions[last], file.instructions[last + 1]];
		if (here === undefined || next === undefined || isKnown(next) || next.firstLine !== here.lastLine + 1) return last;
		if (blankFix(next).length > 0 || (nearKeyword(next) !== undefined && isShouted(next))) return last;
		last++;
	}
}

/** Whether a line looks as if it belonged to the instruction that ends on the line above. */
function continues(file: Dockerfile, above: Instruction, below: Instruction): boolean {
	if (!SPREAD.has(above.keyword) || above.heredocs.length > 0 || above.exec !== undefined || below.firstLine !== above.lastLine + 1)
		return false;
	if (!/^[A-Za-z]/.test(below.keywordText) || columnOf(file, below) > columnOf(file, above)) return true;
	if (/(?:&&|\|\|?|;|,|\()$/.test(above.arguments.text)) return true;
	return (
		/^(?:ENV|LABEL|ARG)$/.test(above.keyword) && splitAssignments(below.line.text, file.escape).every((word) => word.text.includes("="))
	);
}

function columnOf(file: Dockerfile, instruction: Instruction): number {
	return instruction.keywordSpan.start - (file.lineStarts[lineAt(file.lineStarts, instruction.keywordSpan.start)] ?? 0);
}

function continuationFix(file: Dockerfile, above: Instruction, group: readonly Instruction[]): readonly Fix[] {
	const edits: SpanEdit[] = [];
	const other = file.escape === "`" ? "\\" : "`";
	let upper = above;
	let inList = takesList(above.line.text);
	for (const lower of group) {
		const start = file.lineStarts[upper.lastLine] ?? 0;
		const line = file.text.slice(start, upper.span.end).trimEnd();
		if (line.includes("#") || line.endsWith(file.escape)) return [];
		const end = start + line.length;
		const needs = !inList && needsAnd(above, upper, lower);
		// The escape character of another system was meant to continue the line.
		edits.push(
			line.endsWith(` ${other}`)
				? replace({ start: end - 1, end }, `${needs ? "&& " : ""}${file.escape}`)
				: insertAt(end, `${needs ? " &&" : ""} ${file.escape}`),
		);
		inList = takesList(lower.line.text) || (inList && !SEPARATOR.test(lower.line.text));
		upper = lower;
	}
	// What follows the lost line may not fit the instruction above.
	if (scan(applyEdits(file.text, edits)).errors.length > file.errors.length) return [];
	return [{ title: "Continue the line above", safety: "review", edits }];
}

/** Whether the lower line is a command of its own, not an argument of what stands above. */
function needsAnd(above: Instruction, upper: Instruction, lower: Instruction): boolean {
	const text = upper.line.text.trimEnd().replace(/ [\\`]$/, "");
	if (above.keyword !== "RUN" || /(?:&&|\|\|?|;|\(|\{|\b(?:then|do|else))$/.test(text)) return false;
	return PLAIN_PROGRAMS.has(lower.keywordText) || MANAGERS.has(lower.keywordText);
}

/** Whether the last command of a line takes names on the next one. */
function takesList(text: string): boolean {
	return /\s(?:install|add|-S\w*)\s/.test(`${text.split(SEPARATOR).pop()} `);
}
