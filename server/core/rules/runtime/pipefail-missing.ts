import { stageBaseFacts } from "../../dockerfile/baseFacts.ts";
import { insertAfter, insertAt, insertInstructionBefore } from "../../dockerfile/edit.ts";
import type { Stage, Step } from "../../dockerfile/model.ts";
import {
	breaksWithPipefail,
	type HiddenFailure,
	hiddenFailure,
	mentionsPipefail,
	shellOf,
	supportsPipefail,
} from "../../dockerfile/pipefail.ts";
import { pipelinesOf, runSteps, type StepScript, scriptsOf } from "../../dockerfile/scripts.ts";
import { shellAt } from "../../dockerfile/shell.ts";
import { lineage } from "../../dockerfile/stages.ts";
import type { Fix, LintSeverity } from "../../finding.ts";
import { sourceOffset } from "../../mappedText.ts";
import { memo, remembered } from "../../memo.ts";
import type { ShellCommand, ShellPipeline } from "../../shell/model.ts";
import { type SpanEdit, shortened } from "../../text.ts";
import { defineRule, same } from "../rule.ts";

export const pipefailMissing = defineRule({
	id: "pipefail-missing",
	title: "The failure of a command in a pipe is lost",
	category: "runtime",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL4006"],
		["kics", "efbf148a-67e9-42d2-ac47-02fa1c0d0b22"],
		["semgrep", "set-pipefail"],
		["droast", "DF057"],
	),
	onlyWith: { texts: ["|"] },
	why: "A shell judges a pipe by its last command. If the download in `curl … | tar x` breaks off, or the server answers with an error page, and tar is content with what it got, the step succeeds: an image without half of its files is tagged and shipped.",
	remedy:
		'Switch pipefail on: `set -o pipefail` in the RUN where its shell knows it (bash, BusyBox), or `SHELL ["/bin/bash", "-o", "pipefail", "-c"]` above it where `/bin/sh` is dash. Podman ignores SHELL in images of OCI format. `yes | …` and `… | head` fail under pipefail when the reader leaves early: download to a file first, or leave such a pipe alone.',
	references: [
		"https://docs.docker.com/build/building/best-practices/#using-pipes",
		"https://docs.docker.com/reference/dockerfile/#shell",
		"https://www.gnu.org/software/bash/manual/html_node/Pipelines.html",
	],
	examples: [
		{
			caption: "dash knows no pipefail: the steps from here on get bash",
			bad: "FROM debian:12\nRUN id\n# sources\nRUN «curl» https://a | tar xz && make\nRUN «wget» -O- https://b | sh\n",
			fixed:
				'FROM debian:12\nRUN id\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\n# sources\nRUN curl https://a | tar xz && make\nRUN wget -O- https://b | sh\n',
		},
		{
			caption: "BusyBox knows it: in the step itself",
			bad: "FROM alpine:3.20\nRUN apk add curl \\\n  && «curl» https://a \\\n  | tar xz\n",
			fixed: "FROM alpine:3.20\nRUN set -o pipefail && apk add curl \\\n  && curl https://a \\\n  | tar xz\n",
		},
		{
			caption: "With the options that are set already; other shells, heredocs",
			bad: 'FROM fedora:40\r\nRUN set -eux; «curl» https://a | sh\r\nRUN <<EOF\r\n#!/bin/bash\r\n«curl» b |& sh\r\nEOF\r\nRUN ["bash", "-c", "«curl» c | sh"]\r\n',
			fixed:
				'FROM fedora:40\r\nRUN set -eux -o pipefail; curl https://a | sh\r\nRUN <<EOF\r\n#!/bin/bash\r\nset -o pipefail\r\ncurl b |& sh\r\nEOF\r\nRUN ["bash", "-c", "set -o pipefail && curl c | sh"]\r\n',
		},
		{
			caption: "A shell inside the step",
			bad: "FROM debian:12\nRUN bash -lc '«curl» a | sh'\n",
			fixed: "FROM debian:12\nRUN bash -o pipefail -lc 'curl a | sh'\n",
		},
		{
			caption: "A chosen shell gets the option, child stages inherit it",
			bad: 'FROM debian:12 AS a\nSHELL ["/bin/bash", "-c"]\nRUN «curl» a | sh\n',
			fixed: 'FROM debian:12 AS a\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN curl a | sh\n',
		},
		{
			caption: "Nothing to repair by itself: SIGPIPE and harmless failures end builds under pipefail",
			bad: "FROM alpine\nRUN «curl» a | head -1\nRUN «apk» info | grep -v x | xargs apk del\n",
		},
		{
			caption: "bash would read other steps differently",
			bad: "FROM debian:12\nRUN «curl» a | sh\nRUN echo 'a\\nb' > c\n",
		},
		{ caption: "An unknown base: nobody knows its shells", bad: "FROM acme/base\nRUN «curl» a | sh\n" },
		{
			caption: "What does not fail in practice, and a check that gets nothing and fails by itself",
			good: 'FROM alpine\nRUN echo a:b | chpasswd && echo "$SUM  a" | sha256sum -c\nRUN sha256sum a | sha256sum -c\nRUN V=$(echo $A | cut -d. -f1) && b\n',
		},
		{
			caption: "What also fails harmlessly is information",
			bad: "FROM debian:12\nRUN «find» . | sort > a\n",
		},
		{
			caption: "In substitutions: information",
			bad: "FROM alpine\nRUN V=$(«curl» a | sed s/x/y/) && echo $V\n",
			fixed: "FROM alpine\nRUN set -o pipefail && V=$(curl a | sed s/x/y/) && echo $V\n",
		},
		{
			caption: "In the words of a command, where every status is lost",
			good: 'FROM alpine\nRUN cd "$(curl a | sed s/x/y/)" && apk add $(scanelf a | sort -u)\nRUN export V=$(curl a | tr -d x)\n',
		},
		{
			caption: "Switched on: by SHELL, also of a stage below",
			good: 'FROM debian AS a\nSHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nFROM a\nRUN curl a | sh\n',
		},
		{ caption: "By sh itself, where it is BusyBox", good: 'FROM alpine\nSHELL ["/bin/sh", "-o", "pipefail", "-c"]\nRUN curl a | sh\n' },
		{
			caption: "By the step",
			good: "FROM fedora\nRUN set -euo pipefail; curl a | sh\nRUN bash -o pipefail -c 'curl a | sh'\nRUN <<EOF\nset -o pipefail\ncurl a | sh\nEOF\n",
		},
		{
			caption: "Its result is asked for, or does not matter",
			good: "FROM debian\nRUN if curl a | grep b; then c; fi; ! curl d | grep e; curl f | sh || true\n",
		},
		{
			caption: "No pipe, another shell, exec form",
			good: 'FROM debian\nRUN a || b && echo "c | d"\nRUN ["a", "|", "b"]\nSHELL ["pwsh", "-c"]\nRUN a | b\n',
		},
	],
	*check(file) {
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				const found = hiddenPipe(step);
				if (found === undefined) continue;
				const { pipeline, failure } = found;
				const { command } = failure;
				if (command === undefined) continue;
				const script = scriptsOf(step).find((candidate) => candidate.pipelines.includes(pipeline));
				yield {
					span: command.name?.span ?? command.span,
					message: messageFor(failure),
					...severityOf(stage, pipeline, failure),
					fixes: script === undefined ? [] : fixesFor(script, pipeline),
				};
			}
		}
	},
});

interface HiddenPipe {
	readonly pipeline: ShellPipeline;
	readonly failure: HiddenFailure;
}

/** The pipe of a step to report: the one that hides the worst; undefined if none hides anything. */
function hiddenPipe(step: Step): HiddenPipe | undefined {
	if (!step.line.text.includes("|") && step.heredocs.length === 0) return undefined;
	const pipelines = pipelinesOf(step).filter((pipeline) => !isAskedFor(step, pipeline));
	if (pipelines.length === 0 || mentionsPipefail(step)) return undefined;
	const found = pipelines.map((pipeline) => ({ pipeline, failure: hiddenFailure(pipeline) }));
	return found.find(({ failure }) => failure.weight === "real") ?? found.find(({ failure }) => failure.weight === "minor");
}

function messageFor({ command }: HiddenFailure): string {
	return `A failure of ${shortened(command?.program ?? "a command", 30)} is lost: the pipe runs without pipefail`;
}

/** Whether a pipe stands in the words of another command (`cd "$(a | b)"`): its status is lost in every case, that of `V=$(a | b)` is not. */
function isArgument(step: Step, { span }: ShellPipeline): boolean {
	const around = scriptsOf(step)
		.flatMap(({ commands }) => commands)
		.filter((command) => command.span.start < span.start && command.span.end > span.end)
		.reduce<ShellCommand | undefined>((inner, command) => (inner && inner.span.start > command.span.start ? inner : command), undefined);
	return around?.name !== undefined;
}

/** A condition, or `|| true` behind it: the step decides by itself what a failure means. */
function isAskedFor(step: Step, pipeline: ShellPipeline): boolean {
	if (pipeline.within.some((enclosure) => enclosure === "condition" || enclosure === "negation")) return true;
	if (pipeline.within.at(-1) === "substitution" && isArgument(step, pipeline)) return true;
	for (const script of scriptsOf(step)) {
		const next = script.commands.find(
			(command) => command.span.start >= pipeline.span.end && command.within.length <= pipeline.within.length,
		);
		if (script.pipelines.includes(pipeline)) return next?.connector === "||" && /^(?:true|:|echo)$/.test(next.program ?? "");
	}
	return false;
}

function severityOf(stage: Stage, pipeline: ShellPipeline, { weight }: HiddenFailure): { readonly severity?: LintSeverity } {
	if (stage.use === "unused") return { severity: "hint" };
	return weight === "minor" || pipeline.within.includes("substitution") ? { severity: "info" } : {};
}

function fixesFor(script: StepScript, pipeline: ShellPipeline): readonly Fix[] {
	if (script.pipelines.some(breaksWithPipefail)) return [];
	const note = "From then on the step fails if any command of a pipe fails.";
	const inner = wrapperShell(pipeline);
	if (inner !== undefined) {
		if (inner.program !== "bash" || inner.decoded || inner.name === undefined) return [];
		return [{ title: "Run bash with pipefail", safety: "review", edits: [insertAfter(inner.name.span, " -o pipefail")], note }];
	}
	const own = supportsPipefail(script) === "yes" ? setInScript(script) : undefined;
	const shell = setInShell(script);
	return [
		...(shell?.existing === true ? [shell.fix] : []),
		...(own === undefined ? [] : [{ title: "Set pipefail in the step", safety: "review" as const, edits: [own], note }]),
		...(shell?.existing === false ? [shell.fix] : []),
	];
}

/** `bash -c '…'` around the pipe. */
function wrapperShell(pipeline: ShellPipeline): ShellCommand | undefined {
	for (let wrapper = pipeline.commands[0]?.wrapper; wrapper !== undefined; wrapper = wrapper.wrapper)
		if (/^(?:bash|sh|ash|dash|zsh|ksh|su|runuser)$/.test(wrapper.program ?? "")) return wrapper;
	return undefined;
}

function setInScript(script: StepScript): SpanEdit | undefined {
	const first = script.commands[0];
	const start = script.statements[0];
	if (first === undefined || start === undefined || script.errors.length > 0) return undefined;
	const last = first.args[first.args.length - 1];
	if (first.program === "set" && last !== undefined && first.args.every((word) => /^-[a-z]+$/.test(word.text)) && first.within.length === 0)
		return insertAfter(last.span, " -o pipefail");
	const offset = sourceOffset(script.source, start.at);
	if (script.form !== "heredoc") return insertAt(offset, "set -o pipefail && ");
	const { file } = script.step.stage;
	const line = file.text.slice(file.text.lastIndexOf("\n", offset - 1) + 1, offset);
	return line.trim() === "" ? insertAt(offset, `set -o pipefail${file.lineBreak}${line}`) : undefined;
}

interface ShellFix {
	readonly fix: Fix;
	/** Whether a SHELL is there already. */
	readonly existing: boolean;
}

const SHELLS: Readonly<Record<string, string>> = {
	debian: "/bin/bash",
	redhat: "/bin/bash",
	suse: "/bin/bash",
	arch: "/bin/bash",
	alpine: "/bin/ash",
	busybox: "/bin/sh",
};

/** SHELL with pipefail for the step and those that follow it; undefined where that could break one of them. */
function setInShell(script: StepScript): ShellFix | undefined {
	const { step } = script;
	const { stage } = step;
	if (script.form === "argument" || shellOf(script) !== shellAt(stage, step).program) return undefined;
	const shell = shellAt(stage, step);
	if (shell.step !== undefined) {
		const option = shell.step.exec?.elements.find((element) => element.value === "-c");
		if (shell.step.stage !== stage || option === undefined || supportsPipefail(script) !== "yes") return undefined;
		if (!canGetPipefail(stage, shell.step, false)) return undefined;
		const edits = [insertAt(option.span.start, '"-o", "pipefail", ')];
		return { fix: { title: "Add pipefail to SHELL", safety: "review", edits }, existing: true };
	}
	const { family, shell: sh } = stageBaseFacts(stage);
	const path = family === undefined ? undefined : SHELLS[family];
	const first = firstHidden(stage);
	if (path === undefined || sh === "none" || first === undefined || !canGetPipefail(stage, first, sh === "dash")) return undefined;
	const edits = [insertInstructionBefore(stage.file, first, `SHELL ["${path}", "-o", "pipefail", "-c"]`)];
	return { fix: { title: `Run the steps with ${path} and pipefail`, safety: "review", edits }, existing: false };
}

/** Whether the steps from one on, those of stages that start from this one included, would do the same with the other shell. */
function canGetPipefail(stage: Stage, from: Step, otherShell: boolean): boolean {
	const memo = otherShell ? inOtherShell : inOwnShell;
	const before = memo.get(from);
	if (before !== undefined) return before;
	const heirs = stage.file.stages.filter((candidate) => lineage(candidate).includes(stage));
	const can = heirs.every((heir) =>
		heir.steps.every((step) => (heir === stage && step.ordinal < from.ordinal) || (takesPipefail(step) && !(otherShell && echoes(step)))),
	);
	memo.set(from, can);
	return can;
}

const inOwnShell = memo<Step, boolean>();
const inOtherShell = memo<Step, boolean>();
const takesPipefail = remembered((step: Step): boolean =>
	scriptsOf(step).every((script) => script.form === "argument" || !script.pipelines.some(breaksWithPipefail)),
);

function echoes(step: Step): boolean {
	return scriptsOf(step).some((script) => script.form !== "argument" && script.commands.some(echoesEscapes));
}

const firsts = memo<Stage, Step | undefined>();

/** The first step of a stage that hides a failure and runs in the shell that the stage starts with. */
function firstHidden(stage: Stage): Step | undefined {
	if (firsts.has(stage)) return firsts.get(stage);
	const first = runSteps(stage).find((candidate) => hiddenPipe(candidate) !== undefined && shellAt(stage, candidate).step === undefined);
	firsts.set(stage, first);
	return first;
}

/** dash's echo reads `\n`, bash's does not. */
function echoesEscapes(command: ShellCommand): boolean {
	return command.program === "echo" && command.args.some((word) => word.text.includes("\\"));
}
