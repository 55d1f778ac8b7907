import type { SpanEdit } from "../text.ts";
import { copiedPaths } from "./copiedPaths.ts";
import { commentsByLine, insertInstructionBefore, removeInstruction } from "./edit.ts";
import { isStandardFolder, makesFolder } from "./knownFolders.ts";
import { mentions, stepsBehind } from "./mentions.ts";
import type { Step } from "./model.ts";
import { isInside } from "./mountCoverage.ts";
import { commandsOf } from "./scripts.ts";
import { referencesTo } from "./stageReferences.ts";
import { stagesFrom } from "./stages.ts";
import { stepText } from "./stepText.ts";

/**
 * Gives steps that work in the root directory a folder of their own: what they write there is not found any more by who looks for
 * it below `/`, and what they read there they do not find themselves. No edits where the file shows such a thing.
 */

/** The edit that sets a folder above a step behind which none is set. */
export function setWorkdirAbove(first: Step, folder: string): readonly SpanEdit[] {
	if (isCopiedFrom(first) || [first, ...stepsBehind(first)].some((step) => needsRoot(first, step))) return [];
	return [insertInstructionBefore(first.stage.file, first, `WORKDIR ${folder}`)];
}

/** The edits that move a WORKDIR up, above the first step that needs it. */
export function moveWorkdirUp(first: Step, workdir: Step): readonly SpanEdit[] {
	const { file } = first.stage;
	const folder = workdir.arguments.text.trim();
	if (workdir.stage !== first.stage || isCopiedFrom(first) || !/^(?:\/[\w.-]+)+\/?$/.test(folder) || isStandardFolder(folder)) return [];
	// The comment would be left behind.
	if (commentsByLine(file).has(workdir.firstLine - 1)) return [];
	const between = first.stage.steps.slice(first.ordinal, workdir.ordinal);
	if (!between.every((step) => canMove(step, folder.replace(/\/$/, "")))) return [];
	const behind = stepsBehind(first);
	if (behind.some((step) => needsRoot(first, step, folder) || clonesHere(step))) return [];
	return [insertInstructionBefore(file, first, `WORKDIR ${folder}`), removeInstruction(file, workdir)];
}

/** Whether other stages take files out of the step's stage, or out of one that starts from it. */
function isCopiedFrom({ stage }: Step): boolean {
	return stagesFrom(stage).some((from) => referencesTo(from).some(({ step }) => step !== undefined));
}

const INDIFFERENT = new Set(["ARG", "ENV", "LABEL", "EXPOSE", "MAINTAINER", "STOPSIGNAL", "CMD", "ENTRYPOINT", "HEALTHCHECK"]);

/** Commands that may make the folder. */
const MAKERS = new Set(["mkdir", "mv", "cp", "ln", "git", "install"]);
/** What means all of the folder in which a command starts, or one above. */
const HERE = /^["']?(?:\.{1,2}\/?|(?:\.\/)?\*.*|\.\.\/.*)["']?$/;

/** Whether a step does the same in a folder that is new. */
function canMove(step: Step, folder: string): boolean {
	const text = stepText(step);
	// It may make the folder itself, and expect that it is not there.
	const name = folder.split("/")[1] ?? "";
	if (mentions(text, name)) return false;
	if (INDIFFERENT.has(step.keyword)) return true;
	if (needsRoot(step, step)) return false;
	if (step.keyword === "COPY" || step.keyword === "ADD") return true;
	if (step.keyword !== "RUN" || /\b(?:pwd|PWD|OLDPWD|useradd|adduser)\b/.test(text)) return false;
	return commandsOf(step).every(({ program, args }) =>
		args.every((word) => !HERE.test(word.text) && (word.value !== undefined || !MAKERS.has(program ?? ""))),
	);
}

/** `git clone … .` asks for an empty folder. */
function clonesHere(step: Step): boolean {
	return commandsOf(step).some(({ program, args }) => program === "git" && args.some((word) => /^\.\/?$/.test(word.value ?? "")));
}

/** Keywords whose paths say nothing of what is in the image so far. */
const SILENT = new Set(["WORKDIR", "VOLUME", "LABEL", "EXPOSE", "ARG", "MAINTAINER"]);
/** Folders of the system that a base image may lack, or that are no place for files. */
const SYSTEM_FOLDERS = /^\/(?:boot|dev|proc|sys|lib32|lib64|libx32)$/;
/** An absolute path, and one from the root directory that names a folder of the system: `./etc/x`. */
const ABSOLUTE = /(?<![\w.$}/:*~?\\%@+-])(\/[\w.-]+)/g;
const RELATIVE = /(?<![\w.$}/:*~?\\%@+-])(?:\.\/)?((?:bin|boot|dev|etc|home|lib|lib64|opt|proc|root|sbin|srv|sys|tmp|usr|var)\/)/;

/** Whether a step names a path below `/` that the steps from `first` on may have made, or a folder of the system relative to it. */
function needsRoot(first: Step, step: Step, folder?: string): boolean {
	if (SILENT.has(step.keyword)) return false;
	const text = step.keyword === "COPY" || step.keyword === "ADD" ? destinationText(step) : stepText(step);
	if (RELATIVE.test(text)) return true;
	if (step.keyword === "COPY" || step.keyword === "ADD") return false;
	for (const [, path = ""] of text.matchAll(ABSOLUTE)) {
		if (folder !== undefined && isInside(folder, path)) continue;
		if (!isStandardFolder(path) && !SYSTEM_FOLDERS.test(path) && !isMade(first, path)) return true;
	}
	return false;
}

/** The destination: the sources of a copy lie elsewhere. */
function destinationText({ exec, arguments: { text } }: Step): string {
	const words = exec?.values ?? text.trim().split(/\s+/);
	return words[words.length - 1] ?? "";
}

/** Whether a step makes a path below `/` by naming it as such. */
function isMade(first: Step, path: string): boolean {
	return stagesFrom(first.stage).some((stage) =>
		stage.steps.some(
			(step) => makesFolder(step, path) || copiedPaths(step).some(({ paths }) => paths.some((copied) => isInside(copied, path))),
		),
	);
}
