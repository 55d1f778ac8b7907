import { baseName, withoutQuery } from "../../baseName.ts";
import { BRINGS_NO_FILES } from "../../knowledge/plainPrograms.ts";
import { rememberedFor } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { folderOf, pathAt } from "../commands/commandFolder.ts";
import { unpacks } from "../commands/consumers.ts";
import { clonedFolder } from "../commands/gitCommands.ts";
import { commandsOf } from "../commands/scripts.ts";
import type { Stage, Step } from "../model/model.ts";
import { normalPath, stepsBackwards } from "../variables/state.ts";
import { absolute, copiedPaths, writtenPaths } from "./copiedPaths.ts";
import { type CopyWord, copyWordsOf, mayHoldFiles } from "./copyWords.ts";
import { isInside } from "./mountCoverage.ts";
import { globMatches } from "./removals.ts";
import { changedPaths } from "./volumes.ts";

/** A step that may bring a file, together with others or by its name. */
interface Bringer {
	readonly step: Step;
	/** What it writes: the folder around the file, or the file itself. */
	readonly place: string;
	/** Where COPY or ADD takes the file from, to compare; undefined for another stage or image, and where nobody knows. */
	readonly source: string | undefined;
}

/**
 * The step of a stage's lineage that brings the file at a path (absolute): the one that names it, else the one that copies the closest
 * folder around it. Undefined for what another stage's folder may hold, for a file of the base image, and where nobody knows.
 */
export const bringerOf = rememberedFor((stage: Stage, path: string): Step | undefined => {
	const unnamed: Bringer[] = [];
	for (const step of stepsBackwards(stage)) {
		const named = namedBy(step, path);
		// The same file may come once more, with its folder.
		if (named !== undefined) return sameSource(unnamed, named).step;
		unnamed.push(...(step.keyword === "RUN" ? filledBy(step, path) : copiedAround(step, path)));
	}
	const length = unnamed.reduce((most, { place }) => Math.max(most, place.length), 0);
	const [nearest, ...others] = unnamed.filter(({ place }) => place.length === length);
	if (nearest?.source === undefined || isOfPackage(nearest, path)) return undefined;
	if (others.some((other) => other.step !== nearest.step && !isSameSource(other, nearest))) return undefined;
	return sameSource(unnamed, nearest).step;
});

function sameSource(latestFirst: readonly Bringer[], bringer: Bringer): Bringer {
	return latestFirst.find((other) => isSameSource(other, bringer)) ?? bringer;
}

function isSameSource(a: Bringer, b: Bringer): boolean {
	return a.source !== undefined && a.source === b.source;
}

/** Programs without an extension come to these folders with packages, unless somebody copies to just there. */
function isOfPackage({ place }: Bringer, path: string): boolean {
	return /^\/(?:usr\/)?s?bin\/[^/.]+$/.test(path) && !/\/s?bin$/.test(place);
}

/** A COPY or ADD that names the file. */
function namedBy(step: Step, path: string): Bringer | undefined {
	const copied = [...copiedPaths(step), ...writtenPaths(step)].find(({ paths }) => paths.includes(path));
	if (copied === undefined) return undefined;
	const word = copyWordsOf(step)?.sources.find(({ text }) => text === copied.source);
	return { step, place: path, source: word === undefined || word.heredoc ? undefined : sourceOf(step, word, "") };
}

/** The sources of a COPY or ADD that may hold the file among others. */
function copiedAround(step: Step, path: string): readonly Bringer[] {
	const words = copyWordsOf(step);
	const target = words === undefined ? undefined : absolute(step, words.destination.text);
	if (words === undefined || target === undefined || path === target || !isInside(path, target)) return [];
	const rest = path.slice(target === "/" ? 1 : target.length + 1);
	return words.sources.flatMap((word) => {
		const pattern = /[*?[]/.test(word.text) ? baseName(word.text) : undefined;
		if (!mayHoldFiles(step, word) && (pattern === undefined || !globMatches(pattern, rest))) return [];
		return [{ step, place: target, source: pattern === undefined ? sourceOf(step, word, rest) : undefined }];
	});
}

function sourceOf(step: Step, { value }: CopyWord, rest: string): string | undefined {
	return value === undefined || step.flags.some(({ name }) => name === "from") ? undefined : normalPath(`/${value}/${rest}`);
}

/** What a RUN puts where the file is: downloads, copies, what it clones or unpacks. */
function filledBy(step: Step, path: string): readonly Bringer[] {
	const places = commandsOf(step).flatMap((command) => placesFilled(step, command));
	return places.filter((place) => isInside(path, place)).map((place) => ({ step, place, source: undefined }));
}

/** Programs that change what is there, or leave it empty. */
const BRINGS_NOTHING = new Set([...BRINGS_NO_FILES, "touch", "truncate"]);

function placesFilled(step: Step, command: ShellCommand): readonly string[] {
	if (BRINGS_NOTHING.has(command.program ?? "")) return [];
	const places = changedPaths(step, command);
	if (places.length > 0) return places;
	// Into the folder that the command works in.
	const folder = clonedFolder(step, command) ?? (unpacks(command) ? folderOf(step, command) : undefined);
	if (folder !== undefined) return [folder];
	const addresses = command.args.map(comparable).filter((text) => text.includes("://"));
	return addresses.flatMap((address) => pathAt(step, command, baseName(withoutQuery(address))) ?? []);
}
