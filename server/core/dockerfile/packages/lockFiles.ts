import { baseName } from "../../baseName.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { Span } from "../../text.ts";
import { commandsOf } from "../commands/scripts.ts";
import { shellVariableAt } from "../commands/shellVariables.ts";
import { contextCopyOf, isContextRoot } from "../files/contextCopies.ts";
import { mayBeFolder } from "../files/copyWords.ts";
import { globMatches } from "../files/removals.ts";
import type { Step } from "../model/model.ts";
import { mountOption, mountsOf } from "../model/mounts.ts";
import { anyStep, foldSteps } from "../model/stepFold.ts";
import { normalPath } from "../variables/state.ts";
import { declarationAt } from "../variables/variables.ts";
import { type InstallPlace, installPlaceOf, placeSeenFrom } from "./installPlaces.ts";

/** Names of the files that say what is wanted (`*` stands for a part of the name), and of those that say what was chosen. */
export interface LockNames {
	readonly manifests: readonly string[];
	readonly lockFiles: readonly string[];
	/** The options that tell the program the folder. Where they are known, what is copied elsewhere does not count. */
	readonly folderOptions?: readonly string[];
	/** The program looks for them in the folders above, too: the root of a workspace. */
	readonly foundAbove?: boolean;
}

/**
 * What is known of the lock file of an install. `copied`: it is there. `expected`: a pattern that names it is copied. `perhaps`: the
 * whole context is, or a folder of it goes to where the install works. `optional`: a pattern takes it along if it is there. `missing`: only the manifest is copied.
 */
export interface LockFile {
	readonly kind: "copied" | "expected" | "perhaps" | "optional" | "missing";
	/** The source that says so. */
	readonly span: Span;
}

/** In larger files nobody looks further up. */
const MOST_SOURCES = 200;

/**
 * What the steps above an install say about its lock file, bind mounts of its own included; undefined if they bring no manifest.
 * `entries` are the names at the top of the build context, if somebody looked.
 */
export function lockFileOf(
	step: Step,
	command: ShellCommand,
	names: LockNames,
	entries: readonly string[] | undefined,
): LockFile | undefined {
	let manifest: LockFile | undefined;
	const place = names.folderOptions === undefined ? undefined : installPlaceOf(step, command, names.folderOptions);
	const commands = commandsOf(step);
	// Folders are looked for where the install works, whether or not the program can be told another place.
	const folderPlace = place ?? installPlaceOf(step, command, []);
	let hasFolder = false;
	let looked = 0;
	const removes = (candidate: ShellCommand): boolean => removesLock(candidate, names);
	if (commands.slice(0, commands.indexOf(command)).some(removes)) manifest = { kind: "optional", span: step.keywordSpan };
	for (const earlier of tellingSteps(step, names)) {
		if (earlier !== step && earlier.keyword === "RUN") return { kind: "optional", span: earlier.keywordSpan };
		for (const source of earlier === step ? mountedSources(step) : copiedSources(earlier)) {
			if (++looked > MOST_SOURCES) return undefined;
			const { span } = source;
			const kind = source.value === undefined ? undefined : kindOf(source.value, names, entries);
			if (kind === undefined && mayBeFolder(source.value))
				hasFolder ||= kindFrom(folderPlace, earlier, source, "perhaps", names) !== undefined;
			const lock = kind === undefined || place === undefined ? kind : kindFrom(place, earlier, source, kind, names);
			if (lock === undefined) continue;
			if (manifest?.kind === "optional") return { kind: "optional", span };
			if (lock !== "missing") return { kind: lock, span };
			manifest ??= { kind: "missing", span };
		}
	}
	if (manifest?.kind === "optional") return undefined;
	return manifest !== undefined && hasFolder ? { ...manifest, kind: "perhaps" } : manifest;
}

/** Whether the lock file is certain to be there, so that the install can be told to hold to it. */
export function isThere(lock: Pick<LockFile, "kind">): boolean {
	return lock.kind === "copied" || lock.kind === "expected";
}

/** A file of the context: the folder that it comes from, and the one that it is put in. */
interface PlacedFile {
	readonly name: string;
	readonly from: string;
	readonly to: string;
	readonly span: Span;
}

/** Steps beyond which nobody looks for a manifest: those of a package stand together. */
const MOST_STEPS = 50;

/** Whether the copied lock file may belong to the manifest beside it: the one of another folder of the context is that of another package. */
export function mayFitManifest(step: Step, lock: LockFile, names: LockNames): boolean {
	const steps: Step[] = [];
	for (const telling of tellingSteps(step, names)) {
		if (steps.push(telling) === MOST_STEPS) break;
	}
	const files = steps.flatMap(placedFiles);
	const placed = files.find(({ span }) => span.start === lock.span.start);
	if (placed === undefined) return steps.length < MOST_STEPS;
	const beside = files.filter(({ name, to }) => to === placed.to && names.manifests.some((manifest) => globMatches(name, manifest)));
	return beside.length === 0 || beside.some(({ from }) => from === placed.from);
}

const placedFiles = remembered((step: Step): readonly PlacedFile[] => {
	const copy = contextCopyOf(step);
	const target = copy?.target;
	if (copy === undefined || target === undefined) return [];
	return copy.sources.flatMap(({ value, span }) => {
		if (value === undefined) return [];
		const source = splitPath(normalPath(value));
		const goal = splitPath(target);
		return [{ name: source.name, from: source.folder, to: goal.name === source.name ? goal.folder : target, span }];
	});
});

function splitPath(path: string): { readonly folder: string; readonly name: string } {
	const slash = path.lastIndexOf("/");
	return { folder: path.slice(0, slash) || "/", name: path.slice(slash + 1) };
}

interface Telling {
	readonly step: Step;
	readonly above: Telling | undefined;
}

/** The step itself, and the RUNs above it that remove the lock file and the copies out of the context, nearest first. */
function* tellingSteps(step: Step, names: LockNames): Generator<Step> {
	yield step;
	for (let found = tellingAbove(names).at(step.stage, step); found !== undefined; found = found.above) yield found.step;
}

const tellingAbove = remembered((names: LockNames) =>
	foldSteps<Telling | undefined>(
		() => undefined,
		(above, earlier) => {
			const tells =
				earlier.keyword === "RUN"
					? commandsOf(earlier).some((candidate) => removesLock(candidate, names))
					: contextCopyOf(earlier) !== undefined;
			return tells ? { step: earlier, above } : above;
		},
	),
);

/** Whether an earlier command of the RUN, or of the lineage, does something. The predicate has to be a constant: what it says is kept. */
export function didBefore(step: Step, command: ShellCommand, does: (candidate: ShellCommand, step: Step) => boolean): boolean {
	const commands = commandsOf(step);
	if (commands.slice(0, commands.indexOf(command)).some((candidate) => does(candidate, step))) return true;
	return runsDoing(does).above(step);
}

const runsDoing = remembered((does: (candidate: ShellCommand, step: Step) => boolean) =>
	anyStep((earlier) => earlier.keyword === "RUN" && commandsOf(earlier).some((candidate) => does(candidate, earlier))),
);

/** Whether a variable that switches something on is set for a command, to anything but no; one whose value the build passes counts. */
export function isSwitchedOn(step: Step, command: ShellCommand, ...names: readonly string[]): boolean {
	return names.some((name) => {
		const value = shellVariableAt(step, command, name);
		if (value.kind === "set") return !/^(?:|0|false|no|off)$/i.test(value.value);
		return value.kind === "unknown" && (declarationAt(step, name) !== undefined || isAssigned(step, name));
	});
}

function isAssigned(step: Step, name: string): boolean {
	return commandsOf(step).some((command) => command.assignments.some((assignment) => assignment.name === name));
}

/** A file of the context, or all of it, and where it is put. */
interface PutSource {
	readonly value: string | undefined;
	readonly span: Span;
	readonly target: string;
}

function copiedSources(step: Step): readonly PutSource[] {
	const copy = contextCopyOf(step);
	return copy === undefined ? [] : copy.sources.map(({ value, span }) => ({ value, span, target: copy.destination }));
}

/** Files of the context that a RUN mounts. */
function mountedSources(step: Step): readonly PutSource[] {
	return mountsOf(step).flatMap((mount) => {
		if (mount.type !== "bind" || mountOption(mount, "from") !== undefined) return [];
		const source = mountOption(mount, "source");
		const target = mountOption(mount, "target")?.value ?? "";
		return [{ value: source?.value ?? ".", span: source?.valueSpan ?? mount.flag.span, target }];
	});
}

/** What a source is to an install that works in a certain folder: nothing if it lies elsewhere. */
function kindFrom(
	place: InstallPlace,
	step: Step,
	{ value = "", target }: PutSource,
	kind: LockFile["kind"],
	{ manifests, lockFiles, foundAbove }: LockNames,
): LockFile["kind"] | undefined {
	const isRoot = isContextRoot(value);
	const seen = placeSeenFrom(place, step, target, (name) => !isRoot && [...manifests, ...lockFiles].includes(name));
	if (seen === "there" || (seen === "around" && foundAbove === true && !place.moved)) return kind;
	// What the folders of the context hold nobody knows.
	return seen === "around" && isRoot ? "perhaps" : undefined;
}

function removesLock(command: ShellCommand, { lockFiles }: LockNames): boolean {
	if (command.program !== "rm") return false;
	return command.args.some((word) => {
		const name = baseName(word.text);
		return lockFiles.some((lock) => name === lock || (name.includes("*") && name !== "*" && globMatches(name, lock)));
	});
}

/** What a copied source brings: undefined for one that has nothing to do with the install. */
function kindOf(source: string, { manifests, lockFiles }: LockNames, entries: readonly string[] | undefined): LockFile["kind"] | undefined {
	const name = baseName(source);
	const known = entries === undefined ? undefined : lockFiles.some((lock) => entries.includes(lock));
	const isManifest = (candidate: string): boolean => manifests.some((manifest) => globMatches(manifest, candidate));
	if (isContextRoot(source)) return known === undefined ? "perhaps" : known ? "copied" : entries?.some(isManifest) ? "missing" : undefined;
	if (lockFiles.includes(name)) return "copied";
	if (isManifest(name)) return "missing";
	if (!/[*?[]/.test(name) || name === "*") return undefined;
	const named = lockFiles.filter((lock) => globMatches(name, lock));
	if (named.length === 0) return manifests.some((manifest) => globMatches(name, manifest)) ? "missing" : undefined;
	if (!source.includes("/") && named.some((lock) => entries?.includes(lock))) return "copied";
	// `package-lock.json*` is written where the file may be missing.
	if (lockFiles.some((lock) => name === `${lock}*`)) return "optional";
	return known === false && !source.includes("/") ? "missing" : "expected";
}

/** What an install does to its lock file, in the words of a message: `pnpm install` and `pnpm-lock.yaml`. */
export function lockMessage(what: string, lockFile: string, kind: LockFile["kind"]): string {
	if (kind === "missing") return `${what} without a lock file picks versions anew in every build`;
	return isThere({ kind }) ? `${what} may depart from ${lockFile}` : `Nothing holds ${what} to a ${lockFile}`;
}

/** What the place of the manifest says beside such a message. */
export function lockNote(kind: LockFile["kind"]): string {
	return kind === "missing" ? "Only the manifest is copied" : "The manifest is copied here";
}
