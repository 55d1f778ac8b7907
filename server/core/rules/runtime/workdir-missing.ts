import { startsAtRoot } from "../../dockerfile/base/startFolder.ts";
import { repeatWorkdirAbove, setWorkdirAbove } from "../../dockerfile/files/workingFolderFix.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage, rootBase } from "../../dockerfile/model/stages.ts";
import { commentStart, splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const workdirMissing = defineRule({
	id: "workdir-missing",
	title: "Files are copied into the root directory",
	category: "runtime",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [...same(["hadolint", "DL3045"], ["droast", "DF063"]), ...similar(["droast", "DF026"])],
	onlyWith: { instructions: ["COPY", "ADD"] },
	why: "Without WORKDIR a relative destination is below `/`. The application lies between `/bin`, `/etc` and `/proc`: a folder of the project called `lib` or `var` is poured into the system's own, a `COPY . .` can replace system files, and tools that search from the current directory down walk through the whole system.",
	remedy: "Set `WORKDIR /app` above the first COPY, and let paths be relative to it.",
	references: ["https://docs.docker.com/reference/dockerfile/#workdir", "https://docs.docker.com/build/building/best-practices/#workdir"],
	examples: [
		{
			caption: "Everything goes to the root",
			bad: 'FROM node:22\nCOPY . «.»\nRUN npm ci --omit=dev\nCMD ["node", "index.js"]\n',
			fixed: 'FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci --omit=dev\nCMD ["node", "index.js"]\n',
		},
		{ caption: "A folder of its own", good: 'FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci --omit=dev\nCMD ["node", "index.js"]\n' },
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
		{
			caption: "Set only below",
			bad: "FROM python:3.13\nCOPY requirements.txt «./»\nRUN pip install -r requirements.txt\n\nWORKDIR /app\nCOPY . .\n",
			fixed: "FROM python:3.13\nWORKDIR /app\nCOPY requirements.txt ./\nRUN pip install -r requirements.txt\n\nWORKDIR /app\nCOPY . .\n",
		},
		{
			caption: "Set below to a folder that a RUN makes first",
			bad: "FROM python:3.13\nCOPY requirements.txt «./»\nRUN mkdir /app\nWORKDIR /app\n",
		},
		{
			caption: "Set only below, by a variable and under a comment",
			bad: "FROM python:3.13\nENV APP_HOME /app\nCOPY requirements.txt «./»\nCOPY lib/ ./lib/\nCOPY a /app/a\nRUN pip install -r requirements.txt\n# sources\nWORKDIR $APP_HOME\nCOPY . ./\n",
			fixed:
				"FROM python:3.13\nENV APP_HOME /app\nWORKDIR $APP_HOME\nCOPY requirements.txt ./\nCOPY lib/ ./lib/\nCOPY a /app/a\nRUN pip install -r requirements.txt\n# sources\nWORKDIR $APP_HOME\nCOPY . ./\n",
		},
		{
			caption: "By a variable that is declared later",
			bad: "FROM python:3.13\nCOPY requirements.txt «./»\nRUN pip install -r requirements.txt\nENV APP_HOME /app\nWORKDIR $APP_HOME\nCOPY . ./\n",
			fixed:
				"FROM python:3.13\nWORKDIR /app\nCOPY requirements.txt ./\nRUN pip install -r requirements.txt\nENV APP_HOME /app\nWORKDIR $APP_HOME\nCOPY . ./\n",
		},
		{
			caption: "A folder of the context may be what is set below",
			bad: "FROM python:3.13\nCOPY . «.»\nRUN pip install -r requirements.txt\nWORKDIR /app\n",
		},
		{
			caption: "A copy to the root that is set below",
			bad: "FROM python:3.13\nCOPY app «app»\nWORKDIR /app\nCOPY . .\n",
		},
		{
			caption: "From the folder back to the root",
			bad: "FROM python:3.13\nCOPY requirements.txt «./»\nWORKDIR /app\nRUN pip install -r ../requirements.txt\n",
		},
		{
			caption: "The root in a list of paths",
			bad: 'FROM eclipse-temurin:21\nCOPY app.jar «./»\nCMD ["java", "-cp", "lib:/app.jar", "Main"]\n',
		},
		{
			caption: "A volume",
			bad: "FROM node:22\nVOLUME /app\nCOPY . «.»\n",
		},
		{
			caption: "What lies at the root is named there",
			bad: "FROM node:22\nCOPY ./ «./»\nRUN /deploy/build.sh\n",
		},
		{
			caption: "What a command puts there, too",
			bad: "FROM ubuntu:24.04\nCOPY ./ «./»\nRUN git clone https://github.com/a/module.git\nRUN ./configure --add-module=/module > /dev/null\n",
		},
		{
			caption: "Paths that the file makes itself",
			bad: 'FROM node:22\nCOPY . «.»\nCOPY start.sh /start.sh\nRUN mkdir -p /data && id > /dev/null\nENTRYPOINT ["/start.sh", "/data"]\n',
			fixed:
				'FROM node:22\nWORKDIR /app\nCOPY . .\nCOPY start.sh /start.sh\nRUN mkdir -p /data && id > /dev/null\nENTRYPOINT ["/start.sh", "/data"]\n',
		},
		{
			caption: "A file where the folder would be",
			bad: 'FROM golang:1.22 AS b\nRUN go build -o /out/app .\nFROM alpine:3\nCOPY --from=b /out/app /app\nCOPY hello.txt «.»\nCMD ["./app"]\n',
		},
		{
			caption: "Or by its name",
			bad: 'FROM golang:1.22 AS b\nRUN go build -o /out/app .\nFROM alpine:3\nCOPY hello.txt «.»\nCOPY --from=b /out/app /\nCMD ["sleep", "9"]\n',
		},
		{
			caption: "What was copied to the root is started from there",
			bad: 'FROM golang:1.22 AS b\nRUN go build -o /out/server .\nFROM alpine:3\nCOPY hello.txt «.»\nCOPY --from=b /out/server /server\nCMD ["./server"]\n',
		},
		{
			caption: "What a copy of the whole context brings along",
			bad: 'FROM python:3.12\nCOPY requirements.txt /requirements.txt\nCOPY . «.»\nRUN pip install -r requirements.txt\nCMD ["python", "main.py"]\n',
			fixed:
				'FROM python:3.12\nCOPY requirements.txt /requirements.txt\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "main.py"]\n',
		},
		{
			caption: "The name of a script is none of a file",
			bad: "FROM node:22\nCOPY build /build\nCOPY src package.json «./»\nRUN npm run build\n",
			fixed: "FROM node:22\nCOPY build /build\nWORKDIR /app\nCOPY src package.json ./\nRUN npm run build\n",
		},
		{
			caption: "A script that lies at the root only",
			bad: 'FROM python:3.12\nCOPY main.py /main.py\nCOPY requirements.txt «./»\nCMD ["python", "main.py"]\n',
		},
		{
			caption: "A folder of the system",
			bad: "FROM debian:12\nCOPY a.conf «etc/a.conf»\n",
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
			if (stage.use !== "shipped" || rootBase(stage).kind !== "image" || !startsAtRoot(stage)) continue;
			const found = firstRelative(stage);
			if (found === undefined || reported.has(found.word.span.start)) continue;
			reported.add(found.word.span.start);
			reports.push(reportOf(found));
		}
		return reports;
	},
});

/** A COPY or ADD with a relative destination, and the first WORKDIR below it. */
interface Relative {
	readonly step: Step;
	readonly word: { readonly text: string; readonly span: Span };
	readonly workdir: Step | undefined;
}

function reportOf({ step, word, workdir }: Relative): Report {
	const state = workdir === undefined ? "no WORKDIR is set" : "WORKDIR is set only below";
	return {
		span: word.span,
		message: `${shortened(word.text, 60)} lies below /: ${state}`,
		fixes: () => {
			const edits = workdir === undefined ? setWorkdirAbove(step, "/app") : repeatWorkdirAbove(step, workdir);
			const title = workdir === undefined ? "Set WORKDIR /app" : "Set WORKDIR above, too";
			const note = "Paths from the root that other instructions and the application name have to follow.";
			return edits.length === 0 ? [] : [{ title, safety: "review", edits, note }];
		},
	};
}

/** The first COPY or ADD with a relative destination, if no WORKDIR stands above it. */
function firstRelative(stage: Stage): Relative | undefined {
	const steps = [...lineage(stage)].reverse().flatMap((ancestor) => ancestor.steps);
	const end = steps.findIndex(({ keyword }) => keyword === "WORKDIR");
	for (const step of end === -1 ? steps : steps.slice(0, end)) {
		if (step.keyword !== "COPY" && step.keyword !== "ADD") continue;
		const words =
			step.heredocs.length > 0
				? []
				: (step.exec?.elements.map(({ value, span }) => ({ text: value, span })) ?? splitAtBlanks(step.arguments));
		const word = words[words.length - 1];
		if (word === undefined || words.length < 2 || commentStart(words, true) !== undefined) continue;
		const expansion = expandAt(step, word.text);
		const isRelative = expansion.kind === "known" && /^[A-Za-z0-9_.-]/.test(expansion.value) && !expansion.value.startsWith("..");
		if (isRelative) return { step, word, workdir: steps[end] };
	}
	return undefined;
}
