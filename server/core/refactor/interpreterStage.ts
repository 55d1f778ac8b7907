import { baseImageFacts } from "../dockerfile/base/baseFacts.ts";
import { scriptsOf } from "../dockerfile/commands/scripts.ts";
import { insertAfter, insertInstructionAfter } from "../dockerfile/edits/edit.ts";
import { chainOf } from "../dockerfile/edits/runHeredoc.ts";
import { isOpen } from "../dockerfile/edits/stageEnd.ts";
import type { Dockerfile, Stage, Step } from "../dockerfile/model/model.ts";
import { type PackageCall, packageCallsOf } from "../dockerfile/packages/packageCalls.ts";
import { normalPath, workdirAt } from "../dockerfile/variables/state.ts";
import type { Span, SpanEdit } from "../text.ts";
import { wholeStageAt } from "./refactoring.ts";

/** What is the same for the splits of programs that run in the image of their interpreter. */

/** The only stage of a file, from an official image of the interpreter, with a start in exec form. */
export function interpreterStage(file: Dockerfile, at: Span, interpreter: "node" | "python"): Stage | undefined {
	const stage = wholeStageAt(file, at);
	if (stage?.image === undefined || stage.name !== undefined || file.stages.length !== 1 || stage.base.kind !== "image") return undefined;
	const { reference } = stage.base;
	if (stage.image.text !== reference.text || reference.repository !== `library/${interpreter}`) return undefined;
	if (baseImageFacts(reference).interpreter !== interpreter || baseImageFacts(reference).family === "windows") return undefined;
	const starts = stage.steps.filter((step) => step.keyword === "CMD" || step.keyword === "ENTRYPOINT");
	if (starts.length === 0 || starts.some((step) => step.exec === undefined)) return undefined;
	return stage.steps.some((step) => step.keyword === "SHELL" || step.keyword === "ONBUILD" || isOpen(step)) ? undefined : stage;
}

/** The calls of a package manager that a RUN consists of; undefined if it does anything else. */
export function onlyCalls(step: Step, manager: "npm" | "pip"): readonly PackageCall[] | undefined {
	const [script, ...others] = scriptsOf(step);
	if (step.keyword !== "RUN" || script?.form !== "line" || others.length > 0 || step.heredocs.length > 0) return undefined;
	const chain = chainOf(script);
	const calls = packageCallsOf(step);
	if (chain === undefined || chain.length !== script.commands.length) return undefined;
	return calls.length === chain.length && calls.every((call) => call.manager === manager) ? calls : undefined;
}

/** The working directory of a stage, if it is one folder that the file sets before anything is copied or run. */
export function onlyWorkdir(stage: Stage): string | undefined {
	const steps = stage.steps.filter((step) => step.keyword === "WORKDIR");
	const [step] = steps;
	const workdir = workdirAt(stage);
	if (step === undefined || steps.length > 1 || workdir.kind !== "set" || normalPath(workdir.value) === "/") return undefined;
	return stage.steps.some((other) => other.ordinal < step.ordinal && ["COPY", "ADD", "RUN"].includes(other.keyword))
		? undefined
		: workdir.value;
}

/** The text of an instruction, comments between its lines included. */
export function writtenText(step: Step): string {
	return step.stage.file.text.slice(step.span.start, step.span.end).replaceAll("\r\n", "\n");
}

/** The edits that name a stage `build`, end it behind a step, and begin another one from the same image with the given lines. */
export function beginRuntime(stage: Stage, last: Step, lines: readonly string[]): readonly SpanEdit[] {
	if (stage.image === undefined) return [];
	const from = `FROM ${stage.platform === undefined ? "" : `${stage.platform.text} `}${stage.image.text}`;
	return [insertAfter(stage.image.span, " AS build"), insertInstructionAfter(stage.file, last, ["", from, ...lines].join("\n"))];
}
