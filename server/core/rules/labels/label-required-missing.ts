import { insertBeforeStart } from "../../dockerfile/edits/stageEnd.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { effectiveLabels, hasVariableKey } from "../../dockerfile/variables/labels.ts";
import type { Fix } from "../../finding.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const labelRequiredMissing = defineRule({
	id: "label-required-missing",
	title: "A label that is required is missing",
	category: "labels",
	severity: "info",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [...same(["hadolint", "DL3049"], ["droast", "DF074"]), ...similar(["sonar", "S7028"])],
	why: "Whoever runs images of many teams finds out by their labels who answers for one, which product it belongs to and how it may be used. A label that is missing in some of them makes the search, the bill and the alarm go astray.",
	remedy:
		"Set the labels of `labels` in every shipped stage, or in one that it starts from. Labels of the base image count only if the base is a stage of this file.",
	references: ["https://docs.docker.com/reference/dockerfile/#label", "https://specs.opencontainers.org/image-spec/annotations/"],
	options: [{ name: "labels", description: "The keys that every shipped stage has to set.", default: [] }],
	examples: [
		{
			caption: "Nobody says who made it",
			bad: '«FROM» debian:12\nCMD ["app"]\n',
			fixed: 'FROM debian:12\nLABEL vendor="unknown"\nCMD ["app"]\n',
			options: { labels: ["vendor"] },
		},
		{ caption: "It says who made it", good: 'FROM debian:12\nLABEL vendor="Acme"\nCMD ["app"]\n', options: { labels: ["vendor"] } },
		{
			caption: "Two of them",
			bad: 'FROM debian:12 AS base\nLABEL team=a\n«FROM» base\nCMD ["/a"]\n',
			fixed: 'FROM debian:12 AS base\nLABEL team=a\nFROM base\nLABEL product="unknown" \\\n      vendor="unknown"\nCMD ["/a"]\n',
			options: { labels: ["team", "product", "vendor"] },
		},
		{
			caption: "From the stage before, also for its children",
			good: "FROM debian:12 AS base\nLABEL team=a\nONBUILD LABEL product=b\nFROM base\nRUN true\n",
			options: { labels: ["team", "product"] },
		},
		{ caption: "A key that only the build knows could be it", good: "FROM debian:12\nARG K\nLABEL $K=a\n", options: { labels: ["team"] } },
		{
			caption: "What is not shipped, and no list",
			good: "FROM debian:12 AS a\nFROM debian:12\nCOPY --from=a /a /a\nLABEL team=a\n",
			options: { labels: ["team"] },
		},
		{ caption: "Nothing is required", good: "FROM debian:12\n" },
	],
	check(file, { options }) {
		const required = options["labels"] as readonly string[];
		if (required.length === 0) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" || hasVariableKey(stage)) continue;
			const set = new Set([...effectiveLabels(stage).keys(), ...deferredKeys(stage)]);
			const missing = required.filter((key) => !set.has(key));
			if (missing.length === 0) continue;
			reports.push({
				span: stage.from.keywordSpan,
				message: `The image has no ${missing.length === 1 ? "label" : "labels"} ${shortened(missing.join(", "), 70)}`,
				fixes: () => fixesFor(stage, missing),
			});
		}
		return reports;
	},
});

/** What ONBUILD sets in the stages that start from the one that says so. */
function deferredKeys(stage: Stage): readonly string[] {
	return lineage(stage)
		.slice(1)
		.flatMap(({ steps, file }) =>
			steps.flatMap(({ trigger }) => (trigger?.keyword === "LABEL" ? assignmentsOf(trigger, file.escape).map(({ name }) => name) : [])),
		);
}

function fixesFor(stage: Stage, missing: readonly string[]): readonly Fix[] {
	if (missing.some((key) => !/^[\w./-]+$/.test(key))) return [];
	const pairs = missing.map((key) => `${key}="unknown"`).join(` ${stage.file.escape}\n      `);
	const edit = insertBeforeStart(stage, `LABEL ${pairs}`);
	const note = "Fill the values in.";
	return edit === undefined
		? []
		: [{ title: `Add the ${missing.length === 1 ? "label" : "labels"}`, safety: "review", edits: [edit], note }];
}
