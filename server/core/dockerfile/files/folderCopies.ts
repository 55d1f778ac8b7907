import { baseName } from "../../baseName.ts";
import { LARGE_NAME } from "../../knowledge/archiveNames.ts";
import { isFileName } from "../../knowledge/fileNames.ts";
import { BRINGS_NO_FILES } from "../../knowledge/plainPrograms.ts";
import { remembered } from "../../memo.ts";
import { comparable } from "../../shell/words.ts";
import { pathAt } from "../commands/commandFolder.ts";
import { commandsOf } from "../commands/scripts.ts";
import { wordValue } from "../commands/wordValues.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";
import { workdirAt } from "../variables/state.ts";
import { type CopiedPath, copiedPaths, copyOf, patternCopyOf } from "./copiedPaths.ts";
import { folderAbove, isInside } from "./mountCoverage.ts";

/** Folders that images bring with something in them. */
const SYSTEM = /^\/(?:(?:bin|boot|dev|etc|lib\d*|media|mnt|proc|root|run|sbin|sys|tmp|usr|var|home|opt|srv)(?:\/|$)|$)/;
/** What lies in those and is the application's own. */
const OWN = /^\/(?:opt|srv|usr\/src|var\/www|home\/[^/]+)\/./;

/** The copy of a path; of a folder that is changed with all that is in it, else, those that fill it. */
export function copiesOf(step: Step, path: string, recursive: boolean): readonly CopiedPath[] {
	const copy = (isPattern(path) ? patternCopyOf : copyOf)(step.stage, path, step);
	if (copy !== undefined) return [copy];
	return recursive && !isPattern(path) ? copiesInto(step.stage, path, step) : [];
}

/** Whether the last part of a path is a pattern. */
function isPattern(path: string): boolean {
	return /[*?]/.test(path);
}

/** What the COPYs right above a step have put into a folder that nothing else fills; none where it is evidently small. */
function copiesInto(stage: Stage, folder: string, before: Step): readonly CopiedPath[] {
	const found: CopiedPath[] = [];
	for (let index = before.ordinal - 1; index >= 0; index--) {
		const step = stage.steps[index] as Step;
		if (step.keyword === "RUN") break;
		found.push(...copiedPaths(step).filter(({ paths }) => paths.every((path) => isInside(path, folder))));
	}
	if (!found.some(isLarge) || (SYSTEM.test(folder) && !OWN.test(folder))) return [];
	const isFilled = lineage(stage).some((ancestor) => {
		const end = ancestor === stage ? before.ordinal : ancestor.steps.length;
		return ancestor.steps.slice(0, end).some((step) => step.keyword === "RUN" && mayFill(step, folder));
	});
	return isFilled ? [] : found;
}

function isLarge({ step, source }: CopiedPath): boolean {
	const name = baseName(source);
	if (LARGE_NAME.test(name)) return true;
	return (source.endsWith("/") || step.flags.some((flag) => flag.name === "from")) && !isFileName(name);
}

/** Whether a RUN may put something into a folder: it works there, or names it otherwise than to make it. */
function mayFill(step: Step, folder: string): boolean {
	const workdir = workdirAt(step.stage, step);
	if (workdir.kind === "set" && isInside(workdir.value, folder)) return true;
	if (!stepText(step).includes(folder)) return false;
	return commandsOf(step).some(
		({ program = "", args }) => !BRINGS_NO_FILES.has(program) && args.some((word) => comparable(word).includes(folder)),
	);
}

/** Whether a command of a RUN changes everything in a folder in which a path lies. */
export function changesFolderAbove(step: Step, path: string): boolean {
	const folders = foldersChanged(step);
	if (folders.size === 0) return false;
	for (let at = folderAbove(path); at !== undefined; at = folderAbove(at)) if (folders.has(at)) return true;
	return false;
}

/** The folders whose content a RUN gives another mode or owner. */
const foldersChanged = remembered((step: Step): ReadonlySet<string> => {
	const changing = commandsOf(step).filter(
		({ program, args }) => /^ch(?:mod|own|grp)$/.test(program ?? "") && args.some(({ text }) => /^-[a-zA-Z]*R|^--recursive$/.test(text)),
	);
	return new Set(
		changing.flatMap((command) =>
			command.args.flatMap((word) => {
				const folder = wordValue(step, word);
				return folder === undefined ? [] : (pathAt(step, command, folder.replace(/\/\*$/, "") || "/") ?? []);
			}),
		),
	);
});
