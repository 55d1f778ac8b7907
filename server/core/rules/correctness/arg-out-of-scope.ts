import { stageBaseFacts } from "../../dockerfile/base/baseFacts.ts";
import { type UndeclaredUse, undeclaredUses } from "../../dockerfile/commands/undeclaredUses.ts";
import { insertInstructionBefore } from "../../dockerfile/edits/edit.ts";
import { moveAbove } from "../../dockerfile/edits/moveInstruction.ts";
import { selfReferenceFix } from "../../dockerfile/edits/selfReference.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { type Assignment, assignmentsOf } from "../../dockerfile/model/views.ts";
import type { Instruction } from "../../dockerfile/syntax/structure.ts";
import { PLATFORM_ARGS } from "../../dockerfile/variables/predefined.ts";
import { globalDeclaration } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { type SpanEdit, shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const argOutOfScope = defineRule({
	id: "arg-out-of-scope",
	title: "An argument is used in a stage that does not declare it",
	category: "correctness",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [...same(["sonar", "S6579"]), ...similar(["buildkit", "UndefinedVar"])],
	onlyWith: { instructions: ["ARG"] },
	why: "An ARG above the first FROM is visible in FROM alone, one in a stage only below its line, and in stages that start from that one. Elsewhere it is empty, and nothing is said: a RUN downloads `app-.tar.gz`, or deletes `/` instead of `/$DIR`. The checks of the builder do not look into RUN.",
	remedy: "Write `ARG NAME` without a value in the stage: it takes the one from above.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#scope",
		"https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact",
	],
	examples: [
		{
			caption: "A global one",
			bad: "ARG VERSION=1.2\nFROM debian:12\nADD https://example.com/app-${«VERSION»}.tar.gz /tmp/\n",
			fixed: "ARG VERSION=1.2\nFROM debian:12\nARG VERSION\nADD https://example.com/app-${VERSION}.tar.gz /tmp/\n",
		},
		{
			caption: "Declared in the stage",
			good: "ARG VERSION=1.2\nFROM debian:12\nARG VERSION\nADD https://example.com/app-${VERSION}.tar.gz /tmp/\n",
		},
		{
			caption: "A global one in RUN and in COPY",
			bad: 'ARG V=1\nFROM debian:12\nRUN make\nRUN curl -O "https://example.com/a-${«V»}.tgz" && echo $V\nCOPY a-$«V» /a\n',
			fixed: 'ARG V=1\nFROM debian:12\nRUN make\nARG V\nRUN curl -O "https://example.com/a-${V}.tgz" && echo $V\nCOPY a-$V /a\n',
		},
		{
			caption: "Above its declaration, which moves up with its default",
			bad: "FROM debian:12\n\nRUN echo $«V»\n\n# which one\nARG V=1\n\nRUN echo $V\n",
			fixed: "FROM debian:12\n\n# which one\nARG V=1\nRUN echo $V\n\nRUN echo $V\n",
		},
		{
			caption: "Not one that says more, or depends on what stands between",
			bad: "FROM debian:12\nRUN echo $«V» $«W»\nARG V=1 W=2\nFROM debian:12\nRUN echo $«X»\nENV X=1\nARG X=2\nFROM debian:12\nRUN echo $«Y»\nARG Z=1\nARG Y=$Z\nCOPY --from=0 /a /a\nCOPY --from=1 /a /a\n",
		},
		{
			caption: "A default that was to be the global value",
			bad: "ARG V=1\nFROM debian:12\nARG V=$«V» W=1\n",
			fixed: "ARG V=1\nFROM debian:12\nARG V W=1\n",
		},
		{
			caption: "Of another stage",
			bad: "FROM debian:12 AS a\nARG V=1\nRUN echo $V\nFROM debian:12\nRUN <<EOF\necho ${«V»#v}\nEOF\n",
			fixed: "FROM debian:12 AS a\nARG V=1\nRUN echo $V\nFROM debian:12\nARG V=1\nRUN <<EOF\necho ${V#v}\nEOF\n",
		},
		{
			caption: "A base image that may set it, but is not named after it",
			bad: "ARG V=1\nARG BASE=acme/base\nFROM ${BASE:-acme/base:$V}\nRUN echo $«V»\n",
			fixed: "ARG V=1\nARG BASE=acme/base\nFROM ${BASE:-acme/base:$V}\nARG V\nRUN echo $V\n",
		},
		{
			caption: "The version in the base image's tag, which the stage declares too low",
			bad: "ARG VERSION=1.2\nFROM acme/base:${VERSION}\nLABEL version=$«VERSION»\nARG VERSION\nRUN echo $VERSION\n",
			fixed: "ARG VERSION=1.2\nFROM acme/base:${VERSION}\nARG VERSION\nLABEL version=$VERSION\nRUN echo $VERSION\n",
		},
		{
			caption: "What else stands in a tag, no image carries",
			bad: "ARG BASE_TAG=1 VARIANT=slim DISTRO=noble\nFROM acme/base:${BASE_TAG}-$VARIANT-$DISTRO\nRUN echo $«BASE_TAG» $«VARIANT» $«DISTRO»\n",
			fixed:
				"ARG BASE_TAG=1 VARIANT=slim DISTRO=noble\nFROM acme/base:${BASE_TAG}-$VARIANT-$DISTRO\nARG BASE_TAG\nARG VARIANT\nARG DISTRO\nRUN echo $BASE_TAG $VARIANT $DISTRO\n",
		},
		{
			caption: "Declared, in the stage or in one that it starts from",
			good: "ARG V=1\nFROM debian:12 AS a\nARG V\nRUN echo $V\nFROM a\nRUN echo $V\nENV W=$V\nFROM scratch AS c\nENV V=2\nFROM c\nCOPY $V /\n",
		},
		{
			caption: "What every shell has, and what Bash has",
			good: 'ARG HOME=/a\nARG UID=1\nFROM debian:12\nRUN cd $HOME && echo $PATH $HOSTNAME\nARG PATH=/b\nSHELL ["/bin/bash", "-c"]\nRUN echo $UID\n',
		},
		{
			caption: "Elsewhere they are empty",
			bad: "ARG HOME=/a\nARG UID=1\nFROM debian:12\nWORKDIR $«HOME»\nRUN useradd -u $«UID» a\n",
			fixed: "ARG HOME=/a\nARG UID=1\nFROM debian:12\nARG HOME\nWORKDIR $HOME\nARG UID\nRUN useradd -u $UID a\n",
		},
		{
			caption: "The script sets it, or may",
			good: "ARG V=1\nFROM debian:12\nRUN V=2; echo $V\nRUN for V in a b; do echo $V; done\nRUN read V < f && echo $V\nRUN . /etc/os-release && echo $V\nRUN : ${V:=3} && echo $V\nRUN --mount=type=secret,id=v,env=V echo $V\nRUN echo ${V:-3} '$V' \\$V # $V\nCMD echo $V\nARG W=$W\n",
		},
		{
			caption: "A base image that sets it, or may set what another stage calls so",
			good: "ARG NODE_VERSION=22\nFROM node:$NODE_VERSION\nRUN echo $NODE_VERSION\nARG APP_VERSION=1\nARG OS\nFROM acme/app:${APP_VERSION:-1}-$OS AS app\nLABEL version=$APP_VERSION\nFROM app\nRUN echo $APP_VERSION $OS\nFROM debian:12 AS a\nARG V\nFROM acme/a:1\nRUN echo $V\n",
		},
		{ caption: "Another shell", good: "# escape=`\nARG V=1\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN echo $V\n" },
	],
	check(file) {
		const firsts = new Map<string, UndeclaredUse>();
		const reports: Report[] = [];
		for (const use of undeclaredUses(file)) {
			const { step, name, places } = use;
			const declaration = PLATFORM_ARGS.has(name) ? undefined : declaredElsewhere(use);
			const [first, ...others] = places;
			if (declaration === undefined || first === undefined) continue;
			const key = `${step.stage.index} ${name}`;
			const top = firsts.get(key) ?? use;
			firsts.set(key, top);
			// In one stage one finding for all RUN; the builder's own check counts instructions.
			if (use.inShell && top !== use) continue;
			reports.push({
				span: first,
				message: messageFor(use, declaration),
				related: [
					{ span: declaration.assignment.nameSpan, message: "Declared here" },
					...others.map((span) => ({ span, message: "Used here, too" })),
				],
				fixes: () => fixesFor(use, top.step, declaration),
			});
		}
		return reports;
	},
});

/** What declares the argument where the use does not see it: further down in its stage, above the first FROM, or in another stage. */
interface Elsewhere {
	readonly kind: "below" | "global" | "stage";
	readonly instruction: Instruction;
	readonly assignment: Assignment;
}

/** Where the argument is declared; undefined if the base image may set the variable. */
function declaredElsewhere({ step, name }: UndeclaredUse): Elsewhere | undefined {
	const { stage } = step;
	const { file } = stage;
	const global = globalDeclaration(file, name);
	const below = declarationIn(stage.steps.slice(step.ordinal + 1), name);
	if (below !== undefined) return { kind: "below", ...below };
	if (global !== undefined) return { kind: "global", instruction: global.instruction, assignment: global.assignment };
	if (!isBaseKnown(stage)) return undefined;
	const inStage = declarationIn(
		file.stages.filter((other) => other !== stage).flatMap(({ steps }) => steps),
		name,
	);
	return inStage === undefined ? undefined : { kind: "stage", ...inStage };
}

/** Among steps, the first ARG of a name. */
function declarationIn(steps: readonly Step[], name: string): (Pick<Elsewhere, "assignment"> & { readonly instruction: Step }) | undefined {
	for (const step of steps) {
		if (step.keyword !== "ARG") continue;
		const assignment = assignmentsOf(step, step.stage.file.escape).find((candidate) => candidate.name === name);
		if (assignment !== undefined) return { instruction: step, assignment };
	}
	return undefined;
}

/** Whether it is known what the base image sets. */
function isBaseKnown(stage: Stage): boolean {
	return stageBaseFacts(stage).environment !== undefined;
}

function messageFor({ step, name }: UndeclaredUse, { kind }: Elsewhere): string {
	const isEmpty = isBaseKnown(step.stage);
	const what = shortened(name, 50);
	if (kind === "below") return isEmpty ? `${what} is declared further down, and empty here` : `${what} is declared further down`;
	return isEmpty ? `${what} is not declared in this stage, and empty` : `${what} is global: this stage does not see it`;
}

/** The declaration above the first use, with its default. */
function fixesFor({ step, name, places }: UndeclaredUse, first: Step, declaration: Elsewhere): readonly Fix[] {
	const { file } = step.stage;
	const own =
		step.keyword === "ARG"
			? selfReferenceFix(
					step,
					name,
					places.map((span) => ({ span })),
				)
			: undefined;
	if (own !== undefined && first === step) return [own];
	if (declaration.kind === "below") {
		const moved = movedUp(first, name, declaration);
		if (moved !== undefined) return [{ title: `Move ARG ${shortened(name, 50)} up`, safety: "review", edits: moved }];
		// Without a default it would be as empty above.
		if (globalDeclaration(file, name) === undefined) return [];
	}
	const { span, value } = declaration.assignment;
	const isPlain = declaration.kind === "stage" && value !== undefined && /^[^$\n]*$/.test(file.text.slice(span.start, span.end));
	const line = `ARG ${isPlain ? file.text.slice(span.start, span.end) : name}`;
	return [{ title: `Declare ARG ${shortened(name, 50)}`, safety: "review", edits: [insertInstructionBefore(file, first, line)] }];
}

/** Moves the ARG of the stage above a use; undefined where it says more, or what it says depends on the lines between. */
function movedUp(first: Step, name: string, { instruction, assignment }: Elsewhere): readonly SpanEdit[] | undefined {
	const { file, steps } = first.stage;
	const isAlone = assignmentsOf(instruction, file.escape).length === 1 && !(assignment.value ?? "").includes("$");
	const between = steps.filter((step) => step.ordinal >= first.ordinal && step.span.start < instruction.span.start);
	const isSet = between.some((step) => step.keyword === "ENV" && assignmentsOf(step, file.escape).some((other) => other.name === name));
	return isAlone && !isSet ? moveAbove(file, instruction, first) : undefined;
}
