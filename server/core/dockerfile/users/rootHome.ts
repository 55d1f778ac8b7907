import { HOME_CALLS, type HomeCall } from "../../knowledge/homeSettings.ts";
import { remembered } from "../../memo.ts";
import { ownValue } from "../../ownValue.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { shellVariableAt } from "../commands/shellVariables.ts";
import { copiedPaths } from "../files/copiedPaths.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";
import { assignmentsOf } from "../model/views.ts";
import { callsAtStart, containerStart, runsAsAnother } from "../start/containerStart.ts";
import { programChain } from "../start/innerProgram.ts";
import { isRootUser, userAt, workdirAt } from "../variables/state.ts";
import { settingsOfRoot } from "./rootSettings.ts";

/** Whether a path is root's home or below it: with its mode of 700 nobody else may enter it. */
export function isRootHome(path: string): boolean {
	return path === "/root" || path.startsWith("/root/");
}

/**
 * Whether a container of a stage works or starts in root's home, by its folder, its words or its variables, or may read what a step has set or
 * installed there for root alone: as anybody else it does not start, or does something else.
 */
export function livesInRootHome(stage: Stage): boolean {
	const folder = workdirAt(stage);
	const path = folder.kind === "set" ? folder.value : stageBaseFacts(stage).folderOfRoot;
	if (path !== undefined && isRootHome(path)) return true;
	if (containerStart(stage).commands.some(({ name, args }) => [name, ...args].some((word) => isRootHome(word?.value ?? "")))) return true;
	if ([...settingsOfRoot(stage)].some((path) => !SHELL_SETTINGS.test(path) || mayStartShell(stage))) return true;
	return lineage(stage).some(
		(ancestor) => ancestor.steps.some(namesRootHome) || homeCallsOf(ancestor).some((call) => mayBeRead(stage, call)),
	);
}

/** What nobody but a shell reads that is talked to. */
const SHELL_SETTINGS = /^\/root\/\.(?:bash|zsh|profile|inputrc|dircolors|oh-my-zsh|p10k|vim)/;

function mayStartShell(stage: Stage): boolean {
	const start = containerStart(stage);
	const calls = callsAtStart(start);
	return calls.length === 0 || calls.some(({ program }) => program === undefined || /^(?:ba|da|a|z)?sh$|^su$/.test(program));
}

/** Whether a step copies something to root's home, or says by ENV that programs or their files lie there: `PATH=/root/.local/bin:$PATH`. */
function namesRootHome(step: Step): boolean {
	if (!step.line.text.includes("/root")) return false;
	if (step.keyword !== "ENV") return copiedPaths(step).some(({ paths }) => paths.some(isRootHome));
	return assignmentsOf(step, step.stage.file.escape).some(({ value = "" }) => /(?:^|[:=\s"'])\/root(?=$|[/:\s"'])/.test(value));
}

interface CallForRoot {
	readonly program: string;
	readonly call: HomeCall;
}

/** A word that stands in every such call. */
const MAY_KEEP = /\b(?:config|configure|install|require|add|ansible-galaxy)\b/;

/** The calls of a stage's own steps that keep something in root's home. */
const homeCallsOf = remembered((stage: Stage): readonly CallForRoot[] =>
	runSteps(stage).flatMap((step) => {
		if (!MAY_KEEP.test(stepText(step))) return [];
		const user = userAt(stage, step).value;
		// Whoever an unknown base image runs as: another user than the step's would not find what it has set.
		if (user.kind === "set" && !isRootUser(user.value)) return [];
		return commandsOf(step).flatMap((command) => homeCall(step, command));
	}),
);

function homeCall(step: Step, command: ShellCommand): readonly CallForRoot[] {
	if (runsAsAnother(command)) return [];
	return programChain(command).flatMap(({ program, words }) => {
		const operands = words.filter((word) => !word.startsWith("-"));
		const call = ownValue(HOME_CALLS, program.replace(/^pip[0-9.]+$/, "pip"))?.find(
			(candidate) =>
				candidate.words.every((word, index) => operands[index] === word) &&
				(candidate.option === undefined || words.some((word) => candidate.option?.test(word))) &&
				!words.some((word) => candidate.elsewhere?.test(word)),
		);
		return call === undefined || isMoved(step, command, call) ? [] : [{ program, call }];
	});
}

/** Whether a variable of the step, or of the base image, puts it elsewhere. */
function isMoved(step: Step, command: ShellCommand, { variables = [] }: HomeCall): boolean {
	const { environment = [], sets = [] } = stageBaseFacts(step.stage);
	return ["HOME", ...variables].some((name) => {
		const value = shellVariableAt(step, command, name);
		if (value.kind === "set") return value.value !== "" && !isRootHome(value.value);
		return name !== "HOME" && [...environment, ...sets].includes(name);
	});
}

/** Whether what a container runs may read it: what a script or a shell calls is unknown. */
function mayBeRead(stage: Stage, { program, call }: CallForRoot): boolean {
	if (call.ownOnly !== true) return true;
	const start = containerStart(stage);
	const calls = callsAtStart(start);
	if (start.hiddenScript !== undefined || calls.length === 0) return true;
	return calls.some((started) => started.program === undefined || programChain(started).some((inner) => inner.program === program));
}
