import { insertInstructionBefore, removeAssignment, replace } from "../../dockerfile/edits/edit.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { type Assignment, assignmentsOf } from "../../dockerfile/model/views.ts";
import { stepsBackwards } from "../../dockerfile/variables/state.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import type { EditFix } from "../../finding.ts";
import type { SpanEdit } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

const NAME = "DEBIAN_FRONTEND";

export const aptFrontendPersisted = defineRule({
	id: "apt-frontend-persisted",
	title: "DEBIAN_FRONTEND stays set in the container",
	category: "packages",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["ENV"], words: ["frontend"] },
	why: "`DEBIAN_FRONTEND=noninteractive` tells debconf to ask nothing, which is right while the image is built. ENV keeps it in every container and in every image that starts from this one: whoever installs or configures a package there gets defaults without being asked, and wonders why dialogs never appear.",
	remedy:
		"Declare it with ARG, which ends with the build, or put it in front of the calls that need it: `DEBIAN_FRONTEND=noninteractive apt-get install -y …`.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#env",
		"https://docs.docker.com/engine/faq/#why-is-debian_frontendnoninteractive-discouraged-in-dockerfiles",
	],
	examples: [
		{
			caption: "For the build alone",
			good: "FROM debian:12\nARG DEBIAN_FRONTEND=noninteractive\nRUN apt-get update && apt-get install -y tzdata\n",
		},
		{
			caption: "Set for ever",
			bad: "FROM debian:12\nENV «DEBIAN_FRONTEND»=noninteractive\nRUN apt-get update && apt-get install -y tzdata\n",
			fixed: "FROM debian:12\nARG DEBIAN_FRONTEND=noninteractive\nRUN apt-get update && apt-get install -y tzdata\n",
		},
		{
			caption: "In the old form, in an ancestor, with Windows line breaks",
			bad: "FROM debian:12 AS base\r\nenv «DEBIAN_FRONTEND» noninteractive\r\nFROM base\r\nRUN mkdir /x\r\n",
			fixed: "FROM debian:12 AS base\r\nARG DEBIAN_FRONTEND=noninteractive\r\nFROM base\r\nRUN mkdir /x\r\n",
		},
		{
			caption: "Among others",
			bad: 'FROM debian:12\n# settings\nENV LANG=C.UTF-8 \\\n    # no questions\n    TZ=UTC «DEBIAN_FRONTEND»="noninteractive" \\\n    A=b\n',
			fixed: "FROM debian:12\nARG DEBIAN_FRONTEND=noninteractive\n# settings\nENV LANG=C.UTF-8 \\\n    # no questions\n    TZ=UTC A=b\n",
		},
		{
			caption: "A value from an argument: no edit",
			bad: "FROM debian:12\nARG DEBIAN_FRONTEND=noninteractive\nENV «DEBIAN_FRONTEND»=${DEBIAN_FRONTEND}\n",
		},
		{
			caption: "Only for the build",
			good: "FROM debian:12\nARG DEBIAN_FRONTEND=noninteractive\nRUN DEBIAN_FRONTEND=noninteractive apt-get install -y a && export DEBIAN_FRONTEND=noninteractive\n",
		},
		{
			caption: "Set back at the end",
			good: "FROM debian:12\nENV DEBIAN_FRONTEND=noninteractive\nRUN apt-get install -y a\nENV DEBIAN_FRONTEND=dialog\nFROM debian:12\nENV DEBIAN_FRONTEND noninteractive\nENV DEBIAN_FRONTEND=\n",
		},
		{
			caption: "In a stage that is not shipped",
			good: "FROM debian:12 AS build\nENV DEBIAN_FRONTEND=noninteractive\nFROM debian:12\nCOPY --from=build /a /a\n",
		},
	],
	check(file) {
		const seen = new Set<number>();
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped") continue;
			const found = lastSetting(stage);
			if (found === undefined || seen.has(found.assignment.span.start)) continue;
			seen.add(found.assignment.span.start);
			const value = expandAt(found.step, found.assignment.value ?? "");
			if (value.kind !== "known" || value.value !== "noninteractive") continue;
			reports.push({
				span: found.assignment.nameSpan,
				message: "DEBIAN_FRONTEND=noninteractive stays set in every container of this image",
				fixes: () => fixesOf(found),
			});
		}
		return reports;
	},
});

interface Setting {
	readonly step: Step;
	readonly assignment: Assignment;
}

/** The ENV that decides what containers of a stage's image see. */
function lastSetting(stage: Stage): Setting | undefined {
	for (const step of stepsBackwards(stage)) {
		if (step.keyword !== "ENV") continue;
		const assignment = assignmentsOf(step, stage.file.escape).findLast(({ name }) => name === NAME);
		if (assignment !== undefined) return { step, assignment };
	}
	return undefined;
}

function fixesOf(setting: Setting): readonly EditFix[] {
	const edits = setting.assignment.value?.includes("$") === true ? undefined : editsOf(setting);
	if (edits === undefined) return [];
	const note = "Containers, and images that start from this one, no longer see it.";
	return [{ title: "Declare it with ARG", safety: "review", edits, note }];
}

function editsOf({ step, assignment }: Setting): readonly SpanEdit[] | undefined {
	const { file } = step.stage;
	const { nameSpan, valueSpan, legacy } = assignment;
	if (assignmentsOf(step, file.escape).length === 1 && valueSpan !== undefined) {
		const keyword = replace(step.keywordSpan, "ARG");
		return legacy ? [keyword, replace({ start: nameSpan.end, end: valueSpan.start }, "=")] : [keyword];
	}
	const removal = removeAssignment(file, step, assignment);
	return removal === undefined ? undefined : [insertInstructionBefore(file, step, `ARG ${NAME}=noninteractive`), removal];
}
