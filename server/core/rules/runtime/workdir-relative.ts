import { startsAtRoot } from "../../dockerfile/base/startFolder.ts";
import { isForWindows } from "../../dockerfile/base/windows.ts";
import { insertAt, replace } from "../../dockerfile/edits/edit.ts";
import { beginsWithTilde, tildeFixes } from "../../dockerfile/files/writtenTilde.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { lastStep } from "../../dockerfile/variables/state.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { type MappedText, sourceOffset, sourceSpan } from "../../mappedText.ts";
import { type SpanEdit, shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const workdirRelative = defineRule({
	id: "workdir-relative",
	title: "The working directory depends on the base image",
	category: "runtime",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3000"],
		["buildkit", "WorkdirRelativePath"],
		["trivy", "DS-0009"],
		["checkov", "CKV_DOCKER_10"],
		["kics", "6b376af8-cfe8-49ab-a08d-f32de23661a4"],
		["semgrep", "use-absolute-workdir"],
		["sonar", "S7021"],
		["dockerfile-utils", "WORKDIR_IS_NOT_ABSOLUTE"],
		["terrascan", "AC_DOCKER_0013"],
		["droast", "DF009"],
	),
	onlyWith: { instructions: ["WORKDIR"] },
	why: "A relative WORKDIR is joined to the one before it, and the first one of a stage to that of the base image. A base image that moves its own takes the application along: paths in CMD, in volumes and in the configuration point elsewhere after the next build.",
	remedy: "Write the first WORKDIR of a stage from the root: `WORKDIR /app`. Those behind it may be relative to it.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#workdir",
		"https://docs.docker.com/reference/build-checks/workdir-relative-path/",
	],
	examples: [
		{
			caption: "Below a folder that another image chose",
			bad: "FROM debian:12\nWORKDIR «app»\nCOPY . .\n",
			fixed: "FROM debian:12\nWORKDIR /app\nCOPY . .\n",
		},
		{ caption: "From the root on", good: "FROM debian:12\nWORKDIR /app\n" },
		{
			caption: "Only the first one depends on the base image",
			bad: "FROM debian:12\nWORKDIR «app»\nWORKDIR src\n",
			fixed: "FROM debian:12\nWORKDIR /app\nWORKDIR src\n",
		},
		{
			caption: "Dots, quotes, variables, Windows line breaks",
			bad: 'FROM debian:12 AS a\r\nWORKDIR «./app/»\r\nFROM debian:12 AS b\r\nWORKDIR «"my app"»\r\nFROM debian:12\r\nARG NAME\r\nWORKDIR «srv-$NAME»\r\n',
			fixed:
				'FROM debian:12 AS a\r\nWORKDIR /app/\r\nFROM debian:12 AS b\r\nWORKDIR "/my app"\r\nFROM debian:12\r\nARG NAME\r\nWORKDIR /srv-$NAME\r\n',
		},
		{
			caption: "The folder that the base image starts in: the root",
			bad: "FROM busybox AS a\nWORKDIR «.»\nFROM scratch\nWORKDIR «./»\n",
			fixed: "FROM busybox AS a\nWORKDIR /\nFROM scratch\nWORKDIR /\n",
		},
		{
			caption: "Images that set none; those with triggers may",
			bad: "FROM python:3.12 AS a\nWORKDIR «app»\nFROM mirror.gcr.io/library/node:22\nWORKDIR «app»\n",
			fixed: "FROM python:3.12 AS a\nWORKDIR /app\nFROM mirror.gcr.io/library/node:22\nWORKDIR /app\n",
		},
		{ caption: "For all that is known", bad: "FROM node:8-onbuild AS a\nWORKDIR «app»\nFROM golang:1.25\nWORKDIR «app»\n" },
		{
			caption: "A default that is relative, a folder above",
			bad: "FROM php:8.3 AS a\nARG D=app\nWORKDIR «$D»\nFROM php:8.3\nWORKDIR «../x»\n",
		},
		{
			caption: "Nothing to repair where the base image has a folder of its own",
			bad: "FROM acme/builder\nRUN git clone https://a.b/c\nWORKDIR «c»\n",
		},
		{
			caption: "A tilde is no home directory here, behind another WORKDIR neither",
			bad: 'FROM debian:12 AS a\nWORKDIR «~/app»\nFROM debian:12\nWORKDIR /a\nWORKDIR «"~"»\nWORKDIR ~a\n',
			fixed: 'FROM debian:12 AS a\nWORKDIR /root/app\nFROM debian:12\nWORKDIR /a\nWORKDIR "/root"\nWORKDIR ~a\n',
		},
		{ caption: "Inherited from the stage below", good: "FROM debian:12 AS a\nWORKDIR /app\nFROM a\nWORKDIR src\n" },
		{
			caption: "Absolute, on any system, or by a variable that may be",
			good: 'FROM php:8.3 AS a\nARG D\nWORKDIR $D/x\nFROM php:8.3 AS b\nWORKDIR "/a b"\nFROM php:8.3 AS c\nENV E=/e\nWORKDIR ${E}/f\nFROM mcr.microsoft.com/windows/nanoserver:1809\nWORKDIR C:/app\n',
		},
		{ caption: "Behind one that may be absolute", good: "FROM php:8.3\nARG D\nWORKDIR $D\nWORKDIR src\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const steps = stage.steps.filter(({ keyword }) => keyword === "WORKDIR");
			reports.push(...steps.flatMap((candidate) => tildeReport(candidate) ?? []));
			const [step] = steps;
			if (step === undefined || tildeOf(step) !== undefined || !isRelative(step)) continue;
			if (lastStep(stage, step, (candidate) => candidate.keyword === "WORKDIR") !== undefined) continue;
			reports.push({
				span: sourceSpan(step.arguments, 0, step.arguments.text.length),
				message: `WORKDIR ${shortened(step.arguments.text, 40)} is relative to whatever the base image has set`,
				...(stage.use === "unused" ? { severity: "hint" as const } : {}),
				fixes: () => fixesFor(step),
			});
		}
		return reports;
	},
});

/** The offset of a tilde that the path begins with. */
function tildeOf({ arguments: { text } }: Step): number | undefined {
	const start = /^["']?/.exec(text)?.[0].length ?? 0;
	return beginsWithTilde(text.slice(start).replace(/["']$/, "")) ? start : undefined;
}

/** `WORKDIR ~/app` */
function tildeReport(step: Step): Report | undefined {
	const tilde = tildeOf(step);
	if (tilde === undefined) return undefined;
	const { text } = step.arguments;
	return {
		span: sourceSpan(step.arguments, 0, text.length),
		message: `WORKDIR does not expand ~: ${shortened(text, 40)} is in a folder called ~`,
		...(step.stage.use === "unused" ? { severity: "hint" as const } : {}),
		fixes: () => tildeFixes(step, sourceOffset(step.arguments, tilde)),
	};
}

function isRelative(step: Step): boolean {
	const { text } = step.arguments;
	const expansion = expandAt(step, text);
	if (expansion.kind === "known") return expansion.value !== "" && !isAbsolute(expansion.value);
	// What comes first decides, and here it is no variable.
	return expansion.kind === "unknown" && /^["']?[A-Za-z0-9_.-]/.test(text) && !isAbsolute(text.replace(/^["']/, ""));
}

/** Drive letters and backslashes count on Windows alone, but who writes them means them. */
function isAbsolute(path: string): boolean {
	return /^(?:[/\\]|[A-Za-z]:)/.test(path);
}

function fixesFor(step: Step): readonly Fix[] {
	const edit = rootEdit(step.arguments);
	// What is fetched before into the base image's own folder would no longer be found.
	if (edit === undefined || isForWindows(step.stage) || !startsAtRoot(step.stage)) return [];
	return [{ title: "Start at the root", safety: "safe", edits: [edit] }];
}

/** The edit that makes a path begin at the root; undefined for one that leads to the folder above, or begins with a variable. */
function rootEdit(path: MappedText): SpanEdit | undefined {
	if (/^\.\/?$/.test(path.text)) return replace(sourceSpan(path, 0, path.text.length), "/");
	const [, quote = "", dot = "", next = ""] = /^(["']?)(\.\/)?(.?)/s.exec(path.text) ?? [];
	if (!/[A-Za-z0-9_-]/.test(next)) return undefined;
	return dot === "" ? insertAt(sourceOffset(path, quote.length), "/") : replace(sourceSpan(path, quote.length, quote.length + 1), "");
}
