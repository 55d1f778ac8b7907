import { remembered } from "../../memo.ts";
import type { SpanEdit } from "../../text.ts";
import { calledBy, commandsOf } from "../commands/scripts.ts";
import { insertInstructionBefore } from "../edits/edit.ts";
import { referencesTo } from "../edits/stageReferences.ts";
import { mentions, stepsBehind } from "../model/mentions.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage, stagesFrom } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";
import { normalPath } from "../variables/state.ts";
import { expandAt } from "../variables/variables.ts";
import { contextCopyOf, isContextRoot, wholeContextSource } from "./contextCopies.ts";
import { absolute, copiedPaths } from "./copiedPaths.ts";
import { copyWordsOf } from "./copyWords.ts";
import { isStandardFolder } from "./knownFolders.ts";
import { isInside } from "./mountCoverage.ts";
import { volumesOf } from "./volumes.ts";

/**
 * Gives steps that work in the root directory a folder of their own: what they write there is not found any more by who looks for
 * it below `/`, and what they read there they do not find themselves. No edits where the file shows such a thing.
 */

/** The edit that sets a folder above a step behind which none is set. */
export function setWorkdirAbove(first: Step, folder: string): readonly SpanEdit[] {
	if (isCopiedFrom(first) || isInVolume(first, folder) || copiedToRoot(first.stage).has(folder)) return [];
	const steps = [first, ...stepsBehind(first)];
	if (steps.some((step) => needsRoot(first, step) || namesSystemFolder(step) || namesRootCopy(first, step))) return [];
	return [insertInstructionBefore(first.stage.file, first, `WORKDIR ${folder}`)];
}

/** The edit that sets a folder above the first step that needs it, where a WORKDIR sets it further down. That one stays: others may stand in between. */
export function repeatWorkdirAbove(first: Step, workdir: Step): readonly SpanEdit[] {
	const text = workdir.arguments.text.trim();
	const folder = ownFolder(workdir, text);
	if (folder === undefined || workdir.stage !== first.stage || isCopiedFrom(first) || isInVolume(first, folder)) return [];
	const { steps } = first.stage;
	const between = steps.slice(first.ordinal, workdir.ordinal);
	if (!between.every((step) => canMove(step, folder))) return [];
	// The folder that is set may be one of the context.
	if (between.some(copiesWholeFolder) && !steps.slice(workdir.ordinal).some(isCopy)) return [];
	if (stepsBehind(first).some((step) => needsRoot(first, step, folder) || clonesHere(step))) return [];
	return [insertInstructionBefore(first.stage.file, first, `WORKDIR ${textAbove(first, text, folder)}`)];
}

/** The absolute path that a WORKDIR sets, if it is a folder that only the application uses. */
function ownFolder(workdir: Step, text: string): string | undefined {
	const expansion = expandAt(workdir, text);
	if (expansion.kind !== "known" || expansion.unset.length > 0) return undefined;
	const folder = expansion.value.replace(/\/$/, "");
	return /^(?:\/[\w.-]+)+$/.test(folder) && !isStandardFolder(folder) ? folder : undefined;
}

/** A text where it means the same above; else, where its variables are declared later, the folder itself. */
function textAbove(first: Step, text: string, folder: string): string {
	const above = expandAt(first, text);
	return above.kind === "known" && above.unset.length === 0 && above.value.replace(/\/$/, "") === folder ? text : folder;
}

/** Whether a folder lies in a volume: what a build writes there may be gone. */
function isInVolume(first: Step, folder: string): boolean {
	const steps = [...lineage(first.stage), ...stagesFrom(first.stage)].flatMap((stage) => stage.steps);
	const volumes = steps.filter(({ keyword }) => keyword === "VOLUME").flatMap(volumesOf);
	return volumes.some(({ path }) => path === undefined || isInside(folder, path));
}

function isCopy({ keyword }: Step): boolean {
	return keyword === "COPY" || keyword === "ADD";
}

function copiesWholeFolder(step: Step): boolean {
	return copyWordsOf(step)?.sources.some(({ value }) => value !== undefined && isContextRoot(value)) === true;
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
	if (INDIFFERENT.has(step.keyword)) return !namesSystemFolder(step);
	const name = folder.split("/")[1] ?? "";
	if (isCopy(step)) return !namesSystemFolder(step) && !new RegExp(`^(?:\\./)?${name}(?:/|$)`).test(destinationText(step));
	const text = stepText(step);
	// It may make the folder itself, and expect that it is not there.
	if (mentions(text, name) || needsRoot(step, step) || namesSystemFolder(step) || namesRootCopy(step, step)) return false;
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
/** An absolute path, in a list of them, behind an option or as a pattern, too: `a:/b`, `${A:-/b}`, `\/b`. */
const ABSOLUTE = /(?<![\w.$}/*~?%@+]|(?<!:)-)(\/[\w.-]+)/g;
/** A path from the root directory that names a folder of the system: `./etc/x`. */
const RELATIVE = /(?<![\w.$}/:*~?\\%@+-])(?:\.\/)?((?:bin|boot|dev|etc|home|lib|lib64|opt|proc|root|sbin|srv|sys|tmp|usr|var)\/)/;
/** Folders that projects have, too. */
const COMMON_FOLDERS = new Set(["bin", "lib", "tmp", "var"]);
const ABOVE = /(?<![\w./])\.\.\//;

/** Whether a step, as it works in `/`, names a folder of the system by a path that does not begin there. */
function namesSystemFolder(step: Step): boolean {
	if (SILENT.has(step.keyword)) return false;
	if (!isCopy(step)) return RELATIVE.test(stepText(step));
	const [, folder] = RELATIVE.exec(destinationText(step)) ?? [];
	// A folder of the project that keeps its name.
	const name = folder?.replace(/\/$/, "");
	const isOwn =
		name !== undefined && COMMON_FOLDERS.has(name) && copyWordsOf(step)?.sources.every(({ text }) => isNamed(text, name)) === true;
	return folder !== undefined && !isOwn;
}

function isNamed(source: string, name: string): boolean {
	return source.replace(/^\.\//, "").replace(/\/$/, "") === name;
}

/** Whether a step names a path below `/` that the steps from `first` on may have made. */
function needsRoot(first: Step, step: Step, folder?: string): boolean {
	if (SILENT.has(step.keyword)) return false;
	if (isCopy(step)) return ABOVE.test(destinationText(step));
	const text = stepText(step);
	if (ABOVE.test(text)) return true;
	for (const [, path = ""] of text.matchAll(ABSOLUTE)) {
		if (folder !== undefined && isInside(folder, path)) continue;
		if (!isStandardFolder(path) && !SYSTEM_FOLDERS.test(path) && !madeAtRoot(first.stage).has(path)) return true;
	}
	return false;
}

/**
 * Whether a step names what was copied to the root directory by a path that does not begin there, `./app`, as a file or as the program
 * that it calls. Files that a copy of the whole context puts into the working folder, too, are meant there.
 */
function namesRootCopy(first: Step, step: Step): boolean {
	if (SILENT.has(step.keyword) || isCopy(step)) return false;
	const copied = copiedToRoot(first.stage);
	if (copied.size === 0) return false;
	const isCopied = (written: string): boolean => copied.has(`/${firstPart(written)}`);
	if (calledBy(step).some(({ name }) => isCopied(name?.value ?? ""))) return true;
	const inFolder = hasWholeContext(step);
	return (stepText(step).match(RELATIVE_PATH) ?? []).some(
		(path) => isCopied(path) && !(inFolder && copied.get(`/${firstPart(path)}`) === "same name in the context"),
	);
}

/** A word that is written as a path, or as a file by its ending: `./a`, `a/b`, `a.txt`. */
const RELATIVE_PATH = /(?<![\w.$}/:*~?\\%@+-])(?:\.\/[\w.-]+|[\w.-]+(?:\/|\.[A-Za-z]\w*(?![\w.-])))/g;

/** The first folder of a relative path, or its only name. */
function firstPart(path: string): string {
	return path.replace(/^\.\//, "").split("/")[0] ?? "";
}

/** Whether the whole context lies in the working folder when a step runs. */
function hasWholeContext({ stage, ordinal }: Step): boolean {
	return lineage(stage).some((above) => (firstWholeCopy(above) ?? Infinity) < (above === stage ? ordinal : Infinity));
}

const firstWholeCopy = remembered((stage: Stage): number | undefined => {
	const isWhole = (step: Step): boolean => {
		const copy = contextCopyOf(step);
		return copy !== undefined && /^\.\/?$/.test(copy.destination) && wholeContextSource(copy) !== undefined;
	};
	return stage.steps.find(isWhole)?.ordinal;
});

type Origin = "same name in the context" | "elsewhere";

/** The files and folders that copies of a stage's lineage, and of stages that start from it, put right below `/` by an absolute destination. */
const copiedToRoot = remembered((stage: Stage): ReadonlyMap<string, Origin> => {
	const copied = new Map<string, Origin>();
	const steps = [...lineage(stage), ...stagesFrom(stage)].flatMap((any) => any.steps);
	for (const { step, source, paths } of steps.filter((any) => destinationText(any).startsWith("/")).flatMap(copiedPaths)) {
		if (isContextRoot(source)) continue;
		for (const path of paths) {
			if (path.lastIndexOf("/") !== 0) continue;
			const isSame = contextCopyOf(step) !== undefined && normalPath(source) === path && copied.get(path) !== "elsewhere";
			copied.set(path, isSame ? "same name in the context" : "elsewhere");
		}
	}
	return copied;
});

/** The destination: the sources of a copy lie elsewhere. */
function destinationText(step: Step): string {
	return copyWordsOf(step)?.destination.text ?? "";
}

/** The folders and files right below `/` that steps of a stage, or of those that start from it, make by naming them as such. */
const madeAtRoot = remembered(
	(stage: Stage): ReadonlySet<string> =>
		new Set(
			stagesFrom(stage)
				.flatMap(({ steps }) => steps)
				.flatMap(madePaths)
				.map((path) => /^\/[^/]*/.exec(path)?.[0] ?? path),
		),
);

function madePaths(step: Step): readonly string[] {
	if (step.keyword === "WORKDIR") return [absolute(step, step.arguments.text.trim()) ?? ""];
	if (step.keyword !== "RUN") return copiedPaths(step).flatMap(({ paths }) => paths);
	const folders = commandsOf(step).filter(({ program }) => program === "mkdir");
	return folders.flatMap(({ args }) => args.flatMap(({ value }) => (value?.startsWith("/") === true ? [value] : [])));
}
