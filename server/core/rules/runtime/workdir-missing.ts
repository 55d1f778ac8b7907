import { insertInstructionBefore } from "../../dockerfile/edit.ts";
import type { Stage } from "../../dockerfile/model.ts";
import { plainDistribution } from "../../dockerfile/plainDistribution.ts";
import { lineage, rootBase } from "../../dockerfile/stages.ts";
import { expandAt } from "../../dockerfile/variables.ts";
import { isForWindows } from "../../dockerfile/windows.ts";
import { commentStart, splitAtBlanks } from "../../dockerfile/words.ts";
import { WITHOUT_WORKDIR } from "../../knowledge/workingDirectories.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const workdirMissing = defineRule({
	id: "workdir-missing",
	title: "Files are copied into the root directory",
	category: "runtime",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3045"], ["droast", "DF063"]),
	onlyWith: { instructions: ["COPY", "ADD"] },
	why: "Without WORKDIR a relative destination is below `/`. The application lies between `/bin`, `/etc` and `/proc`: a folder of the project called `lib` or `var` is poured into the system's own, a `COPY . .` can replace system files, and tools that search from the current directory down walk through the whole system.",
	remedy: "Set `WORKDIR /app` above the first COPY, and let paths be relative to it.",
	references: ["https://docs.docker.com/reference/dockerfile/#workdir", "https://docs.docker.com/build/building/best-practices/#workdir"],
	examples: [
		{
			caption: "The first relative destination",
			bad: 'FROM node:22\nRUN id\n# sources\nCOPY . «.»\nCOPY a b\nCMD ["node", "index.js"]\n',
			fixed: 'FROM node:22\nRUN id\nWORKDIR /app\n# sources\nCOPY . .\nCOPY a b\nCMD ["node", "index.js"]\n',
		},
		{
			caption: "In a stage that the shipped one starts from",
			bad: "FROM debian:12 AS base\nADD --chown=1 a.tgz «app/»\nFROM base\nCMD a\n",
			fixed: "FROM debian:12 AS base\nWORKDIR /app\nADD --chown=1 a.tgz app/\nFROM base\nCMD a\n",
		},
		{
			caption: "In JSON",
			bad: 'FROM node:22\nCOPY ["package.json", «"./"»]\n',
			fixed: 'FROM node:22\nWORKDIR /app\nCOPY ["package.json", "./"]\n',
		},
		{ caption: "Set, or absolute", good: "FROM node:22 AS base\nWORKDIR /app\nFROM base\nCOPY . .\nCOPY a /b\n" },
		{ caption: "The base image may have set one, a variable may be absolute", good: "FROM golang:1.22\nCOPY . .\n" },
		{ caption: "A variable may be absolute", good: 'FROM node:22\nARG D\nCOPY a $D\nCOPY b "$D/x"\n' },
		{ caption: "Nothing but one program", good: "FROM scratch\nCOPY app .\n" },
		{ caption: "A builder's files stay behind", good: "FROM node:22 AS a\nCOPY . .\nFROM node:22\nWORKDIR /app\nCOPY --from=a /x x\n" },
	],
	check(file) {
		const reported = new Set<number>();
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" || !startsAtRoot(stage)) continue;
			const found = firstRelative(stage);
			if (found === undefined || reported.has(found.word.span.start)) continue;
			reported.add(found.word.span.start);
			reports.push({
				span: found.word.span,
				message: `${shortened(found.word.text, 60)} lies below /: no WORKDIR is set`,
				fixes: [
					{
						title: "Set WORKDIR /app",
						safety: "review",
						edits: [insertInstructionBefore(file, found.step, "WORKDIR /app")],
						note: "Paths from the root that other instructions and the application name have to follow.",
					},
				],
			});
		}
		return reports;
	},
});

function startsAtRoot(stage: Stage): boolean {
	const base = rootBase(stage);
	if (base.kind !== "image" || isForWindows(stage)) return false;
	return plainDistribution(stage) || WITHOUT_WORKDIR.has(`${base.reference.registry}/${base.reference.repository}`);
}

/** The first COPY or ADD with a relative destination, if no WORKDIR stands above it. */
function firstRelative(stage: Stage) {
	for (const step of [...lineage(stage)].reverse().flatMap((ancestor) => ancestor.steps)) {
		if (step.keyword === "WORKDIR") return undefined;
		if (step.keyword !== "COPY" && step.keyword !== "ADD") continue;
		const words =
			step.heredocs.length > 0
				? []
				: (step.exec?.elements.map(({ value, span }) => ({ text: value, span })) ?? splitAtBlanks(step.arguments));
		const word = words[words.length - 1];
		if (word === undefined || words.length < 2 || commentStart(words, true) !== undefined) continue;
		const expansion = expandAt(step, word.text);
		if (expansion.kind === "known" && /^[A-Za-z0-9_.-]/.test(expansion.value) && !expansion.value.startsWith("..")) return { step, word };
	}
	return undefined;
}
