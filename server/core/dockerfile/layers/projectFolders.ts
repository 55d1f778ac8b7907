import { baseName } from "../../baseName.ts";
import { TAR_NAME } from "../../knowledge/archiveNames.ts";
import { VENDORED } from "../../knowledge/manifests.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { moveOf } from "../commands/commandFolder.ts";
import { commandsOf } from "../commands/scripts.ts";
import { type ContextCopy, type CopySource, contextCopyOf, wholeContextSource } from "../files/contextCopies.ts";
import { copyWordsOf, mayBeFolder } from "../files/copyWords.ts";
import { isInside } from "../files/mountCoverage.ts";
import { globMatches } from "../files/removals.ts";
import { stepsBehind } from "../model/mentions.ts";
import type { Stage, Step } from "../model/model.ts";
import { mountsOf } from "../model/mounts.ts";
import { rootBase } from "../model/stages.ts";
import { foldSteps } from "../model/stepFold.ts";
import type { DependencyInstall } from "../packages/dependencyInstalls.ts";
import { type Place, placeAt } from "../packages/installPlaces.ts";

/* A folder of the context that is copied to where an install works, as `COPY server/ .`, and is the only thing that can have brought the manifest. */

/** A copy of such a folder. */
export interface FolderCopy {
	readonly copy: ContextCopy;
	readonly source: CopySource;
}

/** Whose autoloaders, scripts or solutions name what lies in the sources. */
const NEEDS_SOURCES: ReadonlySet<string> = new Set(["composer", "dotnet"]);
/** Options that tell an install another project than that of its folder, or a part of it. */
const OTHER_PROJECT =
	/^(?:-C|--cwd|--dir|--directory|--prefix|--project|--project-dir|--manifest-path|-f|--file|-p|-b|--build-file|--gemfile|--root|--filter|-F|--workspaces?|-w|-pl|--projects|--package)$/;
/** Folders that hold nothing but lists of dependencies. */
const LISTS = /^(?:requirements?|deps|dependenc(?:y|ies)|manifests?|constraints|lock(?:s|files?)?)$/;
/** What can put a project into a folder. */
const BRINGING =
	/^(?:git|svn|hg|bzr|fossil|curl|wget2?|aria2c|axel|tar|bsdtar|unzip|7z[a-z]*|cp|mv|ln|rsync|install|scp|sftp|aws|gsutil|gcloud|degit|patch)$/;
/** Copies and commands beyond which nobody looks for what brought a manifest. */
const MOST_TELLING = 100;
/** What tools are told that make a new project. */
const MAKING = /^(?:init|new|create|create-.*|startproject|archetype:generate)$/;

/** Where the manifest of an install is looked for. */
interface ManifestPlace {
	readonly folder: Place;
	/** Names of the manifest and its lock file; `*` stands for a part of one. */
	readonly names: readonly string[];
}

/** The copy of a folder that has brought the manifest of an install. `above`: the steps above it, nearest first. */
export function projectFolderCopy(install: DependencyInstall, above: readonly Step[]): FolderCopy | undefined {
	const { step, call, ecosystem } = install;
	if (NEEDS_SOURCES.has(ecosystem.id) || weights.at(step.stage, step) > MOST_TELLING || !above.some(mayCopyFolder)) return undefined;
	const place = mayBaseHoldProject(step.stage) ? undefined : manifestPlace(install);
	if (place === undefined || mountsOf(step).some(({ type }) => type === "bind")) return undefined;
	const [found, ...others] = above.flatMap((earlier) => folderCopiesTo(place, earlier));
	if (found === undefined || others.length > 0 || isListFolder(found.source.value ?? "")) return undefined;
	if (above.some((earlier) => mayBringManifest(earlier, place, found))) return undefined;
	const own = commandsOf(step);
	if (own.slice(0, own.indexOf(call.command)).some((command) => mayMakeProject(step, command, place))) return undefined;
	return stepsBehind(step).some((later) => copiesSources(later, place)) ? undefined : found;
}

function mayCopyFolder(step: Step): boolean {
	return contextCopyOf(step)?.sources.some(({ value }) => mayBeFolder(value)) === true;
}

/** Whether the base image may bring a project, itself or by its ONBUILD: one that nobody has described. */
function mayBaseHoldProject(stage: Stage): boolean {
	const base = rootBase(stage);
	if (base.kind !== "image") return true;
	return Object.keys(stageBaseFacts(stage)).length === 0 || base.reference.tag?.includes("onbuild") === true;
}

function manifestPlace({ step, call, ecosystem }: DependencyInstall): ManifestPlace | undefined {
	const move = moveOf(step, call.command);
	if (move === undefined || call.options.some(({ name }) => OTHER_PROJECT.test(name))) return undefined;
	const lists = call.options.filter(({ name }) => /^(?:-r|--requirements?)$/.test(name)).map(({ value }) => value);
	if (lists.includes(undefined)) return undefined;
	const below = lists[0]?.replace(/[^/]+$/, "") ?? "";
	const folder = placeAt(step, below.startsWith("/") || move === "" ? below : `${move}/${below}`);
	const names = [...ecosystem.manifests, ...ecosystem.lockFiles, ...lists.map((list = "") => baseName(list))];
	return folder === undefined ? undefined : { folder, names };
}

/** The folders of the context that a step puts where the manifest is looked for, or above. */
function folderCopiesTo({ folder }: ManifestPlace, step: Step): readonly FolderCopy[] {
	const copy = contextCopyOf(step);
	const put = copy === undefined ? undefined : placeAt(step, copy.destination);
	if (copy === undefined || put === undefined || put.anchor !== folder.anchor || !isInside(folder.path, put.path)) return [];
	// What is copied to the root is seldom one project.
	if (put.anchor === "root" && put.path === "/" && folder.path !== "/") return [];
	return copy.sources.filter(({ value }) => mayBeFolder(value) && !isPattern(value ?? "")).map((source) => ({ copy, source }));
}

/** A pattern, but for that of all that a folder holds. */
function isPattern(source: string): boolean {
	return /[*?[]/.test(source.replace(/\/\*{1,2}$/, ""));
}

function isListFolder(source: string): boolean {
	return source.split("/").some((part) => LISTS.test(part) || VENDORED.test(part));
}

/** Whether a step may put a manifest where an install looks for it, by other means than the folder that was found. */
function mayBringManifest(step: Step, place: ManifestPlace, found: FolderCopy): boolean {
	if (step.keyword === "ONBUILD") return true;
	if (step.keyword === "RUN") return tellingCommands(step).some((command) => mayMakeProject(step, command, place));
	if (step.keyword !== "COPY" && step.keyword !== "ADD") return false;
	const words = copyWordsOf(step);
	const target = words?.destination.value;
	if (words === undefined || target === undefined) return true;
	if (isNamed(baseName(target), place)) return true;
	const put = placeAt(step, target);
	if (put !== undefined && put.anchor === place.folder.anchor && !isInside(place.folder.path, put.path)) return false;
	if (step.heredocs.length > 0 || step.flags.some(({ name }) => /^(?:from|parents|exclude)$/.test(name))) return true;
	return words.sources.some(({ value }) => {
		if (step === found.copy.step && value === found.source.value) return false;
		if (value === undefined || isNamed(baseName(value), place)) return true;
		if (step.keyword === "ADD" && (TAR_NAME.test(value) || /^(?:[a-z][a-z0-9+.-]*:\/\/|git@)/i.test(value))) return true;
		return mayBeFolder(value);
	});
}

/** Whether a name is that of the manifest or its lock file, or a pattern that may fit it. */
function isNamed(name: string, { names }: ManifestPlace): boolean {
	return names.some((manifest) => globMatches(manifest, name) || globMatches(name, manifest.replaceAll("*", "")));
}

function wordsOf({ args, redirects }: ShellCommand): readonly string[] {
	return [...args, ...redirects.flatMap(({ target }) => target ?? [])].map(comparable);
}

/** The commands of a RUN that may put a project somewhere, for whatever install. */
const tellingCommands = remembered((step: Step): readonly ShellCommand[] =>
	commandsOf(step).filter(
		(command) =>
			BRINGING.test(command.program ?? "") || wordsOf(command).some((word) => MAKING.test(word) || /[.*?[]|file$/i.test(baseName(word))),
	),
);

/** How many copies and commands there are to look at. */
const weights = foldSteps<number>(
	() => 0,
	(weight, step) => weight + (step.keyword === "RUN" ? tellingCommands(step).length : contextCopyOf(step) === undefined ? 0 : 1),
);

/** Whether a command may put a project into the folder, or a manifest: it names one, makes a project, or fetches there. */
function mayMakeProject(step: Step, command: ShellCommand, place: ManifestPlace): boolean {
	const { program = "" } = command;
	const words = wordsOf(command);
	if (words.some((word) => isNamed(baseName(word), place) || MAKING.test(word))) return true;
	if (!BRINGING.test(program)) return false;
	const { anchor, path } = place.folder;
	if (anchor !== "root" || words.some((word) => word.includes(baseName(path)))) return true;
	const move = moveOf(step, command);
	const at = move === undefined ? undefined : placeAt(step, move);
	return at === undefined || (at.anchor === "root" && isInside(at.path, path));
}

/** Whether a step copies sources to where the manifest is: then what was copied above is there for the install. */
function copiesSources(step: Step, { folder }: ManifestPlace): boolean {
	const copy = contextCopyOf(step);
	if (copy === undefined) return false;
	if (wholeContextSource(copy) !== undefined) return true;
	const put = placeAt(step, copy.destination);
	const isThere = put === undefined || put.anchor !== folder.anchor || isInside(put.path, folder.path);
	return isThere && copy.sources.some(({ value }) => mayBeFolder(value));
}
