import { baseImageFacts, stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { referencesTo } from "../../dockerfile/edits/stageReferences.ts";
import { isInside } from "../../dockerfile/files/mountCoverage.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { type Source, sourcesOf } from "../../dockerfile/model/sources.ts";
import { lineage, rootBase, stagesFrom } from "../../dockerfile/model/stages.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import { normalPath } from "../../dockerfile/variables/state.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import type { Span } from "../../text.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

const WHOLE = new Set(["/", "/root", "/home", "/etc"]);
/** A path that is likely that of a file, and no folder. */
const SINGLE_FILE = /\/(?:passwd|group|shadow|hosts|hostname|localtime|timezone|[^/]+\.(?!d$)[^/.]+)$/;
const WRITING: ReadonlySet<string> = new Set(["RUN", "COPY", "ADD"]);

export const copyWholeStageRoot = defineRule({
	id: "copy-whole-stage-root",
	title: "All files of another stage are copied",
	category: "supply-chain",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [...same(["hadolint", "DL3067"]), ...similar(["droast", "DF026"])],
	onlyWith: { instructions: ["COPY"], texts: ["from="] },
	why: "A builder stage holds compilers, sources, caches, and often what the build needed to log in somewhere: `/root/.npmrc`, `/root/.ssh`, `/etc/` with the settings of tools. `COPY --from=build / /` takes all of it to the image that is shipped. The stages are then only a detour, and what was to stay behind is published.",
	remedy:
		"Copy what the program needs, by its path: the binary, its assets, single files below `/etc`. Let the builder collect them in a folder of their own, `/out`, and copy that.",
	references: [
		"https://docs.docker.com/build/building/multi-stage/",
		"https://docs.docker.com/build/building/best-practices/#use-multi-stage-builds",
	],
	examples: [
		{
			caption: "All of the builder",
			bad: 'FROM golang:1.23 AS build\nRUN go build -o /app\nFROM debian:12\nCOPY --from=build «/» /\nCMD ["/app"]\n',
		},
		{
			caption: "The program alone",
			good: 'FROM golang:1.23 AS build\nRUN go build -o /app\nFROM debian:12\nCOPY --from=build /app /app\nCMD ["/app"]\n',
		},
		{
			caption: "Everything, or the places where secrets lie",
			bad: "FROM golang:1.23 AS build\nRUN go build\nFROM debian:12\nCOPY --from=build «/» /\nCOPY --from=0 --chown=1 «/root/» /root\nCOPY --from=build «/*» «/home» /x/\n",
		},
		{ caption: "From an image with a distribution in it", bad: "FROM scratch\nCOPY --from=alpine:3.20 «/etc» /etc\n" },
		{
			caption: "To make one layer of many: on purpose",
			good: "FROM debian:12 AS build\nRUN a\nFROM scratch\nCOPY --from=build / /\nFROM scratch\nARG D=/\nCOPY --from=build ${D} $D\n",
		},
		{
			caption: "Parts of it, or a stage that only holds what is meant",
			good: "FROM tonistiigi/xx:1 AS xx\nFROM golang:1.23 AS build\nFROM scratch AS files\nCOPY --from=build /app /app\nFROM debian:12\nCOPY --from=files / /\nCOPY --from=build /etc/ssl/certs /etc/ssl/certs\nCOPY --from=build /root/.local /root/.local\nCOPY --from=build /etc/passwd /etc/\nCOPY --from=xx / /\nCOPY --from=tonistiigi/xx / /\nCOPY . /\n",
		},
		{
			caption: "Onto what it started from, in fewer layers",
			bad: "FROM example.com/base AS base\nFROM base AS build\nRUN make\nFROM base\nCOPY --from=build «/» /\n",
		},
		{
			caption: "By way of another stage",
			bad: "FROM debian:12 AS build\nRUN make\nFROM debian:12 AS files\nCOPY --from=build «/etc» /files/etc\nFROM debian:12\nCOPY --from=files /files /\n",
		},
		{
			caption: "By a RUN, a mount, a stage that starts there, a folder",
			bad: "FROM debian:12 AS build\nRUN make\nFROM debian:12 AS a\nCOPY --from=build «/etc» /files/etc\nRUN cp -r /files/etc /out\nFROM debian:12 AS b\nCOPY --from=build «/etc» /files/etc\nFROM debian:12 AS c\nCOPY --from=build «/etc» /files/etc\nFROM c AS d\nFROM debian:12 AS e\nCOPY --from=build «/etc» /files/etc\nFROM debian:12\nCOPY --from=a /out /out\nRUN --mount=from=b,target=/b cp -r /b/files/etc /b2\nCOPY --from=c /files/etc/passwd /etc/passwd\nCOPY --from=d /x /x\nCOPY --from=e /files/etc/ssl /ssl\n",
		},
		{
			caption: "An image as it is published, and single files by way of another stage",
			good: "FROM debian:12 AS plain\nFROM debian:12 AS build\nRUN make\nFROM debian:12 AS files\nCOPY --from=build /etc /files/etc\nFROM alpine:3.20\nCOPY --from=files /files/etc/passwd /etc/passwd\nCOPY --from=plain /etc /debian\n",
		},
		{
			caption: "A folder that the stage has collected files in",
			good: "FROM alpine:3.20 AS build\nRUN mkdir /rootfs\nFROM scratch\nCOPY --from=build /rootfs /\n",
		},
	],
	check(file) {
		const found: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "COPY" || step.flags.length === 0) continue;
				const source = sourcesOf(step, file)[0];
				if (source === undefined || !holdsDistribution(source, stage)) continue;
				found.push(...reports(stage, step, source));
			}
		}
		return found;
	},
});

function reports(stage: Stage, step: Step, source: Source): readonly Report[] {
	const words = pathsOf(step);
	const destination = expandAt(step, words[words.length - 1]?.text ?? "");
	const target = destination.kind === "known" ? destination.value : undefined;
	const found: Report[] = [];
	for (const { text, span } of words.slice(0, -1)) {
		const value = expandAt(step, text);
		const path = value.kind === "known" ? normalPath(value.value).replace(/(?:\/\*+)+$/, "") || "/" : "";
		if (!WHOLE.has(path)) continue;
		// Onto nothing: the stage itself is what is shipped, in one layer.
		if (path === "/" && (target === "/" || target === undefined) && rootBase(stage).kind === "scratch") continue;
		if (stage.use === "copied" && !leavesWhole(step, target)) continue;
		const severity = stage.use === "unused" ? "hint" : stage.use === "copied" ? "info" : undefined;
		found.push({
			span,
			message: `${path === "/" ? "All files" : `All of ${path}`} of ${shortened(source.text, 50)} ${path === "/" ? "are" : "is"} copied, secrets and tools included`,
			...(severity === undefined ? {} : { severity }),
		});
	}
	return found;
}

function pathsOf(step: Step): readonly { readonly text: string; readonly span: Span }[] {
	if (step.exec === undefined) return splitAtBlanks(step.arguments);
	return step.exec.elements.map(({ value, span }) => ({ text: value, span: { start: span.start + 1, end: span.end - 1 } }));
}

/** Whether more than single files of what a step copies to a stage may leave that stage, which is only copied from. */
function leavesWhole({ stage, ordinal }: Step, target: string | undefined): boolean {
	// Where a relative target lies is not looked into.
	if (target === undefined || !target.startsWith("/") || stagesFrom(stage).length > 1) return true;
	if (stage.steps.some((step) => step.ordinal > ordinal && step.keyword === "RUN")) return true;
	const folder = normalPath(target);
	return referencesTo(stage).some(({ step }) => {
		if (step === undefined || step.keyword !== "COPY") return true;
		return pathsOf(step)
			.slice(0, -1)
			.some(({ text }) => {
				const value = expandAt(step, text);
				if (value.kind !== "known" || /[*?[]/.test(value.value)) return true;
				const path = normalPath(value.value);
				return isInside(folder, path) || (isInside(path, folder) && !SINGLE_FILE.test(path));
			});
	});
}

/** Whether what is copied from starts from a distribution, and has one's files besides those that are meant. */
function holdsDistribution({ target }: Source, stage: Stage): boolean {
	if (target.kind === "image") return baseImageFacts(target.reference).family !== undefined;
	if (target.kind !== "stage" || lineage(stage).includes(target.stage)) return false;
	// An image as it is published holds no secrets of this build.
	if (lineage(target.stage).every(({ steps }) => !steps.some(({ keyword }) => WRITING.has(keyword)))) return false;
	// An image that nobody knows may hold just what is meant; where something is run in it, it holds a system.
	return stageFamily(target.stage) !== undefined || lineage(target.stage).some((ancestor) => runSteps(ancestor).length > 0);
}
