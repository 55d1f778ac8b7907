import { baseName } from "../../baseName.ts";
import { LARGE_NAME } from "../../knowledge/archiveNames.ts";
import { remembered } from "../../memo.ts";
import type { ShellWord } from "../../shell/model.ts";
import { pathAt } from "../commands/commandFolder.ts";
import { clonedFolder } from "../commands/gitCommands.ts";
import { commandsOf } from "../commands/scripts.ts";
import { type Download, downloadsOf, storedNames } from "../downloads/downloads.ts";
import { type CopySource, contextCopyOf, isContextRoot } from "../files/contextCopies.ts";
import { copiedPaths } from "../files/copiedPaths.ts";
import { folderIsMade, isStandardFolder } from "../files/knownFolders.ts";
import { mountCovers } from "../files/mountCoverage.ts";
import { startOfRemoved, wordRemoves } from "../files/removals.ts";
import type { Step } from "../model/model.ts";
import { foldSteps } from "../model/stepFold.ts";
import { APT_LISTS, refreshesLists } from "../packages/aptLists.ts";
import { packageCallsOf } from "../packages/packageCalls.ts";
import { type CacheUse, cacheUsesOf, isTurnedOff, leavesNothing } from "./cacheUses.ts";

/** Something that a step leaves in its layer. */
export interface Left {
	readonly step: Step;
	/** Its last part has stars where a pattern brought the files. */
	readonly path: string;
	readonly what: string;
	readonly minor: boolean;
	/** What filled it, if it is the cache of a tool. */
	readonly use?: CacheUse;
}

/** In larger files nobody looks further up. */
const MOST_ENTRIES = 200;

/** What the steps above a RUN leave in their layers, and no step on the way has deleted already, nearest first. */
export function leftBefore(step: Step): readonly Left[] {
	return leftAbove(leaving.at(step.stage, step));
}

function leftAbove(start: Leaving | undefined): readonly Left[] {
	return start === undefined ? [] : leftFrom(start);
}

const leftFrom = remembered((start: Leaving): readonly Left[] => {
	const left = new Map<string, Left>();
	const deleted = new Set<string>();
	let looked = 0;
	for (let at: Leaving | undefined = start; at !== undefined; at = at.above) {
		for (const entry of at.left) if (!left.has(entry.path) && !deleted.has(entry.path)) left.set(entry.path, entry);
		for (const path of at.deleted) deleted.add(path);
		if (left.size >= MOST_ENTRIES || ++looked >= MOST_ENTRIES) break;
	}
	return [...left.values()];
});

/** A step that leaves something, or deletes what another one left, and the next one above it. */
interface Leaving {
	readonly left: readonly Left[];
	/** The paths of layers above that it deletes. */
	readonly deleted: readonly string[];
	readonly above: Leaving | undefined;
}

const leaving = foldSteps<Leaving | undefined>(
	() => undefined,
	(above, step) => {
		const left = leftBy(step);
		const deleted = deletedBy(step, above);
		return left.length === 0 && deleted.length === 0 ? above : { left, deleted, above };
	},
);

function deletedBy(step: Step, above: Leaving | undefined): readonly string[] {
	const removing = step.keyword === "RUN" && above !== undefined ? commandsOf(step).filter(({ program }) => program === "rm") : [];
	if (removing.length === 0) return [];
	const words = removing.flatMap((command) =>
		command.args.filter(({ text }) => !text.startsWith("-")).map((word) => ({ command, word, start: startOfRemoved(word) })),
	);
	const deletes = (path: string): boolean =>
		words.some(({ command, word, start }) => `${path}/`.startsWith(start) && wordRemoves(step, command, word, path) === "yes");
	return leftAbove(above).flatMap(({ path }) => (deletes(path) ? [path] : []));
}

const leftBy = remembered((step: Step): readonly Left[] => (step.keyword === "RUN" ? runLeft(step) : copyLeft(step)));

/** The files and folders that COPY and ADD bring under a name of their own. */
function copyLeft(step: Step): readonly Left[] {
	const copy = contextCopyOf(step);
	if (copy === undefined || copy.sources.length === 0) return fetchedLeft(step);
	if (copy.target === undefined || copy.target === "/") return [];
	const { target } = copy;
	const saysFolder = copy.sources.length > 1 || /\/["']?$/.test(copy.destination) || copy.destination === ".";
	return copy.sources.flatMap((source): readonly Left[] => {
		// All of the context, to a folder of its own.
		if (source.value !== undefined && isContextRoot(source.value))
			return isStandardFolder(target) ? [] : [{ step, path: target, what: target, minor: true }];
		const name = nameOf(source) ?? (saysFolder ? undefined : baseName(target));
		if (name === undefined || /[?[$]/.test(name)) return [];
		// What a pattern brings is the same as what it names in a folder.
		if (name.includes("*") && !saysFolder) return [];
		const isFile = /\.\w+$/.test(name);
		// Without an extension it may be a folder, whose content goes to the target.
		if (!isFile && (saysFolder || isStandardFolder(target))) return [];
		// ADD unpacks archives, and what a variable hides may be one.
		if (step.keyword === "ADD" && (nameOf(source) === undefined || /\.(?:tar|tgz|gz|xz|bz2|zst|txz|tbz2?)$/.test(name))) return [];
		const path = saysFolder || (isFile && folderIsMade(step, target)) ? `${target}/${name}` : target;
		const own = LARGE_NAME.test(name);
		return own || !isFile ? [{ step, path, what: path, minor: !own }] : [];
	});
}

/** The name of a file that is copied, which a variable in front of it does not hide. */
function nameOf({ text, value }: CopySource): string | undefined {
	const path = value ?? text.replace(/^["']|["']$/g, "");
	const name = baseName(path.replace(/\/+$/, ""));
	return value === undefined && /[$`{}]/.test(name) ? undefined : name;
}

/** The large files that `COPY --from` and ADD of an address bring; ADD does not unpack what it fetches. */
function fetchedLeft(step: Step): readonly Left[] {
	if (step.flags.some(({ name }) => name === "unpack")) return [];
	return copiedPaths(step).flatMap(({ source, paths: [target = "", inside] }): readonly Left[] => {
		if (inside === undefined) return LARGE_NAME.test(source) ? [{ step, path: target, what: target, minor: false }] : [];
		const path = folderIsMade(step, target) ? inside : target;
		return LARGE_NAME.test(path) ? [{ step, path, what: path, minor: false }] : [];
	});
}

/** Lists, caches and downloads that a RUN does not remove itself. */
function runLeft(step: Step): readonly Left[] {
	const left: Left[] = [];
	const commands = commandsOf(step);
	const removes = (path: string): boolean =>
		commands.some(
			(command) => command.program === "rm" && command.args.some((word: ShellWord) => wordRemoves(step, command, word, path) !== "no"),
		);
	const update = packageCallsOf(step).findLast(refreshesLists);
	if (update !== undefined && mountCovers(step, APT_LISTS) === "no" && !removes(APT_LISTS))
		left.push({ step, path: APT_LISTS, what: "apt's package lists", minor: true });
	for (const use of cacheUsesOf(step)) {
		const path = use.paths[0];
		if (use.tool.id === "apt" || use.tool.neededLater === true || mountCovers(step, path) !== "no") continue;
		if (isTurnedOff(use) || leavesNothing(use)) continue;
		left.push({ step, path, what: `the cache of ${use.tool.id}`, minor: true, use });
	}
	for (const download of downloadsOf(step)) {
		const path = storedPath(download);
		if (path === undefined || !LARGE_NAME.test(path) || mountCovers(step, path) !== "no" || removes(path)) continue;
		left.push({ step, path, what: path, minor: false });
	}
	for (const command of commands) {
		const path = command.program === "git" ? clonedFolder(step, command) : undefined;
		if (path === undefined || isStandardFolder(path) || mountCovers(step, path) !== "no" || removes(path)) continue;
		left.push({ step, path, what: path, minor: true });
	}
	return left;
}

/** Where the file of a download lies, absolute; undefined where the file does not show it. */
export function storedPath(download: Download): string | undefined {
	const name = storedNames(download).find((text) => !text.includes("$"));
	return name === undefined ? undefined : pathAt(download.step, download.command, name);
}
