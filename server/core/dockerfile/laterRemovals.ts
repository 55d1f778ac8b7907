import type { CacheToolId } from "../knowledge/cacheDirectories.ts";
import { remembered } from "../memo.ts";
import type { ShellCommand, ShellWord } from "../shell/model.ts";
import type { Span } from "../text.ts";
import { APT_LISTS, refreshesLists } from "./aptLists.ts";
import { cachePath } from "./caches.ts";
import { type CacheUse, cacheUsesOf, emptyingCommands, isTurnedOff, leavesNothing } from "./cacheUses.ts";
import { contextCopyOf, isContextRoot } from "./contextCopies.ts";
import { copiedPaths } from "./copiedPaths.ts";
import { downloadsOf } from "./downloads.ts";
import { installedPackages } from "./installedPackages.ts";
import type { Step } from "./model.ts";
import { mountCovers } from "./mountCoverage.ts";
import { packageCallAt, packageCallsOf } from "./packageCalls.ts";
import { wordRemoves } from "./removals.ts";
import { commandsOf } from "./scripts.ts";
import { stepsBackwards } from "./state.ts";
import { foldSteps } from "./stepFold.ts";
import { cacheLeftBy, DNF_CACHE, type SystemCache, YUM_CACHE, ZYPPER_CACHE } from "./systemCaches.ts";

/** A command that deletes what an earlier layer holds. */
export interface LaterRemoval {
	/** The word that names it. */
	readonly span: Span;
	/** What goes, as people call it. */
	readonly what: string;
	readonly command: ShellCommand;
	/** The step whose layer keeps it. */
	readonly earlier: Step;
	/** Whether it is a folder, a list or a cache, of which nobody knows how much it matters. */
	readonly minor: boolean;
}

/** Something that a step leaves in its layer. */
interface Left {
	readonly step: Step;
	readonly path: string;
	readonly what: string;
	readonly minor: boolean;
	/** What filled it, if it is the cache of a tool. */
	readonly use?: CacheUse;
}

/** Names of files that are large. Scripts and settings of a few lines matter to nobody; secrets are another rule's. */
const LARGE =
	/\.(?:zip|jar|war|ear|tar|t?gz|tgz|xz|txz|bz2|tbz2?|zst|7z|rar|deb|rpm|apk|whl|iso|bin|run|exe|msi|cab|img|dmg|so|a|dump|bak)$/i;

const REMOVERS: ReadonlySet<string> = new Set([
	...["rm", "apk", "apt", "apt-get", "aptitude", "yum", "dnf", "microdnf", "tdnf", "zypper"],
	...["npm", "yarn", "pip", "pip3", "python", "python3", "conda", "mamba", "composer"],
]);

/** Tools whose cache nobody needs once the packages are installed. */
const EMPTIED: ReadonlySet<CacheToolId> = new Set(["npm", "yarn", "pip", "conda", "composer"]);

/** What a RUN deletes although only an earlier layer of its lineage holds it. At most one for each command. */
export function laterRemovals(step: Step): readonly LaterRemoval[] {
	const commands = commandsOf(step);
	if (!commands.some(({ program }) => program !== undefined && REMOVERS.has(program))) return [];
	const found: LaterRemoval[] = [];
	let left: readonly Left[] | undefined;
	for (const command of commands) {
		if (command.within.includes("function")) continue;
		if (command.program === "rm") {
			left ??= leftBefore(step);
			const removal = filesRemoved(step, command, left);
			if (removal !== undefined) found.push(removal);
		} else {
			const emptying = /^(?:cache|clean|clear-?cache|cc)$/.test(packageCallAt(step, command)?.verb ?? "");
			if (emptying) left ??= leftBefore(step);
			const removal = packagesRemoved(step, command) ?? cacheCleaned(step, command) ?? cacheEmptied(step, command, left ?? []);
			if (removal !== undefined) found.push(removal);
		}
	}
	return found;
}

function filesRemoved(step: Step, command: ShellCommand, left: readonly Left[]): LaterRemoval | undefined {
	for (const word of command.args) {
		if (word.text.startsWith("-")) continue;
		for (const { path, what, minor, step: earlier } of left) {
			// A folder goes with -r alone; a name without an extension is one, perhaps.
			if (minor && path !== APT_LISTS && !command.args.some((option) => /^-[a-zA-Z]*[rR]|^--recursive/.test(option.text))) continue;
			if (wordRemoves(step, command, word, path) !== "yes" || isMadeHere(step, command, path)) continue;
			return { span: word.span, what, command, earlier, minor };
		}
	}
	return undefined;
}

/** Whether the RUN itself brings the path anew in front of the command that deletes it, so that the deletion is of use. */
function isMadeHere(step: Step, command: ShellCommand, path: string): boolean {
	if (mountCovers(step, path) !== "no") return true;
	const commands = commandsOf(step);
	const before = commands.slice(0, commands.indexOf(command));
	if (path === APT_LISTS) return packageCallsOf(step).some((call) => before.includes(call.command) && refreshesLists(call));
	if (cacheUsesOf(step).some((use) => use.paths.includes(path))) return true;
	// Whatever else names the file could write it.
	return before.some(
		(other) =>
			other.program !== undefined &&
			other.args.some((word) => word.text.includes(path)) &&
			!/^(?:tar|unzip|dpkg|rpm|sh|bash|chmod|\.|source|ls|cat)$/.test(other.program) &&
			other.name?.value !== path,
	);
}

/** In larger files nobody looks further up. */
const MOST_ENTRIES = 200;

/** What the steps above a RUN leave in their layers, nearest first. */
function leftBefore(step: Step): readonly Left[] {
	const left = new Map<string, Left>();
	for (let at = leaving.at(step.stage, step); at !== undefined; at = at.above) {
		for (const entry of at.left) if (!left.has(entry.path)) left.set(entry.path, entry);
		if (left.size >= MOST_ENTRIES) break;
	}
	return [...left.values()];
}

/** A step that leaves something, and the next one above it. */
interface Leaving {
	readonly left: readonly Left[];
	readonly above: Leaving | undefined;
}

const leaving = foldSteps<Leaving | undefined>(
	() => undefined,
	(above, step) => {
		const left = leftBy(step);
		return left.length === 0 ? above : { left, above };
	},
);

const leftBy = remembered((step: Step): readonly Left[] => (step.keyword === "RUN" ? runLeft(step) : copyLeft(step)));

/** The files and folders that COPY and ADD bring under a name of their own. */
function copyLeft(step: Step): readonly Left[] {
	const copy = contextCopyOf(step);
	if (copy === undefined || copy.sources.length === 0) return fetchedLeft(step);
	if (copy.target === undefined || copy.target === "/") return [];
	const { target } = copy;
	const intoFolder = copy.sources.length > 1 || /\/["']?$/.test(copy.destination) || copy.destination === ".";
	return copy.sources.flatMap(({ value }): readonly Left[] => {
		if (value === undefined || isContextRoot(value) || /[*?[]/.test(value)) return [];
		const name = value.replace(/\/+$/, "").split("/").pop() ?? "";
		// Without an extension it may be a folder, whose content goes to the target.
		if (intoFolder && !/\.\w+$/.test(name)) return [];
		// ADD unpacks archives.
		if (step.keyword === "ADD" && /\.(?:tar|tgz|gz|xz|bz2|zst|txz|tbz2?)$/.test(name)) return [];
		const path = intoFolder ? `${target}/${name}` : target;
		const own = LARGE.test(name);
		return own || !/\.\w+$/.test(name) ? [{ step, path, what: path, minor: !own }] : [];
	});
}

/** The large files that `COPY --from` and ADD of an address bring; ADD does not unpack what it fetches. */
function fetchedLeft(step: Step): readonly Left[] {
	if (step.flags.some(({ name }) => name === "unpack")) return [];
	return copiedPaths(step).flatMap(({ source, paths }): readonly Left[] => {
		const [path, other] = paths;
		return path !== undefined && other === undefined && LARGE.test(source) ? [{ step, path, what: path, minor: false }] : [];
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
	for (const { sink } of downloadsOf(step)) {
		if (
			sink.kind !== "file" ||
			!sink.path?.startsWith("/") ||
			sink.path.includes("$") ||
			!LARGE.test(sink.path) ||
			mountCovers(step, sink.path) !== "no" ||
			removes(sink.path)
		)
			continue;
		left.push({ step, path: sink.path, what: sink.path, minor: false });
	}
	return left;
}

/** `apk del`, `apt-get purge` and their like for packages that only an earlier RUN installed. */
function packagesRemoved(step: Step, command: ShellCommand): LaterRemoval | undefined {
	const call = packageCallAt(step, command);
	if (call?.kind !== "remove") return undefined;
	const here = installedPackages(step).flatMap(({ name, call: install }) => [name, virtualOf(install.options)]);
	for (const word of call.operands) {
		if (word.value === undefined || here.includes(word.value)) continue;
		for (const earlier of stepsBackwards(step.stage, step)) {
			if (earlier.keyword !== "RUN") continue;
			const found = installedPackages(earlier).some(
				({ name, call: install }) => install.manager === call.manager && (name === word.value || virtualOf(install.options) === word.value),
			);
			if (found) return { span: word.span, what: word.value, command, earlier, minor: false };
		}
	}
	return undefined;
}

function virtualOf(options: readonly { readonly name: string; readonly value: string | undefined }[]): string | undefined {
	return options.find(({ name }) => name === "--virtual" || name === "-t")?.value;
}

/** `npm cache clean` in a RUN that does not fill the cache itself. */
function cacheEmptied(step: Step, command: ShellCommand, left: readonly Left[]): LaterRemoval | undefined {
	const call = packageCallAt(step, command);
	for (const { use, what, step: earlier, path } of left) {
		const directory = use?.tool.directories[0];
		if (use === undefined || directory === undefined || call?.verbWord === undefined || !EMPTIED.has(use.tool.id)) continue;
		if (!emptyingCommands({ ...use, step }).includes(command) || cacheUsesOf(step).some(({ tool }) => tool === use.tool)) continue;
		if (cachePath(step, call, use.tool, directory) !== path || mountCovers(step, path) !== "no") continue;
		return { span: call.verbWord.span, what, command, earlier, minor: true };
	}
	return undefined;
}

const CACHES: readonly SystemCache[] = [YUM_CACHE, DNF_CACHE, ZYPPER_CACHE];

/** `dnf clean all` in a RUN that installs nothing. */
function cacheCleaned(step: Step, command: ShellCommand): LaterRemoval | undefined {
	const calls = packageCallsOf(step);
	const call = packageCallAt(step, command);
	if (call?.kind !== "clean" || call.verbWord === undefined) return undefined;
	const cache = CACHES.find(({ cleaners }) => cleaners.includes(call.manager));
	if (
		cache === undefined ||
		calls.some(({ manager, kind }) => cache.cleaners.includes(manager) && kind !== "clean" && kind !== "other" && kind !== "remove")
	)
		return undefined;
	if (cache.paths.some((path) => mountCovers(step, path) !== "no")) return undefined;
	for (const earlier of stepsBackwards(step.stage, step)) {
		if (earlier.keyword === "RUN" && CACHES.some((other) => other.cleaners === cache.cleaners && cacheLeftBy(earlier, other) !== undefined))
			return { span: call.verbWord.span, what: `the cache of ${call.program}`, command, earlier, minor: true };
	}
	return undefined;
}
