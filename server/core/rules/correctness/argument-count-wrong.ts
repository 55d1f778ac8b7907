import { stageBaseFacts } from "../../dockerfile/base/baseFacts.ts";
import { moveCommentAbove } from "../../dockerfile/edits/trailingComment.ts";
import { allInstructions } from "../../dockerfile/model/instructions.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import type { Instruction } from "../../dockerfile/syntax/structure.ts";
import { commentStart, type PlacedWord, splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import { sourceSpan } from "../../mappedText.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

const NEEDED: Readonly<Record<string, string>> = {
	FROM: "no image",
	EXPOSE: "no port",
	USER: "no user",
	WORKDIR: "no folder",
	ARG: "no name",
	ENV: "no variable",
	LABEL: "no label",
	MAINTAINER: "nobody",
	STOPSIGNAL: "no signal",
	HEALTHCHECK: "neither CMD nor NONE",
	ONBUILD: "no instruction",
	VOLUME: "no folder",
	RUN: "no command",
	CMD: "no command",
	ENTRYPOINT: "no command",
};
/** What separates arguments. */
const BLANK = /[\t\v\f\r ]/;
/** The builder takes these without anything, and does nothing useful. */
const TAKEN_EMPTY = new Set(["RUN", "CMD", "ENTRYPOINT"]);
const WITHOUT_COMMENTS = new Set(["FROM", "EXPOSE", "USER", "WORKDIR", "ARG", "STOPSIGNAL", "VOLUME", "COPY", "ADD"]);
/** The builder takes the words of the comment for names and folders, and goes on. */
const HARMLESS = new Set(["ARG", "VOLUME"]);

export const argumentCountWrong = defineRule({
	id: "argument-count-wrong",
	title: "An instruction has too few or too many arguments",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(
			[
				"dockerfile-utils",
				"ARGUMENT_MISSING",
				"ARGUMENT_EXTRA",
				"ARGUMENT_REQUIRES_ONE",
				"ARGUMENT_REQUIRES_AT_LEAST_ONE",
				"ARGUMENT_REQUIRES_TWO",
				"ARGUMENT_REQUIRES_AT_LEAST_TWO",
				"ARGUMENT_REQUIRES_ONE_OR_THREE",
			],
			["dockerfilelint", "required_params", "extra_args", "missing_args", "invalid_line"],
		),
		...similar(["hadolint", "DL1000"], ["droast", "DF071"], ["dockerfile-utils", "INVALID_AS", "INVALID_DESTINATION"], ["sonar", "S2260"]),
	],
	supersededBy: [
		"continuation-broken",
		"unknown-flag",
		"stage-name-invalid",
		"invisible-character",
		"expose-port-invalid",
		"user-directive-invalid",
	],
	why: "The builder stops, or takes words for something that they are not. There are no comments behind arguments: `WORKDIR /app # sources` makes a folder with that very name, and `USER app # not root` names a user that does not exist.",
	remedy: "Give the instruction what it takes, and put comments on lines of their own.",
	references: ["https://docs.docker.com/reference/dockerfile/#format", "https://docs.docker.com/reference/dockerfile/#from"],
	examples: [
		{
			caption: "A comment behind the image",
			bad: "FROM node:22 «# the base»\nWORKDIR /app\nCOPY . .\n",
			fixed: "# the base\nFROM node:22\nWORKDIR /app\nCOPY . .\n",
		},
		{ caption: "A comment on a line of its own", good: "# the base\nFROM node:22\nWORKDIR /app\nCOPY . .\n" },
		{
			caption: "Comments behind arguments",
			bad: "FROM debian:12 «# the base»\nWORKDIR /app «# sources»\n  WORKDIR /b «## b #»\nARG A=1 «# one»\nCOPY a \\\n  /a «# to the root»\n",
			fixed:
				"# the base\nFROM debian:12\n# sources\nWORKDIR /app\n  ## b #\n  WORKDIR /b\n# one\nARG A=1\n# to the root\nCOPY a \\\n  /a\n",
		},
		{
			caption: "Nothing",
			bad: 'FROM debian:12\n«EXPOSE»\n«user»\n«ARG»\n«ENV»\n«VOLUME» []\nVOLUME ["/a", «""»]\nONBUILD «WORKDIR»\n«ONBUILD»\n«RUN»\n',
		},
		{ caption: "No destination", bad: 'FROM debian:12\nCOPY «a»\nADD --chown=1 «["a"]»\n«COPY»\nCOPY b «# the file»\n' },
		{ caption: "FROM takes one word or three", bad: "FROM debian:12 «base»\nFROM debian:12 «AS»\nFROM debian:12 AS a «b c»\n" },
		{ caption: "What rules of their own report", good: "FROM debian:12\nUSER app staff\nEXPOSE 80 # web\n" },
		{
			caption: "Number signs that are no comments",
			good: "FROM debian:12\nRUN true # comment\nENV A=#1\nCOPY #a# b#c /d/\nWORKDIR /a#b\nCMD a # b\nMAINTAINER a # b\n",
		},
		{
			caption: "Enough, and empty on purpose",
			good: "FROM debian:12 AS a\nCMD []\nENTRYPOINT []\nCOPY <<E /a\nE\nARG A B=1\nHEALTHCHECK NONE\nWORKDIR /a b\nUSER ${A:-b c}\nFROM -platform=linux/amd64 debian:12\nFROM --platform linux/amd64 debian:12\n",
		},
		{
			caption: "Windows has users with blanks",
			good: "# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nUSER NT AUTHORITY\\SYSTEM\n",
		},
	],
	check(file) {
		if (templateMark(file) !== undefined) return [];
		const reports: Report[] = [];
		for (const instruction of allInstructions(file)) {
			const report = missing(instruction) ?? comment(file, instruction) ?? extra(file, instruction);
			if (report !== undefined) reports.push(report);
		}
		return reports;
	},
});

function missing({ keyword, keywordSpan, arguments: args, exec, flags }: Instruction): Report | undefined {
	if (isCopy(keyword)) {
		// There are no blanks at the ends: one of them stands between two words.
		const count = exec === undefined ? (args.text === "" ? 0 : BLANK.test(args.text) ? 2 : 1) : exec.values.length;
		if (count === 0) return { span: keywordSpan, message: `${keyword} has neither source nor destination` };
		return count > 1 ? undefined : { span: sourceSpan(args, 0, args.text.length), message: `${keyword} has no destination` };
	}
	if (args.text !== "" && keyword !== "VOLUME") return undefined;
	const empty = keyword === "VOLUME" ? exec?.elements.find(({ value }) => value.trim() === "") : undefined;
	if (empty !== undefined) return { span: empty.span, message: "VOLUME has an empty path" };
	const what = NEEDED[keyword];
	if (what === undefined || (args.text !== "" && !(keyword === "VOLUME" && exec?.values.length === 0))) return undefined;
	const severity = TAKEN_EMPTY.has(keyword) ? { severity: "warning" as const } : {};
	// Whatever is wrong with the flags has swallowed the rest.
	if (TAKEN_EMPTY.has(keyword) && flags.length > 0) return undefined;
	return { span: keywordSpan, message: `${keyword} names ${what}`, ...severity };
}

/** `# text` behind arguments, where it is no comment. */
function comment(file: Dockerfile, { keyword, arguments: args, exec, heredocs }: Instruction): Report | undefined {
	if (!WITHOUT_COMMENTS.has(keyword) || !args.text.includes("#") || exec !== undefined || heredocs.length > 0) return undefined;
	const words = splitAtBlanks(args);
	const first = commentStart(words, isCopy(keyword));
	if (first === undefined) return undefined;
	const span = sourceSpan(args, first.at, args.text.length);
	// What a COPY lacks besides, nobody knows.
	const edits = words.indexOf(first) === 1 && isCopy(keyword) ? undefined : moveCommentAbove(file, span);
	return {
		span,
		message: `# starts no comment behind ${keyword}: a comment needs a line of its own`,
		...(HARMLESS.has(keyword) ? { severity: "warning" as const } : {}),
		fixes: edits === undefined ? [] : [{ title: "Move the comment above", safety: "review", edits }],
	};
}

function isCopy(keyword: string): boolean {
	return keyword === "COPY" || keyword === "ADD";
}

function extra(file: Dockerfile, { keyword, flags, arguments: args }: Instruction): Report | undefined {
	if ((keyword !== "FROM" && keyword !== "USER") || !BLANK.test(args.text)) return undefined;
	const words = splitAtBlanks(args);
	const [first, second, third, fourth] = words;
	if (first === undefined || second === undefined) return undefined;
	// A flag that is written wrongly takes the place of the image, or its value does.
	if (keyword === "FROM" && (first.text.startsWith("-") || flags.some(({ value }) => value === undefined))) return undefined;
	const behind = (word: PlacedWord): Report => ({
		span: sourceSpan(args, word.at, args.text.length),
		message: `${keyword} has more than it takes: ${shortened(args.text.slice(word.at), 50)}`,
	});
	if (keyword === "USER") {
		const windows = file.escape === "`" || file.stages.some((stage) => stageBaseFacts(stage).family === "windows");
		return windows || /["'$\\]/.test(args.text) ? undefined : behind(second);
	}
	if (second.text.toLowerCase() !== "as") return behind(second);
	if (third === undefined) return { span: second.span, message: "No name stands behind AS" };
	return fourth === undefined ? undefined : behind(fourth);
}
