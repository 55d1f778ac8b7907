import { replace } from "../../dockerfile/edits/edit.ts";
import { allInstructions } from "../../dockerfile/model/instructions.ts";
import { asKeyword, type Keyword, keywordsOf, type LetterCase, letterCase, majorityCase } from "../../dockerfile/model/keywords.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import type { Instruction } from "../../dockerfile/syntax/structure.ts";
import type { SpanEdit } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const instructionCasing = defineRule({
	id: "instruction-casing",
	title: "Keywords are not in upper case",
	category: "style",
	severity: "hint",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(
			["buildkit", "ConsistentInstructionCasing"],
			["sonar", "S6476"],
			["dockerfilelint", "uppercase_commands"],
			["dockerfile-utils", "CASING_INSTRUCTION"],
		),
		...similar(["droast", "DF076"]),
	],
	why: "The builder reads `run` like `RUN`. To the eye, upper case tells an instruction from its arguments, and a search for `RUN` finds what a reader means.",
	remedy: "Write keywords in upper case, as the Dockerfile reference does; or set the option `case` to `majority`, and all of them alike.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#format",
		"https://docs.docker.com/reference/build-checks/consistent-instruction-casing/",
	],
	options: [
		{
			name: "case",
			description: "`upper`, or `majority`: the case that most keywords of the file are in.",
			default: "upper",
		},
	],
	examples: [
		{
			caption: "One among others",
			bad: 'FROM node:22\nCOPY . .\n«run» npm ci\nCMD ["node", "server.js"]\n',
			fixed: 'FROM node:22\nCOPY . .\nRUN npm ci\nCMD ["node", "server.js"]\n',
		},
		{ caption: "In upper case", good: 'FROM debian:12\nRUN make\nCMD ["app"]\n' },
		{
			caption: "One of several",
			bad: "FROM debian:12\n«run» echo a\n«Copy» a /a\nCMD a\n",
			fixed: "FROM debian:12\nRUN echo a\nCOPY a /a\nCMD a\n",
		},
		{
			caption: "Keywords inside others",
			bad: "FROM debian:12\nONBUILD «copy» a /a\nHEALTHCHECK --interval=5s \\\n  «cmd» true\nFROM debian:12\nHEALTHCHECK «None»\n",
			fixed: "FROM debian:12\nONBUILD COPY a /a\nHEALTHCHECK --interval=5s \\\n  CMD true\nFROM debian:12\nHEALTHCHECK NONE\n",
		},
		{
			caption: "All in lower case is one finding; AS goes along",
			bad: "arg A=1\n# base\n«from» debian:12 as a\nrun from as cmd\nonbuild run x\nhealthcheck none\n",
			fixed: "ARG A=1\n# base\nFROM debian:12 AS a\nRUN from as cmd\nONBUILD RUN x\nHEALTHCHECK NONE\n",
		},
		{
			caption: "The majority decides",
			bad: "from debian:12 AS a\nrun a\n«RUN» b\n«Run» c\r\n",
			fixed: "from debian:12 AS a\nrun a\nrun b\nrun c\r\n",
			options: { case: "majority" },
		},
		{
			caption: "Upper case, and words that are no keywords",
			good: "FROM debian:12 as a\nRUN run cmd\nHEALTHCHECK CMD cmd none\nfoo bar\n",
		},
		{ caption: "All alike", good: "from debian:12\nrun a\n", options: { case: "majority" } },
	],
	check(file, { options }) {
		if (options["case"] !== "majority" && allInstructions(file).every(isPlainlyUpper)) return [];
		const keywords = keywordsOf(file);
		const wanted = options["case"] === "majority" ? majorityCase(file) : "upper";
		const wrong = keywords.filter(({ text }) => letterCase(text) !== wanted);
		const first = wrong.find(({ span }) => span.start === file.stages[0]?.from.keywordSpan.start);
		const reports: Report[] = [];
		if (first !== undefined && wrong.length === keywords.length && wrong.every(({ text }) => letterCase(text) === "lower")) {
			reports.push({
				span: first.span,
				message: "The keywords of this file are in lower case",
				fixes: [
					{ title: "Write keywords in upper case", safety: "safe", edits: wrong.flatMap((keyword) => editsOf(file, keyword, wanted)) },
				],
			});
			return reports;
		}
		for (const keyword of wrong) {
			reports.push({
				span: keyword.span,
				message: `${keyword.text} is not in ${wanted} case`,
				fixes: [{ title: `Write ${inCase(keyword.text, wanted)}`, safety: "safe", edits: editsOf(file, keyword, wanted) }],
			});
		}
		return reports;
	},
});

/** Whether an instruction has no keyword that is not in upper case; HEALTHCHECK may have another one inside. */
function isPlainlyUpper({ keyword, keywordText }: Instruction): boolean {
	return keywordText === keyword && keyword !== "HEALTHCHECK";
}

/** The keyword's own edit, and that of an AS that is in the same case as its FROM. */
function editsOf(file: Dockerfile, keyword: Keyword, wanted: LetterCase): readonly SpanEdit[] {
	const edits = [replace(keyword.span, inCase(keyword.text, wanted))];
	const from = file.stages.find((stage) => stage.from.keywordSpan.start === keyword.span.start)?.from;
	const as = from === undefined ? undefined : asKeyword(from);
	if (as !== undefined && letterCase(as.text) === letterCase(keyword.text)) edits.push(replace(as.span, inCase(as.text, wanted)));
	return edits;
}

function inCase(text: string, wanted: LetterCase): string {
	return wanted === "lower" ? text.toLowerCase() : text.toUpperCase();
}
