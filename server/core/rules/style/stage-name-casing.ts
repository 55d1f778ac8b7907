import { replace } from "../../dockerfile/edits/edit.ts";
import { renameStage } from "../../dockerfile/edits/stageReferences.ts";
import type { Dockerfile, Stage } from "../../dockerfile/model/model.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import type { Fix } from "../../finding.ts";
import { type SpanEdit, shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const stageNameCasing = defineRule({
	id: "stage-name-casing",
	title: "A stage name has upper-case letters",
	category: "style",
	severity: "hint",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["buildkit", "StageNameCasing"], ["droast", "DF085"]),
	why: "Builders keep the names of stages in lower case. `COPY --from=Build` and `--target Build` find a stage whatever the case; `FROM Build` does not: it looks for the text as written, finds no stage, and then no image either, as names of images are in lower case.",
	remedy: "Write the names of stages in lower case, where they are given and where they are used.",
	references: ["https://docs.docker.com/reference/build-checks/stage-name-casing/"],
	examples: [
		{
			caption: "A capital letter",
			bad: "FROM golang:1.22 AS «Build»\nFROM debian:12\nCOPY --from=Build /app /app\n",
			fixed: "FROM golang:1.22 AS build\nFROM debian:12\nCOPY --from=build /app /app\n",
		},
		{ caption: "In lower case", good: "FROM golang:1.22 AS build\nFROM debian:12\nCOPY --from=build /app /app\n" },
		{
			caption: "Renamed wherever it is used",
			bad: "FROM debian:12 AS «Build»\nRUN --mount=type=bind,from=Build,target=/x echo build Build\nFROM build AS test\nFROM debian:12\nCOPY --from=BUILD /a /a\nCOPY --from=0 /b /b\n",
			fixed:
				"FROM debian:12 AS build\nRUN --mount=type=bind,from=build,target=/x echo build Build\nFROM build AS test\nFROM debian:12\nCOPY --from=build /a /a\nCOPY --from=0 /b /b\n",
		},
		{
			caption: "FROM does not find it",
			bad: "ARG BUILDKIT_SBOM_SCAN_STAGE=Base,other\nFROM debian:12 as «Base»\r\nFROM Base\r\nRUN echo $Base\r\n",
			fixed: "ARG BUILDKIT_SBOM_SCAN_STAGE=base,other\nFROM debian:12 as base\r\nFROM base\r\nRUN echo $Base\r\n",
		},
		{
			caption: "Between quotes: in a mount its place is not known",
			bad: 'FROM debian:12 AS «A»\nFROM debian:12 AS «B»\nFROM debian:12\nCOPY --from="A" /a /a\nRUN --mount=type=bind,from="B",target=/b cp /b/a /c\n',
			fixed:
				'FROM debian:12 AS a\nFROM debian:12 AS B\nFROM debian:12\nCOPY --from=a /a /a\nRUN --mount=type=bind,from="B",target=/b cp /b/a /c\n',
		},
		{ caption: "The lower-case name is taken", bad: "FROM debian:12 AS «A»\nFROM debian:12 AS a\nCOPY --from=A /a /a\n" },
		{ caption: "Lower case", good: "FROM debian:12 AS build-1.2_x\nFROM build-1.2_x\nCOPY --from=Build-1.2_X /A /A\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const name = stage.name;
			if (name === undefined || name.text === name.text.toLowerCase() || name.text.includes("$")) continue;
			const lost = file.stages.filter((other) => other.index > stage.index && isLost(other, stage));
			const failing = lost[0]?.image;
			reports.push({
				span: name.span,
				message: `The stage name ${shortened(name.text, 60)} has upper-case letters`,
				// That nothing is found is said at the FROM.
				...(failing === undefined
					? {}
					: { related: [{ span: failing.span, message: "FROM looks for the text as written and finds no stage" }] }),
				fixes: () => fixesOf(file, stage, lost),
			});
		}
		return reports;
	},
});

/** Whether a stage's FROM means an earlier stage, but does not find it as its name is in upper case. */
function isLost(other: Stage, stage: Stage): boolean {
	return other.base.kind === "invalid" && other.base.text.toLowerCase() === stage.name?.text.toLowerCase();
}

function fixesOf(file: Dockerfile, stage: Stage, lost: readonly Stage[]): readonly Fix[] {
	const written = stage.name?.text ?? "";
	const name = written.toLowerCase();
	if (file.stages.some((other) => other !== stage && other.name?.text.toLowerCase() === name)) return [];
	const edits = renameStage(file, stage, name);
	const others = lost.flatMap(({ image }) => (image === undefined || image.text.includes("$") ? [] : [replace(image.span, name)]));
	if (edits === undefined || others.length < lost.length) return [];
	// What scripts call it is outside; builders compare targets whatever the case.
	return [{ title: `Rename to ${name}`, safety: "safe", edits: [...edits.filter(changes), ...others, ...scanList(file, written)] }];

	function changes({ span, newText }: SpanEdit): boolean {
		return file.text.slice(span.start, span.end) !== newText;
	}
}

/** The edits in the list of stages to scan for an SBOM. */
function scanList(file: Dockerfile, name: string): readonly SpanEdit[] {
	return file.instructions
		.filter(({ keyword, line }) => keyword === "ARG" && line.text.includes("BUILDKIT_SBOM_SCAN_STAGE"))
		.flatMap((instruction) => assignmentsOf(instruction, file.escape))
		.flatMap(({ name: variable, value, valueSpan }) => {
			if (variable !== "BUILDKIT_SBOM_SCAN_STAGE" || value === undefined || valueSpan === undefined) return [];
			if (valueSpan.end - valueSpan.start !== value.length) return [];
			let at = valueSpan.start;
			return value.split(/([,"' ])/).flatMap((part) => {
				const span = { start: at, end: at + part.length };
				at = span.end;
				return part === name ? [replace(span, name.toLowerCase())] : [];
			});
		});
}
