import { baseName } from "../../baseName.ts";
import { LONGEST_PATH } from "../../knowledge/systemLimits.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import { pathAt } from "../commands/commandFolder.ts";
import { commandsOf } from "../commands/scripts.ts";
import { wordAt } from "../commands/shellVariables.ts";
import { wordValue } from "../commands/wordValues.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";
import { normalPath, stepsBackwards, workdirAt } from "../variables/state.ts";
import { absolute, copiedPaths } from "./copiedPaths.ts";
import { copyWordsOf } from "./copyWords.ts";
import { folderAbove, isInside } from "./mountCoverage.ts";

/** Folders that every distribution has. Source: Filesystem Hierarchy Standard 3.0. */
const STANDARD_FOLDERS =
	/^\/(?:bin|etc|etc\/ssl|etc\/ssl\/certs|home|lib|media|mnt|opt|root|run|sbin|srv|tmp|usr(?:\/(?:bin|lib|sbin|share|src|local(?:\/(?:bin|etc|lib|sbin|share|src))?))?|var(?:\/(?:cache|lib|log|opt|tmp))?)?$/;

/** Names that nobody gives to a file. */
const FOLDER_NAMES = /(?:^|\/)(?:[\w.-]+\.d|node_modules|site-packages|dist|public|static|vendor|html|wwwroot|\.?venv|\.next)$/;

/** Whether every distribution has a folder. */
export function isStandardFolder(path: string): boolean {
	return STANDARD_FOLDERS.test(path);
}

/** Steps beyond which nobody looks further up. */
const MOST_STEPS = 200;

/** Whether a path is a folder when a step begins: one that every distribution has, a working directory, or one that an earlier step has made. */
export function folderIsMade(step: Step, path: string): boolean {
	if (isStandardFolder(path)) return true;
	const workdir = workdirAt(step.stage, step);
	if (workdir.kind === "set" && isInside(workdir.value, path)) return true;
	let looked = 0;
	for (const earlier of stepsBackwards(step.stage, step)) {
		if (++looked > MOST_STEPS) return false;
		if (makesFolder(earlier, path)) return true;
	}
	return false;
}

/** Whether a step makes a folder, or something in it, by naming it. */
function makesFolder(step: Step, path: string): boolean {
	return (
		foldersMade(step).some((folder) => isInside(folder, path)) ||
		copiedPaths(step).some(({ paths }) => paths.every((copied) => copied !== path && isInside(copied, path)))
	);
}

/** The folders that a step makes by naming them, as `namedPath` gives them: WORKDIR, `mkdir`, `install -d`. */
const foldersMade = remembered((step: Step): readonly string[] => {
	if (step.keyword === "WORKDIR") return absolutePath(step, step.arguments.text.trim());
	if (step.keyword !== "RUN" || (step.heredocs.length === 0 && !/mkdir|install/.test(step.line.text))) return [];
	return commandsOf(step).flatMap((command) => foldersMadeBy(step, command));
});

/** The same for a command. */
export function foldersMadeBy(step: Step, command: ShellCommand): readonly string[] {
	const makes = command.program === "mkdir" || (command.program === "install" && hasOption(command, /^(?:-[a-zA-Z]*d|--directory$)/));
	return makes ? pathsIn(step, command) : [];
}

function hasOption({ args }: ShellCommand, option: RegExp): boolean {
	return args.some((word) => option.test(word.text));
}

/** Whether a folder is known to exist above a step: a working directory, one above it, or one that every distribution has. */
export function folderIsThere(step: Step, path: string): boolean {
	if (step.stage.base.kind !== "scratch" && STANDARD_FOLDERS.test(path)) return true;
	for (const before of stepsBackwards(step.stage, step)) {
		if (before.keyword !== "WORKDIR") continue;
		const folder = workdirAt(before.stage, before.stage.steps[before.ordinal + 1]);
		if (folder.kind === "set" && (folder.value === path || folder.value.startsWith(`${path}/`))) return true;
	}
	return false;
}

/** Whether a path is a folder wherever it is there: by its name, or because a stage works in it or names something inside of it. */
export function isKnownFolder(path: string, stage: Stage | undefined): boolean {
	if (STANDARD_FOLDERS.test(path) || FOLDER_NAMES.test(path)) return true;
	return stage !== undefined && lineage(stage).some((ancestor) => foldersNamedIn(ancestor).has(path));
}

/** Paths that are named as such. */
const PATHS = /(?<![\w./$}~-])\/[^\s"'`;&|<>()=:,]+/g;

/** The folders that a stage works in, or names something inside of, with those that hold them. */
const foldersNamedIn = remembered((stage: Stage): ReadonlySet<string> => {
	const folders = new Set<string>();
	const add = (path: string): void => {
		for (let at = path; at !== "" && !folders.has(at); at = at.slice(0, at.lastIndexOf("/"))) folders.add(at);
	};
	for (const step of stage.steps) {
		const folder = step.keyword === "WORKDIR" ? workdirAt(stage, stage.steps[step.ordinal + 1]) : undefined;
		if (folder?.kind === "set" && folder.value.length < LONGEST_PATH) add(folder.value);
		for (const [path] of stepText(step).matchAll(PATHS)) add(path.slice(0, path.lastIndexOf("/", LONGEST_PATH)));
	}
	return folders;
});

/** Whether a stage makes a folder of a path, as `namedPath` gives it. */
export function isMadeFolder(path: string, stage: Stage): boolean {
	return lineage(stage).some((ancestor) => foldersMadeIn(ancestor).has(path));
}

/** The folders that a stage makes, with those that hold them. */
const foldersMadeIn = remembered((stage: Stage): ReadonlySet<string> => withFoldersAbove(stage.steps.flatMap(foldersMade)));

function withFoldersAbove(folders: readonly string[]): ReadonlySet<string> {
	const all = new Set<string>();
	for (const folder of folders) {
		for (let at: string | undefined = folder; at !== undefined && !all.has(at); at = folderAbove(at)) all.add(at);
	}
	return all;
}

/**
 * Whether a stage treats a path as a folder with something in it: `chown -R`, `chmod -R`, a COPY of what a folder holds. People write `-R`
 * for files, too: what lies in `bin` is one.
 */
export function isFilledFolder(path: string, stage: Stage): boolean {
	if (/\/s?bin\/[^/]+$/.test(path)) return false;
	return lineage(stage).some((ancestor) => foldersFilledIn(ancestor).has(path));
}

const foldersFilledIn = remembered((stage: Stage): ReadonlySet<string> => withFoldersAbove(stage.steps.flatMap(foldersFilled)));

const foldersFilled = remembered((step: Step): readonly string[] => {
	const copy = copyWordsOf(step);
	if (copy?.sources.some(({ value = "x" }) => /(?:^|\/)\.{0,2}$/.test(value)) === true) return absolutePath(step, copy.destination.text);
	if (step.keyword !== "RUN" || (step.heredocs.length === 0 && !/ch(?:own|grp|mod)/.test(step.line.text))) return [];
	return commandsOf(step)
		.filter((command) => /^ch(?:own|grp|mod)$/.test(command.program ?? "") && hasOption(command, /^(?:-[a-zA-Z]*R|--recursive$)/))
		.flatMap((command) => pathsIn(step, command));
});

function absolutePath(step: Step, path: string): readonly string[] {
	const folder = absolute(step, path);
	return folder === undefined ? [] : [folder];
}

function pathsIn(step: Step, command: ShellCommand): readonly string[] {
	return command.args.flatMap((word) => (word.text.startsWith("-") ? [] : [namedPath(step, command, word)]));
}

/** What a word of a command names: an absolute path, or where nobody knows it, a text to compare. */
export function namedPath(step: Step, command: ShellCommand, word: ShellWord): string {
	const value = wordAt(step, command, word);
	return value === undefined ? comparable(word) : (pathAt(step, command, value) ?? value);
}

/** Whether a RUN above a step makes a symbolic link of a path, or of a folder above it, as far as the file tells. Below very many it may. */
export function mayBeBehindLink(step: Step, path: string): boolean {
	let looked = 0;
	for (const before of stepsBackwards(step.stage, step)) {
		if (before.keyword !== "RUN") continue;
		if (++looked > MOST_STEPS) return true;
		if (linksIn(before).some((link) => link === undefined || path === link || path.startsWith(`${link}/`))) return true;
	}
	return false;
}

const linksIn = remembered((step: Step): readonly (string | undefined)[] => commandsOf(step).flatMap((command) => linksOf(step, command)));

/** The paths that an `ln -s` may make links of; undefined for one that nobody knows. */
function linksOf(step: Step, command: ShellCommand): readonly (string | undefined)[] {
	if (command.program !== "ln") return [];
	const { operands, options } = readArguments(command.args, ["-t", "--target-directory", "-S", "--suffix"]);
	if (!options.some(({ name }) => name === "-s" || name === "--symbolic")) return [];
	const [target, ...others] = operands.map((word) => wordValue(step, word));
	const link = operands.length < 2 ? "." : others[others.length - 1];
	const path = link === undefined ? undefined : pathAt(step, command, link);
	if (link === undefined || path === undefined) return [undefined];
	const inside = target === undefined ? [] : [normalPath(`${path}/${baseName(target)}`)];
	// Of a folder that is there the link is made inside.
	return STANDARD_FOLDERS.test(path) || /(?:^|\/)\.?$/.test(link) ? inside : [path];
}
