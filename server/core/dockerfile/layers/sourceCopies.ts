import { baseName } from "../../baseName.ts";
import { BUILD_SETTINGS, PROJECT_FILES, VENDORED, WORKSPACE_FILES } from "../../knowledge/manifests.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { SpanEdit } from "../../text.ts";
import { commandsOf } from "../commands/scripts.ts";
import { moveTogether } from "../edits/moveInstruction.ts";
import { type ContextCopy, type CopySource, contextCopyOf, wholeContextSource } from "../files/contextCopies.ts";
import { globMatches } from "../files/removals.ts";
import type { Step } from "../model/model.ts";
import { type DependencyInstall, dependencyInstallsOf } from "../packages/dependencyInstalls.ts";
import { callHasOption, packageCallsOf } from "../packages/packageCalls.ts";
import { stepsBackwards } from "../variables/state.ts";
import { isBuild } from "./developmentUse.ts";
import { isNamed, namedByInstall, pathsNamedBy } from "./namedSources.ts";
import { projectFolderCopy } from "./projectFolders.ts";

/* Copies that an install stands behind: of the whole context, of sources under their own names, which it does not read (`COPY src ./src`), or of a folder with the manifest. */

/** In larger files nobody looks further up. */
const MOST_STEPS = 500;

/** The copy that makes the layers of an install new. */
export interface CopyAbove {
	readonly copy: ContextCopy;
	readonly source: CopySource;
	/** What it brings: the whole context, sources beside the manifest, or a folder with the manifest in it. */
	readonly kind: "context" | "sources" | "project";
}

/** The copy of the whole context that an install stands behind, else of sources that it does not read, else of the folder with the manifest; undefined if its ecosystem was installed before. */
export function copyAbove(install: DependencyInstall): CopyAbove | undefined {
	if (vendors(install.step, install)) return undefined;
	const above: Step[] = [];
	for (const earlier of stepsBackwards(install.step.stage, install.step)) {
		if (earlier.keyword === "RUN" && (installs(earlier, install) || vendors(earlier, install))) return undefined;
		if (above.push(earlier) > MOST_STEPS) return undefined;
	}
	const copies = above.flatMap((step) => contextCopyOf(step) ?? []);
	if (install.ecosystem.id === "cargo" && namesIn(copies).some((name) => VENDORED.test(name))) return undefined;
	for (const copy of copies.toReversed()) {
		const source = wholeContextSource(copy);
		if (source !== undefined) return { copy, source, kind: "context" };
	}
	const part = unreadSources(install, above).at(-1);
	if (part !== undefined && !mayNeedSources(install, copies)) return part;
	const project = projectFolderCopy(install, above);
	return project === undefined ? undefined : { ...project, kind: "project" };
}

/** Copies of the project's own sources, of the steps above an install backwards, that neither it nor a command between them needs. */
function unreadSources(install: DependencyInstall, above: readonly Step[]): readonly CopyAbove[] {
	const names = install.ecosystem.sources;
	if (names === undefined || !above.some((step) => contextCopyOf(step)?.sources.some((source) => isOneOf(source, names)) === true))
		return [];
	const named = namedByInstall(install);
	const own = commandsOf(install.step);
	const note = (commands: readonly ShellCommand[]): void => {
		for (const path of commands.flatMap(pathsNamedBy)) named.add(path);
	};
	note(own.slice(0, own.indexOf(install.call.command)));
	const unread: CopyAbove[] = [];
	for (const step of above) {
		if (step.keyword === "RUN") note(commandsOf(step));
		const copy = contextCopyOf(step);
		const source = copy?.sources.find((candidate) => isOneOf(candidate, names) && !isNamed(nameOf(candidate.value), copy, named));
		if (copy !== undefined && source !== undefined) unread.push({ copy, source, kind: "sources" });
	}
	return unread;
}

/** Whether a RUN brings what Cargo builds with into the project. */
function vendors(step: Step, { ecosystem }: DependencyInstall): boolean {
	return ecosystem.id === "cargo" && packageCallsOf(step).some(({ manager, verb }) => manager === "cargo" && verb === "vendor");
}

function installs(earlier: Step, { ecosystem, call }: DependencyInstall): boolean {
	return dependencyInstallsOf(earlier).some(
		(other) =>
			other.ecosystem === ecosystem ||
			(other.call.manager === "uv" && call.manager === "pip") ||
			(other.call.manager === "pip" && call.manager === "uv"),
	);
}

/** Whether a source is evidently the project's own, and nothing that an install reads by itself. */
function isOneOf({ value }: CopySource, names: readonly string[]): boolean {
	const name = nameOf(value);
	return name !== "setup.py" && names.some((pattern) => pattern === name || (pattern.startsWith("*.") && globMatches(pattern, name)));
}

/** The last part of a path, of the folder for `src/*`. */
function nameOf(path: string | undefined): string {
	return baseName((path ?? "").replace(/\/(?:\*{0,2}|\.)$/, ""));
}

function namesIn(copies: readonly ContextCopy[]): readonly string[] {
	return copies.flatMap(({ sources }) => sources.map(({ value }) => nameOf(value)));
}

/** Whether an install may need more than manifests: what is copied above it belongs to a package that it builds. */
function mayNeedSources(install: DependencyInstall, copies: readonly ContextCopy[]): boolean {
	const { ecosystem, call, step, withSources } = install;
	const names = namesIn(copies);
	switch (ecosystem.id) {
		case "npm":
		case "yarn":
		case "pnpm":
		case "bun":
			if (names.some((name) => WORKSPACE_FILES.has(name))) return true;
			return (
				names.some((name) => BUILD_SETTINGS.test(name)) && !callHasOption(call, "--ignore-scripts") && !buildsLater(step, call.command)
			);
		case "uv":
		case "poetry":
			return call.verb === "pip" ? names.some((name) => PROJECT_FILES.test(name)) : !callHasOption(call, ecosystem.withoutProject ?? "");
		case "pip":
		case "pipenv":
		case "bundler":
			return withSources || names.some((name) => PROJECT_FILES.test(name));
		default:
			return false;
	}
}

/** Whether something else than the install builds: `npm run build` behind it. */
function buildsLater(step: Step, install: ShellCommand): boolean {
	const commands = commandsOf(step);
	const behind = step.stage.steps.slice(step.ordinal + 1).filter(({ keyword }) => keyword === "RUN");
	const later = [commands.slice(commands.indexOf(install) + 1), ...behind.map(commandsOf)].flat();
	return later.some(isBuild);
}

/**
 * The edits that move copies of sources below the install. Undefined where something stands between them that is no copy, where the RUN
 * does more than install, and where what lists the dependencies is not copied by another instruction.
 */
export function moveSourcesEdits(first: ContextCopy, install: DependencyInstall): readonly SpanEdit[] | undefined {
	const { step, call, ecosystem, withSources } = install;
	const { stage } = step;
	const { file } = stage;
	const between = stage.steps.slice(first.step.ordinal, step.ordinal);
	if (withSources || first.step.stage !== stage || between.some(({ keyword }) => keyword !== "COPY" && keyword !== "ADD")) return undefined;
	if (commandsOf(step).some((command) => command !== call.command && command.program !== "set")) return undefined;
	const names = ecosystem.sources ?? [];
	const copies = stage.steps.slice(0, step.ordinal).flatMap((other) => contextCopyOf(other) ?? []);
	const named = namedByInstall(install);
	const isMoved = (copy: ContextCopy): boolean =>
		copy.sources.every((source) => isOneOf(source, names) && !isNamed(nameOf(source.value), copy, named));
	const moved = copies.filter((copy) => between.includes(copy.step) && isMoved(copy));
	const kept = copies.filter((copy) => !moved.includes(copy)).flatMap(({ sources }) => sources.map(({ value }) => baseName(value ?? "")));
	const listed = ecosystem.manifests.some((manifest) => kept.some((name) => globMatches(manifest, name) || name === manifest));
	if (!moved.some((copy) => copy.step === first.step) || !listed || namesFolder(install)) return undefined;
	const target = file.instructions.find(({ span }) => span.start >= step.span.end);
	if (target === undefined && !file.text.endsWith("\n")) return undefined;
	return moveTogether(
		file,
		moved.map((copy) => copy.step),
		target,
	);
}

/** `-r app/requirements.txt`: the list may lie in what would be moved. */
function namesFolder({ call }: DependencyInstall): boolean {
	return call.options.some(({ value }) => value?.includes("/") === true) || call.command.within.length > 0;
}
