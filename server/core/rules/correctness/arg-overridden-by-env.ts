import { stageBaseFacts } from "../../dockerfile/base/baseFacts.ts";
import { insertAfter, insertAt } from "../../dockerfile/edits/edit.ts";
import { instructionMentions } from "../../dockerfile/model/mentions.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { rootBase } from "../../dockerfile/model/stages.ts";
import { type Assignment, assignmentsOf } from "../../dockerfile/model/views.ts";
import { PLATFORM_ARGS, PROXY_ARGS } from "../../dockerfile/variables/predefined.ts";
import { declarationAt, hasManyArguments } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { familiarName } from "../../image/reference.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const argOverriddenByEnv = defineRule({
	id: "arg-overridden-by-env",
	title: "An ENV of the same name hides an argument",
	category: "correctness",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["ARG"] },
	why: "ENV wins over ARG of the same name, wherever it stands, and so does an ENV of the base image. `--build-arg` then changes nothing, and nothing says so: who builds with another version gets the one that ENV names.",
	remedy:
		"Let ENV take the argument's value: `ARG VERSION=1.2` and `ENV VERSION=$VERSION`. Give the argument another name where the base image has one that is called so.",
	references: ["https://docs.docker.com/reference/dockerfile/#using-arg-variables"],
	examples: [
		{ caption: "Passed on, with a default", good: "FROM debian:12\nARG VERSION\nENV VERSION=${VERSION:-1.2}\nRUN echo $VERSION\n" },
		{
			caption: "Set anew below",
			bad: "FROM debian:12\nARG «V»\nENV V=1.2\nRUN echo $V\n",
			fixed: "FROM debian:12\nARG V\nENV V=${V:-1.2}\nRUN echo $V\n",
		},
		{ caption: "Nothing to offer: two defaults", bad: "FROM debian:12\nARG «V»=1\nENV V=2\nRUN echo $V\n" },
		{
			caption: "Set above, or by the base image",
			bad: "FROM debian:12 AS a\nENV V=1\nFROM a\nARG «V»=2\nRUN echo $V\nFROM node:22\nARG «NODE_VERSION»\n",
		},
		{
			caption: "Handed on",
			good: "FROM debian:12\nARG V=1\nENV V=$V\nARG W\nENV W=${W:-2} X=1\nARG Y=1\nENV Z=$Y\nARG W\nRUN echo $W\n",
		},
		{
			caption: "Used in between",
			good: "FROM debian:12\nARG DEBIAN_FRONTEND=noninteractive\nRUN apt-get update\nENV DEBIAN_FRONTEND=dialog\nARG V=1\nCOPY a-$V /a\nENV V=2\n",
		},
		{ caption: "No name at all", good: "FROM debian:12\nARG =1\nENV V=1\nENV =2\nARG = 3\n" },
		{ caption: "An ARG for FROM", good: "ARG V=12\nFROM debian:$V\nENV V=1\n" },
	],
	check(file) {
		if (hasManyArguments(file)) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "ARG") continue;
				const seen = new Set<string>();
				for (const assignment of assignmentsOf(step, file.escape)) {
					// What is no name is a slip of the pen.
					if (seen.has(assignment.name) || !/^[A-Za-z_][\w.-]*$/.test(assignment.name)) continue;
					seen.add(assignment.name);
					if (PLATFORM_ARGS.has(assignment.name) || PROXY_ARGS.has(assignment.name)) continue;
					const report = hiddenAbove(step, assignment) ?? hiddenBelow(step, assignment);
					if (report !== undefined) reports.push(report);
				}
			}
		}
		return reports;
	},
});

function hiddenAbove(step: Step, { name, nameSpan }: Assignment): Report | undefined {
	const declared = declarationAt(step, name);
	if (declared?.kind === "ENV") {
		// `ENV V=$V` has handed on the argument that is declared again here.
		if (takesOver(declared.assignment)) return undefined;
		return {
			span: nameSpan,
			message: `ENV ${shortened(name, 40)} above hides this argument`,
			related: [{ span: declared.assignment.nameSpan, message: "The ENV that wins" }],
		};
	}
	if (!stageBaseFacts(step.stage).environment?.includes(name)) return undefined;
	const base = rootBase(step.stage);
	const image = base.kind === "image" ? shortened(familiarName(base.reference), 30) : "the base image";
	return { span: nameSpan, message: `ENV ${shortened(name, 40)} of ${image} hides this argument` };
}

function takesOver({ name, value = "" }: Assignment): boolean {
	return value.includes(`$${name}`) || value.includes(`\${${name}`);
}

/** An ENV below that does not take the value over, with nothing in between that could use it. */
function hiddenBelow(step: Step, { name, nameSpan, value }: Assignment): Report | undefined {
	const { file, steps } = step.stage;
	for (let index = step.ordinal + 1; index < steps.length; index++) {
		const below = steps[index] as Step;
		if (below.keyword === "RUN") return undefined;
		const own = below.keyword === "ENV" ? assignmentsOf(below, file.escape).find((assignment) => assignment.name === name) : undefined;
		if (own?.value === undefined) {
			if (instructionMentions(below, name)) return undefined;
			continue;
		}
		if (below.arguments.text.includes(`$${name}`) || below.arguments.text.includes(`\${${name}`)) return undefined;
		return {
			span: nameSpan,
			message: `ENV ${shortened(name, 40)} below hides this argument`,
			related: [{ span: own.nameSpan, message: "The ENV that wins" }],
			// A default of the argument would win over the value that the image has now.
			fixes: () => (value === undefined || value === own.value ? fixesFor(own) : []),
		};
	}
	return undefined;
}

function fixesFor({ name, value = "", valueSpan, legacy }: Assignment): readonly Fix[] {
	if (legacy || valueSpan === undefined || !/^[\w./:@%+-]+$/.test(value)) return [];
	const edits = [insertAt(valueSpan.start, `\${${name}:-`), insertAfter(valueSpan, "}")];
	return [{ title: "Let the argument replace the value", safety: "review", edits }];
}
