import { isForWindows } from "../../dockerfile/base/windows.ts";
import { removeAssignment } from "../../dockerfile/edits/edit.ts";
import { instructionMentions, mentions, stepsBehind } from "../../dockerfile/model/mentions.ts";
import type { Dockerfile, Stage, Step } from "../../dockerfile/model/model.ts";
import { sourcesOf } from "../../dockerfile/model/sources.ts";
import { stagesFrom } from "../../dockerfile/model/stages.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { expand } from "../../dockerfile/syntax/expand.ts";
import type { Instruction } from "../../dockerfile/syntax/structure.ts";
import { UNSET } from "../../dockerfile/syntax/variableValue.ts";
import { PLATFORM_ARGS, PROXY_ARGS } from "../../dockerfile/variables/predefined.ts";
import { globalDeclaration, hasManyArguments } from "../../dockerfile/variables/variables.ts";
import { remembered } from "../../memo.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const argUnused = defineRule({
	id: "arg-unused",
	title: "An argument is never used",
	category: "correctness",
	severity: "hint",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	inOnbuild: false,
	equivalents: [],
	onlyWith: { instructions: ["ARG"] },
	why: "Who builds with `--build-arg` believes to have changed something. Mostly the instruction that used it is gone, or it stands in another stage than the one that needs it.",
	remedy: "Delete it, or use it.",
	references: ["https://docs.docker.com/reference/dockerfile/#arg"],
	examples: [
		{ caption: "FROM does not use it", bad: 'ARG «NODE_VERSION»=22\nFROM node:22\nCMD ["node"]\n', fixed: 'FROM node:22\nCMD ["node"]\n' },
		{ caption: "FROM uses it", good: 'ARG NODE_VERSION=22\nFROM node:${NODE_VERSION}\nCMD ["node"]\n' },
		{
			caption: "Above FROM, and in a stage behind its last RUN",
			bad: "ARG «A»=1\nARG B=2\nFROM debian:$B\nRUN true\nARG «C» D=1\nLABEL d=$D\n",
			fixed: "ARG B=2\nFROM debian:$B\nRUN true\nARG D=1\nLABEL d=$D\n",
		},
		{
			caption: "A RUN may use what it does not name",
			good: "ARG A=1\nFROM debian:12\nARG A\nARG B\nRUN ./build.sh\nFROM debian:12 AS x\nARG C\nFROM x\nRUN ./build.sh\n",
		},
		{
			caption: "Used",
			good: "ARG A=1 B=$A\nFROM debian:$B\nARG C\nENV C=${C:-1}\nARG D\nCOPY <<E /f\n$D\nE\nARG F\nONBUILD COPY $F /\nARG G=1\nARG H=$G\nUSER $H\n",
		},
		{
			caption: "What the builder reads",
			good: "ARG BUILDKIT_SYNTAX=x\nARG SOURCE_DATE_EPOCH\nARG HTTP_PROXY\nFROM debian:12\nARG TARGETARCH\nARG BUILDKIT_SBOM_SCAN_STAGE=true\n",
		},
		{ caption: "Used where it cannot be seen is reported otherwise", good: "ARG A=1\nFROM debian:12\nRUN echo $A\n" },
		{
			caption: "Declared too late for a later FROM, COPY or mount, which is said there",
			good: "FROM alpine:3.20 AS a\nARG IMG=nginx:1.27\nARG P B=x C=y\nFROM --platform=$P $IMG\nCOPY --from=$B /b /b\nRUN --mount=from=${C},target=/c c\n",
		},
		{
			caption: "Where the later stage has a default, or declares the name itself, nothing is said there",
			bad: "FROM alpine:3.20 AS a\nARG «TAG»=12\nARG «P»=linux/amd64\nARG «B»=x\nFROM --platform=${P:-linux/arm64} debian:${TAG:-11}\nARG B=y\nRUN --mount=from=$B,target=/x a\n",
			fixed: "FROM alpine:3.20 AS a\nFROM --platform=${P:-linux/arm64} debian:${TAG:-11}\nARG B=y\nRUN --mount=from=$B,target=/x a\n",
		},
		{
			caption: "FROM sees the global one",
			bad: "ARG IMG=nginx:1.27\nFROM alpine:3.20 AS a\nARG «IMG»\nFROM $IMG\n",
			fixed: "ARG IMG=nginx:1.27\nFROM alpine:3.20 AS a\nFROM $IMG\n",
		},
		{
			caption: "In another case, which is the same name on Windows",
			good: "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nARG Foo=1\nENV E=$FOO\n",
		},
		{
			caption: "In the other case in another stage alone",
			bad: "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022 AS a\nARG «Foo»=1\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nARG FOO=1\nENV E=$FOO\n",
			fixed:
				"FROM mcr.microsoft.com/windows/nanoserver:ltsc2022 AS a\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nARG FOO=1\nENV E=$FOO\n",
		},
		{
			caption: "And another one elsewhere",
			bad: "FROM debian:12\nARG «Foo»=1\nENV E=$FOO\n",
			fixed: "FROM debian:12\nENV E=$FOO\n",
		},
		{ caption: "Words of a comment", good: "ARG BASE # no default\nFROM $BASE\n" },
		{ caption: "A template", good: "ARG A\nFROM {{ a }}\n" },
	],
	check(file) {
		if (templateMark(file) !== undefined || file.stages.length === 0) return [];
		if (hasManyArguments(file)) return [];
		const reports: Report[] = [];
		for (const instruction of file.globals)
			if (instruction.keyword === "ARG") reports.push(...unused(file, instruction, (name) => usedAnywhere(file, name)));
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "ARG") continue;
				reports.push(...unused(file, step, (name) => usedBelow(step, name) || meantForImage(stage, name)));
			}
		}
		return reports;
	},
});

function unused(file: Dockerfile, instruction: Instruction, isUsed: (name: string) => boolean): readonly Report[] {
	const assignments = assignmentsOf(instruction, file.escape);
	// What is meant as a comment declares its words, which argument-count-wrong says.
	const comment = assignments.findIndex(({ name }) => name.startsWith("#"));
	const reports: Report[] = [];
	for (const assignment of comment === -1 ? assignments : assignments.slice(0, comment)) {
		const { name, nameSpan } = assignment;
		if (isBuilders(name) || !/^\w+$/.test(name) || isUsed(name)) continue;
		const edit = removeAssignment(file, instruction, assignment);
		reports.push({
			span: nameSpan,
			message: `The argument ${shortened(name, 60)} is never used`,
			tags: ["unnecessary"],
			fixes: edit === undefined ? [] : [{ title: "Remove it", safety: "review", edits: [edit] }],
		});
	}
	return reports;
}

function isBuilders(name: string): boolean {
	return PLATFORM_ARGS.has(name) || PROXY_ARGS.has(name) || /^BUILDKIT_|^SOURCE_DATE_EPOCH$/.test(name);
}

/** Whether one of the instructions uses a variable; one that only unused arguments take their default from is not used. */
function isUsedBy(instructions: readonly Instruction[], name: string, escape: string, asked: ReadonlySet<string> = new Set()): boolean {
	if (asked.has(name)) return false;
	return instructions.some((instruction) => {
		if (!instructionMentions(instruction, name)) return false;
		if (instruction.keyword !== "ARG") return true;
		return assignmentsOf(instruction, escape).some(
			(other) =>
				other.name !== name && mentions(other.value ?? "", name) && isUsedBy(instructions, other.name, escape, new Set([...asked, name])),
		);
	});
}

/** Whether FROM or another global argument uses a global one, or a stage declares it, too. */
function usedAnywhere(file: Dockerfile, name: string): boolean {
	const { escape } = file;
	const redeclared = file.stages.some((stage) =>
		stage.steps.some((step) => step.keyword === "ARG" && assignmentsOf(step, escape).some((assignment) => assignment.name === name)),
	);
	return redeclared || isUsedBy(file.instructions, name, escape);
}

/** Whether something behind the ARG uses the variable, or may: every RUN has it in its environment. */
function usedBelow(step: Step, name: string): boolean {
	// Mostly one stands in the same stage.
	const { steps, file } = step.stage;
	for (let index = step.ordinal + 1; index < steps.length; index++) if (isRun(steps[index] as Step)) return true;
	const behind = stepsBehind(step);
	return behind.some(isRun) || isUsedBy([step, ...behind], name, file.escape) || isUsedInOtherCase(step.stage, name);
}

/** On Windows the names of variables are compared whatever the case: one that the stage or one that starts from it names so is used. */
function isUsedInOtherCase(stage: Stage, name: string): boolean {
	return isForWindows(stage) && usedInAnyCase(stage).has(name.toLowerCase());
}

/** The names behind dollar signs in a stage and in those that start from it, in lower case; looked up once, not for each argument. */
const usedInAnyCase = remembered((stage: Stage): ReadonlySet<string> => {
	const texts = stagesFrom(stage).flatMap(({ steps }) => steps.map(stepText));
	return new Set(texts.flatMap((text) => [...text.matchAll(/\$\{?(\w+)/g)].map(([, name = ""]) => name.toLowerCase())));
});

/** Whether a later stage names the variable, without a default, where it names an image: it does not see it, which is said there. */
function meantForImage({ file, index }: Stage, name: string): boolean {
	if (globalDeclaration(file, name) !== undefined) return false;
	return imagesWithVariables(file).some((image) => image.stage > index && image.names.has(name));
}

interface ImageNames {
	readonly stage: number;
	readonly names: ReadonlySet<string>;
}

/** The variables without a default in what the stages start from, and in what they take files from where they declare none of the name. */
const imagesWithVariables = remembered((file: Dockerfile): readonly ImageNames[] =>
	file.stages.flatMap(({ index: stage, image, platform, steps }): readonly ImageNames[] => {
		const from = [image?.text ?? "", platform?.value ?? ""].flatMap((text) => namesIn(file, text));
		const sources = steps.flatMap((step) => sourcesOf(step.trigger ?? step, file).flatMap(({ text }) => namesIn(file, text)));
		if (from.length + sources.length === 0) return [];
		const own = new Set(sources.length === 0 ? [] : steps.flatMap((step) => declaredBy(step, file)));
		return [{ stage, names: new Set([...from, ...sources.filter((name) => !own.has(name))]) }];
	}),
);

function namesIn({ escape }: Dockerfile, text: string): readonly string[] {
	if (!text.includes("$")) return [];
	const expansion = expand(text, { escape, lookup: () => UNSET });
	return expansion.kind === "invalid" ? [] : expansion.unset.map(({ name }) => name);
}

function declaredBy(step: Step, { escape }: Dockerfile): readonly string[] {
	return step.keyword === "ARG" || step.keyword === "ENV" ? assignmentsOf(step, escape).map(({ name }) => name) : [];
}

function isRun(step: Step): boolean {
	return (step.trigger ?? step).keyword === "RUN";
}
