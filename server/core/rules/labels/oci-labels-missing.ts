import { firstStart, insertBeforeStart } from "../../dockerfile/edits/stageEnd.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { endOf, lineage } from "../../dockerfile/model/stages.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { isNamedWorkplace } from "../../dockerfile/start/workplace.ts";
import { globalDeclaration, namesDeclaredAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { OCI_LABEL_ARGUMENTS, OCI_LABEL_PREFIX } from "../../knowledge/ociLabels.ts";
import { ownValue } from "../../ownValue.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const ociLabelsMissing = defineRule({
	id: "oci-labels-missing",
	title: "The image does not say what it is and where it comes from",
	category: "labels",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["hadolint", "DL3049"], ["sonar", "S7028"]),
	supersededBy: ["label-required-missing"],
	why: "When a container misbehaves, or a scanner reports a vulnerability in an image, the first questions are which commit it was built from, when, and who can change it. Without labels the answer is an archaeology of registries and pipelines. Labels of the base image answer for the base image.",
	remedy:
		"Set the standard labels late in the shipped stage, from ARGs that the pipeline passes: `docker build --build-arg GIT_COMMIT=$(git rev-parse HEAD) --build-arg BUILD_DATE=$(date -u +%FT%TZ)`. A default such as `unknown` shows where nobody passed them. Where the pipeline adds labels itself (`docker/metadata-action`, `--label`), take them out of the option `required`.",
	references: ["https://specs.opencontainers.org/image-spec/annotations/", "https://docs.docker.com/build/building/best-practices/#label"],
	options: [
		{
			name: "required",
			description: `The labels that every shipped stage has to set, without \`${OCI_LABEL_PREFIX}\`.`,
			default: ["title", "revision", "created", "source"],
		},
	],
	examples: [
		{
			caption: "All of them",
			good: 'FROM debian:12\nARG GIT_COMMIT\nARG BUILD_DATE\nLABEL org.opencontainers.image.title="App" \\\n      org.opencontainers.image.revision="$GIT_COMMIT" \\\n      org.opencontainers.image.created="$BUILD_DATE" \\\n      org.opencontainers.image.source="https://example.com/app"\n',
		},
		{
			caption: "None",
			bad: 'FROM golang:1.23 AS build\nRUN go build -o /app\n«FROM» scratch\nCOPY --from=build /app /app\nUSER 1000\n\n# start\nENTRYPOINT ["/app"]\n',
			fixed:
				'FROM golang:1.23 AS build\nRUN go build -o /app\nFROM scratch\nCOPY --from=build /app /app\nUSER 1000\n\nARG IMAGE_TITLE=unknown\nARG GIT_COMMIT=unknown\nARG BUILD_DATE=unknown\nARG IMAGE_SOURCE=unknown\nLABEL org.opencontainers.image.title="$IMAGE_TITLE" \\\n      org.opencontainers.image.revision="$GIT_COMMIT" \\\n      org.opencontainers.image.created="$BUILD_DATE" \\\n      org.opencontainers.image.source="$IMAGE_SOURCE"\n# start\nENTRYPOINT ["/app"]\n',
		},
		{
			caption: "Some, also from an ancestor; ARGs that are there are used",
			bad: "ARG GIT_COMMIT\r\nFROM debian:12 AS base\r\nLABEL org.opencontainers.image.title=a org.opencontainers.image.source=b\r\nARG BUILD_DATE\r\n«FROM» base\r\nRUN true\r\n",
			fixed:
				'ARG GIT_COMMIT\r\nFROM debian:12 AS base\r\nLABEL org.opencontainers.image.title=a org.opencontainers.image.source=b\r\nARG BUILD_DATE\r\nFROM base\r\nRUN true\r\nARG GIT_COMMIT\r\nLABEL org.opencontainers.image.revision="$GIT_COMMIT" \\\r\n      org.opencontainers.image.created="$BUILD_DATE"\r\n',
		},
		{
			caption: "What a team asks for",
			bad: "FROM debian:12\nLABEL org.opencontainers.image.title=a\n«FROM» debian:12\n",
			fixed:
				'FROM debian:12\nLABEL org.opencontainers.image.title=a\nFROM debian:12\nARG IMAGE_LICENSES=unknown\nLABEL org.opencontainers.image.licenses="$IMAGE_LICENSES"\n',
			options: { required: ["licenses"] },
		},
		{
			caption: "All of them, in any form",
			good: "FROM debian:12\nLABEL org.opencontainers.image.title a\nLABEL \"org.opencontainers.image.revision\"=$B org.opencontainers.image.created='c' \\\n  org.opencontainers.image.source=d\nFROM debian:12 AS unused\nFROM debian:12\nLABEL org.opencontainers.image.title=a org.opencontainers.image.revision=b org.opencontainers.image.created=c org.opencontainers.image.source=d\n",
			notBuilt: true,
		},
		{ caption: "Images to work in", good: "FROM debian:12 AS app\nFROM app AS test\nRUN make test\n" },
		{ caption: "A label whose name is a variable could be any", good: "FROM debian:12\nARG KEY\nLABEL $KEY=a\n" },
	],
	check(file, { options }) {
		const required = options["required"] as readonly string[];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" || isNamedWorkplace(stage)) continue;
			const missing = missingLabels(stage, required);
			if (missing.length === 0) continue;
			reports.push({
				span: stage.from.keywordSpan,
				message: `The file sets no OCI ${missing.length === 1 ? "label" : "labels"} ${shortened(listed(missing), 65)}`,
				fixes: () => fixesFor(stage, missing),
			});
		}
		return reports;
	},
});

function missingLabels(stage: Stage, required: readonly string[]): readonly string[] {
	const set = new Set<string>();
	for (const { steps, file } of lineage(stage)) {
		for (const step of steps) {
			if (step.keyword !== "LABEL") continue;
			for (const { name } of assignmentsOf(step, file.escape)) {
				if (name.includes("$")) return [];
				set.add(name);
			}
		}
	}
	return required.filter((key) => !set.has(`${OCI_LABEL_PREFIX}${key}`));
}

function listed(names: readonly string[]): string {
	return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function fixesFor(stage: Stage, missing: readonly string[]): readonly Fix[] {
	const { file } = stage;
	const before = firstStart(stage);
	const declared = new Set(namesDeclaredAt(before ?? endOf(stage)));
	const argumentOf = (key: string): string => ownValue(OCI_LABEL_ARGUMENTS, key) ?? key.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
	const names = [...new Set(missing.map(argumentOf))].filter((name) => !declared.has(name));
	const edit = insertBeforeStart(
		stage,
		[
			// A global ARG is shown again; its default is the one to keep.
			...names.map((name) => `ARG ${name}${globalDeclaration(file, name) === undefined ? "=unknown" : ""}`),
			`LABEL ${missing.map((key) => `${OCI_LABEL_PREFIX}${key}="$${argumentOf(key)}"`).join(` ${file.escape}\n      `)}`,
		].join("\n"),
	);
	const note = "The build has to pass the ARGs; what it does not pass becomes unknown.";
	return edit === undefined ? [] : [{ title: "Set the labels from ARGs", safety: "review", edits: [edit], note }];
}
