import { addTo } from "../../addTo.ts";
import { aboveComments, isEmptyLine } from "../../dockerfile/edits/edit.ts";
import { linesWithComments, removeWithComments } from "../../dockerfile/edits/moveInstruction.ts";
import { firstStart, insertBeforeStart } from "../../dockerfile/edits/stageEnd.ts";
import type { Dockerfile, Stage, Step } from "../../dockerfile/model/model.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { effectiveLabels, type Label, labelsOf } from "../../dockerfile/variables/labels.ts";
import type { Fix } from "../../finding.ts";
import { lineAt, shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

/** Labels that mark what a build leaves behind, so that it can be found and removed. */
const HOUSEKEEPING = /stage|builder?|intermediate|cache|prune|clean|delete|(?<![a-z])(?:te?mp|temporary|tests?|testing)(?![a-z])/i;

export const labelInNonShippedStage = defineRule({
	id: "label-in-non-shipped-stage",
	title: "A label is set in a stage of which only files are taken",
	category: "labels",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["LABEL"] },
	why: "Labels belong to the image of the stage that sets them. `COPY --from` takes files, no labels: what stands in a builder stage never reaches the image that is shipped.",
	remedy: "Set it in the shipped stage, or in one that the shipped stage starts from.",
	references: ["https://docs.docker.com/reference/dockerfile/#label", "https://docs.docker.com/build/building/multi-stage/"],
	examples: [
		{
			caption: "A label of the image",
			good: "FROM golang:1.26 AS build\nRUN go build -o /app\nFROM scratch\nLABEL vendor=acme\nCOPY --from=build /app /app\n",
		},
		{
			caption: "It was meant for the image",
			bad: 'FROM golang:1.26 AS build\n«LABEL» org.opencontainers.image.title="App" \\\n  vendor=acme\nRUN go build -o /app\n\nFROM scratch\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n',
			fixed:
				'FROM golang:1.26 AS build\nRUN go build -o /app\n\nFROM scratch\nCOPY --from=build /app /app\nLABEL org.opencontainers.image.title="App" \\\n  vendor=acme\nENTRYPOINT ["/app"]\n',
		},
		{
			caption: "Indented, and a comment",
			bad: 'FROM golang:1 AS b\n  # Who made it\n  «LABEL» a=b \\\n    c=d\nFROM scratch\n  COPY --from=b /app /app\n  CMD ["/app"]\n',
			fixed: 'FROM golang:1 AS b\nFROM scratch\n  COPY --from=b /app /app\n  # Who made it\n  LABEL a=b \\\n    c=d\n  CMD ["/app"]\n',
		},
		{
			caption: "An empty line in front of a comment",
			bad: 'FROM golang:1 AS b\n# Who made it\n«LABEL» a=b\n«LABEL» c=d\nRUN go build -o /app\nFROM scratch\nCOPY --from=b /app /app\n# How it starts\nCMD ["/app"]\n',
			fixed:
				'FROM golang:1 AS b\nRUN go build -o /app\nFROM scratch\nCOPY --from=b /app /app\n# Who made it\nLABEL a=b\nLABEL c=d\n\n# How it starts\nCMD ["/app"]\n',
		},
		{
			caption: "Around what stood apart",
			bad: 'FROM golang:1 AS b\n\n# Who made it\n«LABEL» a=b\n\nRUN go build -o /app\nFROM scratch\nCOPY --from=b /app /app\nCMD ["/app"]\n',
			fixed:
				'FROM golang:1 AS b\n\nRUN go build -o /app\nFROM scratch\nCOPY --from=b /app /app\n\n# Who made it\nLABEL a=b\n\nCMD ["/app"]\n',
		},
		{
			caption: "At the end of the stage",
			bad: "FROM golang:1 AS b\n\n«LABEL» a=b\n\nRUN go build -o /app\nFROM scratch\nCOPY --from=b /app /app\n",
			fixed: "FROM golang:1 AS b\n\nRUN go build -o /app\nFROM scratch\nCOPY --from=b /app /app\n\nLABEL a=b\n",
		},
		{
			caption: "Some of it",
			bad: "FROM golang:1.26 AS build\n«LABEL» vendor=acme v=latest\nFROM scratch\nLABEL vendor=acme\nCOPY --from=build /app /app\n",
		},
		{
			caption: "A variable would have to move, too",
			bad: "FROM golang:1.26 AS build\nARG V\n«LABEL» version=$V\nFROM scratch\nCOPY --from=build /app /app\n",
		},
		{
			caption: "The image has it, too",
			good: "FROM golang:1.26 AS build\nLABEL vendor=acme\nFROM scratch\nLABEL vendor=acme v=1\nCOPY --from=build /app /app\n",
		},
		{
			caption: "Inherited, or built on its own",
			good: "FROM debian:12 AS base\nLABEL vendor=acme\nFROM base AS dev\nLABEL title=dev\nFROM base\nLABEL title=app\n",
		},
		{
			caption: "An image of its own, described in full",
			good: "FROM golang:1.26 AS build\nLABEL org.opencontainers.image.title=a org.opencontainers.image.source=b org.opencontainers.image.licenses=MIT\nFROM scratch\nCOPY --from=build /app /app\n",
		},
		{
			caption: "Marks for cleaning up",
			good: "FROM golang:1.26 AS build\nLABEL stage=build\nLABEL org.acme.kind=intermediate\nFROM scratch\nCOPY --from=build /app /app\n",
		},
	],
	check(file) {
		const shipped = file.stages.findLast(({ use }) => use === "shipped");
		if (shipped === undefined) return [];
		const set = effectiveLabels(shipped);
		const reports: Report[] = [];
		for (const stage of file.stages) {
			// A stage that nothing needs may be built with --target.
			if (stage.use !== "copied" || isDescribed(stage)) continue;
			for (const [step, labels] of byInstruction(labelsOf(stage))) {
				const missing = labels.filter(({ key }) => !set.has(key));
				if (missing.length === 0 || labels.some(({ key, value }) => HOUSEKEEPING.test(key) || HOUSEKEEPING.test(value ?? ""))) continue;
				const first = missing[0]?.key ?? "";
				reports.push({
					span: step.keywordSpan,
					message: `${shortened(first, 40)}${missing.length > 1 ? " and others are" : " is"} not in the image, which takes only files from here`,
					related: [{ span: shipped.from.keywordSpan, message: "The stage that is shipped" }],
					fixes: () => fixesFor(file, shipped, step, labels),
				});
			}
		}
		return reports;
	},
});

/** A stage with a full description is an image of its own, built with --target. */
function isDescribed(stage: Stage): boolean {
	return labelsOf(stage).filter(({ key }) => key.startsWith("org.opencontainers.image.")).length > 2;
}

function byInstruction(labels: readonly Label[]): ReadonlyMap<Step, readonly Label[]> {
	const groups = new Map<Step, Label[]>();
	for (const label of labels) addTo(groups, label.step, label);
	return groups;
}

function fixesFor(file: Dockerfile, shipped: Stage, step: Step, labels: readonly Label[]): readonly Fix[] {
	const comments = file.comments.some(({ span }) => span.start > step.span.start && span.end < step.span.end);
	if (comments || labels.length !== assignmentsOf(step, file.escape).length) return [];
	const set = effectiveLabels(shipped);
	if (labels.some(({ key, value }) => set.has(key) || value === undefined)) return [];
	const lines = withoutIndentation(linesWithComments(file, step).split(/\r?\n/));
	const gaps = gapsAround(file, shipped, step);
	const edit = insertBeforeStart(shipped, [...(gaps.above ? [""] : []), ...lines, ...(gaps.below ? [""] : [])].join("\n"));
	return edit === undefined
		? []
		: [{ title: "Move it to the shipped stage", safety: "review", edits: [removeWithComments(file, step), edit] }];
}

/**
 * Where an empty line divides the instruction from what it comes to stand beside: as in its old place, and always from a comment,
 * which is about what follows. Labels that stand together stay so.
 */
function gapsAround(file: Dockerfile, shipped: Stage, step: Step): { readonly above: boolean; readonly below: boolean } {
	const start = firstStart(shipped);
	const neighbour = start === undefined ? shipped.steps.at(-1) : shipped.steps[start.ordinal - 1];
	const first = topLine(file, step);
	const next = step.stage.steps[step.ordinal + 1];
	const isLast = next?.keyword !== "LABEL" || topLine(file, next) > step.lastLine + 1;
	const isApart = isEmptyLine(file, first - 1) && neighbour?.keyword !== "LABEL";
	if (start === undefined) return { above: isApart, below: false };
	const place = topLine(file, start);
	return {
		above: isApart && !isEmptyLine(file, place - 1),
		below: isLast && (place < start.firstLine || isEmptyLine(file, step.lastLine + 1)),
	};
}

/** The line of an instruction, or of the first of the comments directly above it. */
function topLine(file: Dockerfile, step: Step): number {
	return lineAt(file.lineStarts, aboveComments(file, step));
}

/** Lines without the indentation that all of them have: where they go to they get that of the lines there. */
function withoutIndentation(lines: readonly string[]): readonly string[] {
	const widths = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
	const common = Math.min(...widths);
	return lines.map((line) => line.slice(common));
}
