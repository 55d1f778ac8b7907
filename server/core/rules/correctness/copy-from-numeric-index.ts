import { insertAfter, replace } from "../../dockerfile/edits/edit.ts";
import { nameForUnnamed, referencesTo, type StageReference, stageReferences } from "../../dockerfile/edits/stageReferences.ts";
import type { Dockerfile, Stage } from "../../dockerfile/model/model.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import type { Fix } from "../../finding.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const copyFromNumericIndex = defineRule({
	id: "copy-from-numeric-index",
	title: "A stage is named by its number",
	category: "correctness",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["kics", "68a51e22-ae5a-4d48-8e87-b01a323605c9"]),
	supersededBy: ["copy-from-self", "stage-circular"],
	onlyWith: { texts: ["from="] },
	why: "A stage that is put in front of the others moves all numbers by one. `COPY --from=0` then takes from another stage: with luck the build fails, without it another file of the same path is shipped.",
	remedy: "Name the stage with `AS name` and copy from the name.",
	references: ["https://docs.docker.com/build/building/multi-stage/#name-your-build-stages"],
	examples: [
		{
			caption: "The first stage",
			bad: "FROM golang:1.22 AS build\nRUN go build -o /app\nFROM debian:12\nCOPY --from=«0» /app /app\n",
			fixed: "FROM golang:1.22 AS build\nRUN go build -o /app\nFROM debian:12\nCOPY --from=build /app /app\n",
		},
		{ caption: "By its name", good: "FROM golang:1.22 AS build\nRUN go build -o /app\nFROM debian:12\nCOPY --from=build /app /app\n" },
		{
			caption: "A stage with a name",
			bad: "FROM golang:1.22 AS build\nFROM debian:12\nCOPY --from=«0» /a /a\nCOPY --chown=1 --from=«0» /b /b\n",
			fixed: "FROM golang:1.22 AS build\nFROM debian:12\nCOPY --from=build /a /a\nCOPY --chown=1 --from=build /b /b\n",
		},
		{
			caption: "A stage without one",
			bad: "FROM golang:1.22\nFROM debian:12\nCOPY --from=«0» /a /a\nCOPY --from=«0» /b /b\n",
			fixed: "FROM golang:1.22 AS golang-stage\nFROM debian:12\nCOPY --from=golang-stage /a /a\nCOPY --from=golang-stage /b /b\n",
		},
		{
			caption: "Two without one, from the same image",
			bad: "FROM golang:1.22\nFROM golang:1.22\nFROM debian:12\nCOPY --from=«0» /a /a\nCOPY --from=«1» /b /b\n",
			fixed:
				"FROM golang:1.22 AS golang-stage\nFROM golang:1.22 AS golang-stage-2\nFROM debian:12\nCOPY --from=golang-stage /a /a\nCOPY --from=golang-stage-2 /b /b\n",
		},
		{
			caption: "Named after its image; a name that everybody takes for an image gets more",
			bad: "FROM example.com/toolchain:1\nFROM example.com/debian:12\nFROM debian:12\nCOPY --from=«0» /a /a\nCOPY --from=«1» /b /b\n",
			fixed:
				"FROM example.com/toolchain:1 AS toolchain\nFROM example.com/debian:12 AS debian-stage\nFROM debian:12\nCOPY --from=toolchain /a /a\nCOPY --from=debian-stage /b /b\n",
		},
		{ caption: "A name that two stages have", bad: "FROM a:1 AS x\nFROM b:1 AS x\nFROM debian:12\nCOPY --from=«0» /a /a\n" },
		{
			caption: "Names, and numbers that no stage has",
			good: "FROM golang:1.22 AS build\nFROM debian:12\nCOPY --from=build /a /a\nCOPY --from=7 /a /a\nADD --from=0 /a /a\n",
		},
		{ caption: "The stages of another file", good: "FROM debian:12 AS a\nFROM debian:12\nONBUILD COPY --from=0 /a /a\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const reference of stageReferences(file)) {
			// ADD has no such flag, which is said there.
			if (!reference.byNumber || reference.step?.keyword === "ADD") continue;
			reports.push({
				span: reference.span,
				message: `Stage ${reference.text}${shownName(reference.stage)} is named by its number`,
				related: [{ span: reference.stage.from.span, message: "The stage" }],
				fixes: () => (reference.plain ? fixesFor(file, reference) : []),
			});
		}
		return reports;
	},
});

function shownName({ name, image }: Stage): string {
	if (name !== undefined) return `, ${shortened(name.text, 40)},`;
	return image === undefined ? "" : `, from ${shortened(image.text, 40)},`;
}

function fixesFor(file: Dockerfile, { stage, span }: StageReference): readonly Fix[] {
	if (stage.name !== undefined) {
		const name = stage.name.text;
		const last = file.stages.findLast((other) => other.name?.text.toLowerCase() === name.toLowerCase());
		if (last !== stage || !/^[a-z][a-z0-9_.-]*$/i.test(name)) return [];
		return [{ title: `Copy from ${shortened(name, 40)}`, safety: "safe", edits: [replace(span, name)] }];
	}
	const { image, from } = stage;
	const references = referencesTo(stage);
	if (image === undefined || splitAtBlanks(from.arguments).length !== 1 || !references.every(({ plain }) => plain)) return [];
	const name = nameForUnnamed(stage);
	const as = from.keywordText === from.keywordText.toLowerCase() ? "as" : "AS";
	// A variable in another FROM may stand for an image that is called like the new stage.
	const certain = file.stages.every(({ base }) => base.kind !== "unknown");
	return [
		{
			title: `Name the stage ${name} and copy from it`,
			safety: certain ? "safe" : "review",
			edits: [insertAfter(image.span, ` ${as} ${name}`), ...references.map((reference) => replace(reference.span, name))],
		},
	];
}
