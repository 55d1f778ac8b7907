import { baseName } from "../../baseName.ts";
import { AMBIGUOUS_PROGRAMS } from "../../knowledge/startPrograms.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage, rootBase } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";
import { installedPackages } from "../packages/installedPackages.ts";
import { type ContainerStart, containerStart } from "../start/containerStart.ts";
import { baseServer } from "../start/imageServer.ts";

/**
 * The start of a container, without words that the script may take for the name of something that it does: `entrypoint.sh cron`. For what
 * is said as a fact alone: a word that is left out may be a program all the same, which the image has got by other ways than those seen here.
 */
export function certainStart(stage: Stage): ContainerStart {
	const start = containerStart(stage);
	if (start.handedOn.length === 0) return start;
	return { ...start, handedOn: start.handedOn.filter((command) => isProgram(stage, start, command)) };
}

/** Whether a word that a script is handed is a program for sure: by a path or options, because the script is seen, or because the image has it. */
function isProgram(stage: Stage, { hiddenScript }: ContainerStart, { name, program = "", args, wrapper }: ShellCommand): boolean {
	if (hiddenScript === undefined || wrapper !== undefined || !Object.hasOwn(AMBIGUOUS_PROGRAMS, program)) return true;
	if (name?.value?.includes("/") === true || (program !== "init" && args.some(({ text }) => /^-[a-zA-Z]/.test(text)))) return true;
	return baseHas(stage, program) || lineage(stage).some((ancestor) => ancestor.steps.some((step) => brings(step, program)));
}

function baseHas(stage: Stage, program: string): boolean {
	const { programs = [], commandNeedsRoot } = stageBaseFacts(stage);
	if (programs.includes(program) || commandNeedsRoot === program || baseServer(stage) === program) return true;
	const base = rootBase(stage);
	return base.kind === "image" && baseName(base.reference.repository).split(/[-_.]/).includes(program);
}

/** Whether a step installs a program, copies it, or names it in a folder of programs. */
function brings(step: Step, program: string): boolean {
	const packages = AMBIGUOUS_PROGRAMS[program];
	if (step.keyword !== "RUN" && step.keyword !== "COPY" && step.keyword !== "ADD") return false;
	if (new RegExp(`/s?bin/${program}(?![\\w.-])`).test(stepText(step))) return true;
	return packages !== undefined && step.keyword === "RUN" && installedPackages(step).some(({ name }) => packages.test(name));
}
