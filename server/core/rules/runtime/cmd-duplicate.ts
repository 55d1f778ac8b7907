import { overriddenSteps } from "../../dockerfile/edits/overridden.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const cmdDuplicate = defineRule({
	id: "cmd-duplicate",
	title: "A CMD has no effect: a later one of the stage replaces it",
	category: "runtime",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(
			["hadolint", "DL4003"],
			["buildkit", "MultipleInstructionsDisallowed"],
			["trivy", "DS-0016"],
			["kics", "41c195f4-fc31-4a5c-8a1b-90605538d49f"],
			["semgrep", "multiple-cmd-instructions"],
			["droast", "DF038"],
			["terrascan", "AC_DOCKER_0053"],
		),
		...similar(["sonar", "S6589"], ["dockerfile-utils", "MULTIPLE_INSTRUCTIONS"]),
	],
	onlyWith: { instructions: ["CMD"] },
	why: "An image has one CMD: the last one of its stage. Whoever wrote two may expect both programs to run, or changes the first one and wonders why the container still starts the other.",
	remedy: "Keep the last CMD. Two programs need two containers, or one program that starts and watches both.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#cmd",
		"https://docs.docker.com/reference/build-checks/multiple-instructions-disallowed/",
	],
	examples: [
		{
			caption: "The last one counts",
			bad: 'FROM node:22\nCOPY . .\n«CMD» ["npm", "start"]\nCMD ["node", "server.js"]\n',
			fixed: 'FROM node:22\nCOPY . .\nCMD ["node", "server.js"]\n',
		},
		{ caption: "One of them", good: 'FROM node:22\nCOPY . .\nCMD ["node", "server.js"]\n' },
		{
			caption: "The last one counts, in whatever form",
			bad: 'FROM debian:12\n# first\n«CMD» a\nRUN b\n«cmd» ["c"]\nCMD []\n',
			fixed: "FROM debian:12\n# first\nRUN b\nCMD []\n",
		},
		{
			caption: "Over several lines, with Windows line breaks",
			bad: "FROM debian:12\r\n«CMD» a \\\r\n  b\r\nCMD c",
			fixed: "FROM debian:12\r\nCMD c",
		},
		{ caption: "A comment would go with it", bad: "FROM debian:12\n«CMD» a \\\n  # why\n  b\nCMD c\n" },
		{
			caption: "One for each stage, also where one starts from the other",
			good: "FROM debian:12 AS a\nCMD a\nFROM a\nCMD b\n",
		},
		{
			caption: "A check's command and what child images get are others",
			good: "FROM debian:12\nHEALTHCHECK CMD a\nONBUILD CMD b\nCMD c\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const { step, by, fixes } of overriddenSteps(file, "CMD")) {
			reports.push({
				span: step.keywordSpan,
				message: `This CMD has no effect: line ${by.firstLine + 1} sets another one`,
				...(step.stage.use === "shipped" ? {} : { severity: "hint" as const }),
				related: [{ span: by.keywordSpan, message: "This one is in force" }],
				tags: ["unnecessary"],
				fixes,
			});
		}
		return reports;
	},
});
