import { stageBaseFacts } from "../../dockerfile/baseFacts.ts";
import { insertInstructionBefore } from "../../dockerfile/edit.ts";
import { PLATFORM_ARGS } from "../../dockerfile/predefined.ts";
import { type UndeclaredUse, undeclaredUses } from "../../dockerfile/undeclaredUses.ts";
import { globalDeclaration } from "../../dockerfile/variables.ts";
import { assignmentsOf } from "../../dockerfile/views.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const argOutOfScope = defineRule({
	id: "arg-out-of-scope",
	title: "An argument is used in a stage that does not declare it",
	category: "correctness",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["sonar", "S6579"]),
	onlyWith: { instructions: ["ARG"] },
	why: "An ARG above the first FROM is visible in FROM alone, one in a stage only below its line, and in stages that start from that one. Elsewhere it is empty, and nothing is said: a RUN downloads `app-.tar.gz`, or deletes `/` instead of `/$DIR`. The checks of the builder do not look into RUN.",
	remedy: "Write `ARG NAME` without a value in the stage: it takes the one from above.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#scope",
		"https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact",
	],
	examples: [
		{
			caption: "A global one in RUN and in COPY",
			bad: 'ARG V=1\nFROM debian:12\nRUN make\nRUN curl -O "https://example.com/a-${«V»}.tgz" && echo $V\nCOPY a-$«V» /a\n',
			fixed: 'ARG V=1\nFROM debian:12\nRUN make\nARG V\nRUN curl -O "https://example.com/a-${V}.tgz" && echo $V\nCOPY a-$V /a\n',
		},
		{
			caption: "Above its declaration",
			bad: "FROM debian:12\nRUN echo $«V»\nARG V=1\nRUN echo $V\n",
			fixed: "FROM debian:12\nARG V\nRUN echo $V\nARG V=1\nRUN echo $V\n",
		},
		{
			caption: "A default that was to be the global value",
			bad: "ARG V=1\nFROM debian:12\nARG V=$«V»\n",
			fixed: "ARG V=1\nFROM debian:12\nARG V\nARG V=$V\n",
		},
		{
			caption: "Of another stage",
			bad: "FROM debian:12 AS a\nARG V=1\nRUN echo $V\nFROM debian:12\nRUN <<EOF\necho ${«V»#v}\nEOF\n",
			fixed: "FROM debian:12 AS a\nARG V=1\nRUN echo $V\nFROM debian:12\nARG V\nRUN <<EOF\necho ${V#v}\nEOF\n",
		},
		{
			caption: "Declared, in the stage or in one that it starts from",
			good: "ARG V=1\nFROM debian:12 AS a\nARG V\nRUN echo $V\nFROM a\nRUN echo $V\nENV W=$V\nFROM scratch AS c\nENV V=2\nFROM c\nCOPY $V /\n",
		},
		{
			caption: "The script sets it, or may",
			good: "ARG V=1\nFROM debian:12\nRUN V=2; echo $V\nRUN for V in a b; do echo $V; done\nRUN read V < f && echo $V\nRUN . /etc/os-release && echo $V\nRUN : ${V:=3} && echo $V\nRUN --mount=type=secret,id=v,env=V echo $V\nRUN echo ${V:-3} '$V' \\$V # $V\nCMD echo $V\nARG W=$W\n",
		},
		{
			caption: "A base image that sets it, or may set what another stage calls so",
			good: "ARG NODE_VERSION=22\nFROM node:$NODE_VERSION\nRUN echo $NODE_VERSION\nFROM debian:12 AS a\nARG V\nFROM acme/a:1\nRUN echo $V\n",
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
				message: `${shortened(name, 50)} is not declared in this stage, and empty`,
				related: [{ span: declaration, message: "Declared here" }, ...others.map((span) => ({ span, message: "Used here, too" }))],
				fixes: [
					{
						title: `Declare ARG ${shortened(name, 50)}`,
						safety: "review",
						edits: [insertInstructionBefore(file, top.step, `ARG ${name}`)],
					},
				],
			});
		}
		return reports;
	},
});

/** Where the argument is declared; undefined if the base image may set the variable. */
function declaredElsewhere({ step, name }: UndeclaredUse): Span | undefined {
	const { stage } = step;
	const { file } = stage;
	const global = globalDeclaration(file, name);
	if (global !== undefined) return global.assignment.nameSpan;
	for (const other of file.stages) {
		for (const candidate of other.steps) {
			// `ARG V=$V` names itself.
			if (other === stage && candidate.ordinal === step.ordinal) continue;
			if (candidate.keyword !== "ARG" || (other !== stage && stageBaseFacts(stage).environment === undefined)) continue;
			const declared = assignmentsOf(candidate, file.escape).find((assignment) => assignment.name === name);
			if (declared !== undefined) return declared.nameSpan;
		}
	}
	return undefined;
}
