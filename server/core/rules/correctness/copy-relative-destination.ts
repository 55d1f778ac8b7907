import { startsAtRoot } from "../../dockerfile/base/startFolder.ts";
import { isForWindows } from "../../dockerfile/base/windows.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import { type CopyWord, copyWordsOf } from "../../dockerfile/files/copyWords.ts";
import { beginsWithTilde, tildeFixes } from "../../dockerfile/files/writtenTilde.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage, rootBase } from "../../dockerfile/model/stages.ts";
import type { Fix } from "../../finding.ts";
import { familiarName } from "../../image/reference.ts";
import { WITH_WORKDIR } from "../../knowledge/workingDirectories.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const copyRelativeDestination = defineRule({
	id: "copy-relative-destination",
	title: "A relative destination, and no WORKDIR",
	category: "correctness",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3045"], ["droast", "DF063"]),
	supersededBy: ["workdir-missing"],
	onlyWith: { instructions: ["COPY", "ADD"] },
	why: "Where the files go is decided by the base image: its WORKDIR, or `/` if it has none. The next version of that image may have another one, and the files are somewhere else.",
	remedy: "Set `WORKDIR /app` above, or begin the destination with a slash.",
	references: ["https://docs.docker.com/reference/dockerfile/#workdir", "https://docs.docker.com/reference/dockerfile/#destination"],
	examples: [
		{ caption: "Wherever the base image works", bad: 'FROM acme/base:1\nCOPY . «.»\nCMD ["./app"]\n' },
		{ caption: "A WORKDIR above", good: 'FROM acme/base:1\nWORKDIR /app\nCOPY . .\nCMD ["./app"]\n' },
		{
			caption: "The first one of a stage",
			bad: 'FROM acme/base:1\nCOPY a «app/»\nCOPY b c .\nFROM acme/base:2\nCOPY a /a\nADD ["b", "«.»"]\n',
		},
		{
			caption: "The base image is known to have none",
			bad: "FROM debian:12 AS build\nCOPY a b «app/»\nFROM node:22 AS more\nCOPY . «.»\nFROM debian:12\n",
			fixed: "FROM debian:12 AS build\nCOPY a b /app/\nFROM node:22 AS more\nCOPY . /\nFROM debian:12\n",
		},
		{
			caption: "Names that begin with a sign",
			bad: "FROM acme/base:1\nCOPY a «+b»\nCOPY a @c/\nCOPY a @DIR@/d\n",
		},
		{
			caption: "A tilde is no home directory here, with a WORKDIR neither",
			bad: 'FROM debian:12\nWORKDIR /app\nCOPY a «~/b»\nADD c "«~»"\nCOPY ["d", "«~/d»"]\nUSER acme\nCOPY e «~/e»\n',
			fixed: 'FROM debian:12\nWORKDIR /app\nCOPY a /root/b\nADD c "/root"\nCOPY ["d", "/root/d"]\nUSER acme\nCOPY e ~/e\n',
		},
		{ caption: "Names that have a tilde", good: "FROM acme/base:1\nCOPY a~ /b~\nCOPY ~/a /~/b\n" },
		{ caption: "A stage that starts from another one is reported there", bad: "FROM acme/base:1 AS a\nCOPY x «y»\nFROM a\nCOPY x z\n" },
		{
			caption: "A WORKDIR, here or above; absolute",
			good: 'FROM acme/base:1 AS a\nWORKDIR /x\nCOPY a b/\nFROM a\nCOPY a c\nFROM acme/base:1\nCOPY a /b\nCOPY ["c", "/d e"]\nENV E=/e\nCOPY f $E\n',
		},
		{
			caption: "A variable, and Windows",
			good: "FROM acme/base:1\nARG D\nCOPY a $D\nCOPY a ${D}/b\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCOPY a C:\\b\nCOPY a C:/c\n",
		},
		{ caption: "Nothing but what is copied", good: "FROM scratch\nCOPY app .\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			reports.push(...stage.steps.flatMap((step) => tildeReport(step) ?? []));
			const [first, ...others] = relativeDestinations(stage);
			if (first === undefined || rootBase(stage).kind === "scratch" || isForWindows(stage) || isSettledAbove(stage)) continue;
			reports.push({
				span: first.span,
				message: `${nameOfBase(stage)} decides where ${shortened(first.text, 30)} is: no WORKDIR is set`,
				...((stage.use === "shipped" || stage.use === "ancestor") && !isAmong(stage, WITH_WORKDIR) ? {} : { severity: "hint" as const }),
				related: others.map(({ span }) => ({ span, message: "Relative, too" })),
				fixes: () => fixesFor(stage, [first, ...others]),
			});
		}
		return reports;
	},
});

/** `COPY a ~/b` */
function tildeReport(step: Step): Report | undefined {
	const destination = copyWordsOf(step)?.destination;
	if (destination === undefined || !beginsWithTilde(destination.text)) return undefined;
	return {
		span: destination.span,
		message: `${step.keyword} does not expand ~: ${shortened(destination.text, 30)} is in a folder called ~`,
		severity: step.stage.use === "unused" ? "hint" : "warning",
		fixes: () => tildeFixes(step, destination.span.start),
	};
}

/** Whether a stage further up has a WORKDIR, or the first relative destination. */
function isSettledAbove(stage: Stage): boolean {
	return lineage(stage)
		.slice(1)
		.some((ancestor) => relativeDestinations(ancestor).length > 0 || ancestor.steps.some((step) => step.keyword === "WORKDIR"));
}

/** No drive, no placeholder of a template (`@PREFIX@/b`), and no tilde, which is reported by itself. */
const RELATIVE = /^(?![A-Za-z]:|@\w+@)[\w.+@[-]/;

/** The relative destinations of a stage above its first WORKDIR. */
function relativeDestinations(stage: Stage): readonly CopyWord[] {
	const found: CopyWord[] = [];
	for (const step of stage.steps) {
		if (step.keyword === "WORKDIR") break;
		const destination = copyWordsOf(step)?.destination;
		const value = destination?.value;
		if (destination !== undefined && value !== undefined && RELATIVE.test(value)) found.push(destination);
	}
	return found;
}

function nameOfBase(stage: Stage): string {
	const base = rootBase(stage);
	return base.kind === "image" ? shortened(familiarName(base.reference), 30) : "The base image";
}

function isAmong(stage: Stage, images: ReadonlySet<string>): boolean {
	const base = rootBase(stage);
	return base.kind === "image" && images.has(`${base.reference.registry}/${base.reference.repository}`);
}

function fixesFor(stage: Stage, destinations: readonly CopyWord[]): readonly Fix[] {
	if (!startsAtRoot(stage) || destinations.some(({ text, value }) => value !== text || text.startsWith(".."))) return [];
	const edits = destinations.map(({ text, span }) => replace(span, `/${text.replace(/^(?:\.\/)+|^\.$/, "")}`));
	return [{ title: edits.length === 1 ? "Begin it with a slash" : "Begin them with a slash", safety: "review", edits }];
}
