import { baseName } from "../../baseName.ts";
import type { CacheToolId } from "../../knowledge/cacheDirectories.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { Span } from "../../text.ts";
import { installs, unpacks } from "../commands/consumers.ts";
import { clonedFolder } from "../commands/gitCommands.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { downloadsOf } from "../downloads/downloads.ts";
import { DECOMPRESSORS } from "../downloads/laterUses.ts";
import { mountCovers } from "../files/mountCoverage.ts";
import { findStarts, globMatches, startOfRemoved, wordRemoves } from "../files/removals.ts";
import type { Dockerfile, Step } from "../model/model.ts";
import { APT_LISTS, refreshesLists } from "../packages/aptLists.ts";
import { installedPackages } from "../packages/installedPackages.ts";
import { type PackageCall, packageCallAt, packageCallsOf, virtualName } from "../packages/packageCalls.ts";
import { stepsBackwards } from "../variables/state.ts";
import { cachePath } from "./caches.ts";
import { cacheUsesOf, empties } from "./cacheUses.ts";
import { type Left, leftBefore, storedPath } from "./layerRemains.ts";
import { cacheLeftBy, DNF_CACHE, type SystemCache, YUM_CACHE, ZYPPER_CACHE } from "./systemCaches.ts";

/** A command that deletes what an earlier layer holds. */
export interface LaterRemoval {
	/** The word that names it. */
	readonly span: Span;
	/** What goes, as people call it. */
	readonly what: string;
	/** Where it lies; undefined for packages and caches of package managers. */
	readonly path?: string;
	readonly command: ShellCommand;
	/** The step whose layer keeps it. */
	readonly earlier: Step;
	/** Whether it is a folder, a list or a cache, of which nobody knows how much it matters. */
	readonly minor: boolean;
}

const REMOVERS: ReadonlySet<string> = new Set([
	...["rm", "find", "apk", "apt", "apt-get", "aptitude", "yum", "dnf", "microdnf", "tdnf", "zypper"],
	...["npm", "yarn", "pip", "pip3", "python", "python3", "conda", "mamba", "composer"],
]);

const EMPTYING = /^(?:cache|clean|clear-?cache|cc)$/;

/** Tools whose cache nobody needs once the packages are installed. */
const EMPTIED: ReadonlySet<CacheToolId> = new Set(["npm", "yarn", "pip", "conda", "composer"]);

/** What a RUN deletes although only an earlier layer of its lineage holds it. At most one for each command. */
export const laterRemovals = remembered((step: Step): readonly LaterRemoval[] => {
	const commands = commandsOf(step);
	if (!commands.some(({ program }) => program !== undefined && REMOVERS.has(program))) return [];
	const found: LaterRemoval[] = [];
	let left: readonly Left[] | undefined;
	const deleted = new Set<string>();
	for (const command of commands) {
		if (command.within.includes("function")) continue;
		if (command.program === "rm") {
			left ??= leftBefore(step);
			const removal = filesRemoved(step, command, left, deleted);
			if (removal !== undefined) found.push(removal);
			continue;
		}
		if (command.program === "find") {
			if (command.args.at(-1)?.value !== "-delete") continue;
			left ??= leftBefore(step);
			const removal = filesFound(step, command, left, deleted);
			if (removal !== undefined) found.push(removal);
			continue;
		}
		const call = packageCallAt(step, command);
		if (call === undefined) continue;
		if (EMPTYING.test(call.verb)) left ??= leftBefore(step);
		const removal = packagesRemoved(step, call) ?? cacheCleaned(step, call) ?? cacheEmptied(step, call, left ?? []);
		if (removal !== undefined) found.push(removal);
	}
	return found;
});

/** The RUNs whose package lists of apt a later layer only hides, with the first command that does. */
export const hiddenLists = remembered(({ stages }: Dockerfile): ReadonlyMap<Step, LaterRemoval> => {
	const hidden = new Map<Step, LaterRemoval>();
	for (const stage of stages) {
		if (stage.use !== "shipped" && stage.use !== "ancestor") continue;
		for (const removal of runSteps(stage).flatMap(laterRemovals))
			if (removal.path === APT_LISTS && !hidden.has(removal.earlier)) hidden.set(removal.earlier, removal);
	}
	return hidden;
});

/** The first word of `rm` that names what a layer above holds, rather something large than what matters less. `deleted`: paths that the RUN has deleted already. */
function filesRemoved(step: Step, command: ShellCommand, left: readonly Left[], deleted: Set<string>): LaterRemoval | undefined {
	let found: LaterRemoval | undefined;
	for (const word of command.args) {
		if (word.text.startsWith("-")) continue;
		const start = startOfRemoved(word);
		for (const { path, what, minor, step: earlier } of left) {
			if (!`${path}/`.startsWith(start)) continue;
			// A folder goes with -r alone; a name without an extension is one, perhaps.
			if (minor && path !== APT_LISTS && !command.args.some((option) => /^-[a-zA-Z]*[rR]|^--recursive/.test(option.text))) continue;
			if (deleted.has(path) || takesOneForMany(word.text, path) || wordRemoves(step, command, word, path) !== "yes") continue;
			deleted.add(path);
			if (found !== undefined && (minor || !found.minor)) continue;
			if (!isMadeHere(step, command, path)) found = { span: word.span, what, path, command, earlier, minor };
		}
	}
	return found;
}

/** Whether a pattern has a place for a single character, which the star in a path is not. */
function takesOneForMany(pattern: string, path: string): boolean {
	return path.includes("*") && /[?[]/.test(pattern);
}

/** The first folder in which `find FOLDER -name PATTERN -delete` finds a file that a layer above holds. Other conditions are not read. */
function filesFound(step: Step, command: ShellCommand, left: readonly Left[], deleted: Set<string>): LaterRemoval | undefined {
	const starts = findStarts(command);
	const tests = command.args.slice(starts.length).map(({ value }) => value ?? "");
	const pattern = /^(?:-type f )?-name (\S+) (?:-type f )?-delete$/.exec(tests.join(" "))?.[1];
	if (pattern === undefined) return undefined;
	let found: LaterRemoval | undefined;
	for (const { path, what, minor, step: earlier } of left) {
		if (minor || deleted.has(path) || takesOneForMany(pattern, path) || !globMatches(pattern, baseName(path))) continue;
		const word = starts.find((start) => wordRemoves(step, command, start, path) === "yes");
		if (word === undefined) continue;
		deleted.add(path);
		if (!isMadeHere(step, command, path)) found ??= { span: word.span, what, path, command, earlier, minor };
	}
	return found;
}

/** Whether the RUN itself brings the path anew in front of the command that deletes it, so that the deletion is of use. */
function isMadeHere(step: Step, command: ShellCommand, path: string): boolean {
	if (mountCovers(step, path) !== "no") return true;
	const commands = commandsOf(step);
	const before = commands.slice(0, commands.indexOf(command));
	if (path === APT_LISTS) return packageCallsOf(step).some((call) => before.includes(call.command) && refreshesLists(call));
	if (cacheUsesOf(step).some((use) => use.paths.includes(path))) return true;
	if (downloadsOf(step).some((download) => before.includes(download.command) && storedPath(download) === path)) return true;
	if (before.some((other) => clonedFolder(step, other) === path)) return true;
	// Whatever else names the file could write it.
	return before.some(
		(other) =>
			other.program !== undefined &&
			other.args.some((word) => word.text.includes(path)) &&
			!isReader(step, other) &&
			other.name?.value !== path,
	);
}

/** What runs a file, shows it, changes its mode or tells what an archive has in it. */
const LEAVES_AS_IT_IS = /^(?:sh|bash|\.|source|chmod|ls|[bgxz]?z?cat|tar|unzip|7z[ar]?|dpkg|rpm|pip[\d.]*)$/;

/** Whether a command leaves the files as they are that its operands name: it unpacks them, installs them, or shows them. */
function isReader(step: Step, command: ShellCommand): boolean {
	const { program = "", args } = command;
	// Without that option the unpacked file takes the place of the other.
	if (DECOMPRESSORS.test(program)) return args.some(({ text }) => /^(?:-[a-z]*c|--(?:stdout|to-stdout))$/.test(text));
	if (unpacks(command) || installs(command) || packageCallAt(step, command)?.kind === "install") return true;
	return LEAVES_AS_IT_IS.test(program) && !packs(command);
}

/** Whether `tar` or `7z` makes an archive, or changes one. */
function packs({ program = "", args }: ShellCommand): boolean {
	const [first = ""] = args.map(({ text }) => text);
	if (/^7z/.test(program)) return !/^[lt]$/.test(first);
	return (
		program === "tar" &&
		(/^-?[A-Za-z]*[cruA]/.test(first) || args.some(({ text }) => /^-[A-Za-z]*[cruA]|^--(?:create|append|update)/.test(text)))
	);
}

/** `apk del`, `apt-get purge` and their like for packages that only an earlier RUN installed. */
function packagesRemoved(step: Step, call: PackageCall): LaterRemoval | undefined {
	if (call.kind !== "remove") return undefined;
	const here = installedPackages(step).flatMap(({ name, call: install }) => [name, virtualName(install)]);
	for (const word of call.operands) {
		if (word.value === undefined || here.includes(word.value)) continue;
		for (const earlier of stepsBackwards(step.stage, step)) {
			if (earlier.keyword !== "RUN") continue;
			const found = installedPackages(earlier).some(
				({ name, call: install }) => install.manager === call.manager && (name === word.value || virtualName(install) === word.value),
			);
			if (found) return { span: word.span, what: word.value, command: call.command, earlier, minor: false };
		}
	}
	return undefined;
}

/** `npm cache clean` in a RUN that does not fill the cache itself. */
function cacheEmptied(step: Step, call: PackageCall, left: readonly Left[]): LaterRemoval | undefined {
	const { command, verbWord } = call;
	if (verbWord === undefined) return undefined;
	for (const { use, what, step: earlier, path } of left) {
		const directory = use?.tool.directories[0];
		if (use === undefined || directory === undefined || !EMPTIED.has(use.tool.id)) continue;
		if (!empties(command, use.tool) || cacheUsesOf(step).some(({ tool }) => tool === use.tool)) continue;
		if (cachePath(step, call, use.tool, directory) !== path || mountCovers(step, path) !== "no") continue;
		return { span: verbWord.span, what, command, earlier, minor: true };
	}
	return undefined;
}

const CACHES: readonly SystemCache[] = [YUM_CACHE, DNF_CACHE, ZYPPER_CACHE];

/** `dnf clean all` in a RUN that installs nothing. */
function cacheCleaned(step: Step, call: PackageCall): LaterRemoval | undefined {
	if (call.kind !== "clean" || call.verbWord === undefined) return undefined;
	const calls = packageCallsOf(step);
	const cache = CACHES.find(({ cleaners }) => cleaners.includes(call.manager));
	if (
		cache === undefined ||
		calls.some(({ manager, kind }) => cache.cleaners.includes(manager) && kind !== "clean" && kind !== "other" && kind !== "remove")
	)
		return undefined;
	if (cache.paths.some((path) => mountCovers(step, path) !== "no")) return undefined;
	for (const earlier of stepsBackwards(step.stage, step)) {
		if (earlier.keyword === "RUN" && CACHES.some((other) => other.cleaners === cache.cleaners && cacheLeftBy(earlier, other) !== undefined))
			return { span: call.verbWord.span, what: `the cache of ${call.program}`, command: call.command, earlier, minor: true };
	}
	return undefined;
}
