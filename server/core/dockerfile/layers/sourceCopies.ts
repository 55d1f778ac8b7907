import { baseName } from "../../baseName.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { SpanEdit } from "../../text.ts";
import { commandsOf } from "../commands/scripts.ts";
import { moveTogether } from "../edits/moveInstruction.ts";
import { type ContextCopy, type CopySource, contextCopyOf, wholeContextSource } from "../files/contextCopies.ts";
import { globMatches } from "../files/removals.ts";
import type { Step } from "../model/model.ts";
import { type DependencyInstall, dependencyInstallsOf } from "../packages/dependencyInstalls.ts";
import { callHasOption } from "../packages/packageCalls.ts";
import { stepsBackwards } from "../variables/state.ts";

/* Copies that an install stands behind: of the whole context, or of sources under their own names, which it does not read (`COPY src ./src`). */

const PAGES = ["public", "static", "templates", "views"];
const TESTS = ["test", "tests", "spec"];
const NODE = ["src", "app", ...PAGES, ...TESTS, "index.js", "server.js", "app.js", "main.js"];
const PYTHON = ["src", "app", ...PAGES, ...TESTS, "*.py", "*.js", "*.ts"];

/**
 * What holds nothing that an install reads, by the ecosystem's name; `*` stands for a part of a name. Folders that could be a package of
 * a workspace, or that scripts of the install live in, are not among them.
 */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
	npm: NODE,
	yarn: NODE,
	pnpm: NODE,
	bun: NODE,
	pip: PYTHON,
	uv: PYTHON,
	poetry: PYTHON,
	pipenv: PYTHON,
	bundler: ["app", ...PAGES, ...TESTS],
	go: ["*.go", "cmd"],
	mix: ["lib", "priv", ...TESTS],
	// Their builds need the sources; that they fetch at the same time is what is reported, as behind `COPY . .`.
	maven: ["src"],
	gradle: ["src"],
	cargo: ["src"],
	dotnet: ["src"],
};
/** Files that make an install take the project itself, with its sources. */
const PROJECT_FILES = /^(?:setup\.(?:py|cfg)|pyproject\.toml|.*\.gemspec)$/;
/** Settings of tools that `prepare` or `postinstall` may call. */
const BUILD_SETTINGS = /^(?:tsconfig.*\.json|.*\.config\..*|Makefile|gulpfile\..*|Gruntfile\..*|\.babelrc.*|angular\.json|binding\.gyp)$/;
const WITHOUT_PROJECT = ["--no-root", "--no-install-project"];

/** The copy that makes the layers of an install new. */
export interface CopyAbove {
	readonly copy: ContextCopy;
	readonly source: CopySource;
	/** Whether it is the whole context. */
	readonly whole: boolean;
}

/** The copy of the whole context that an install stands behind, or else of sources that it does not read; undefined if its ecosystem was installed before. */
export function copyAbove(install: DependencyInstall): CopyAbove | undefined {
	const copies: ContextCopy[] = [];
	for (const earlier of stepsBackwards(install.step.stage, install.step)) {
		if (earlier.keyword === "RUN" && installs(earlier, install)) return undefined;
		const copy = contextCopyOf(earlier);
		if (copy !== undefined) copies.push(copy);
	}
	const whole = firstOf(copies, true, wholeContextSource);
	if (whole !== undefined) return whole;
	const part = firstOf(copies, false, (copy) => sourceNotRead(copy, install));
	return part === undefined || mayNeedSources(install, copies) ? undefined : part;
}

/** The first copy of a file that has a source of a kind, of those that stand backwards. */
function firstOf(
	copies: readonly ContextCopy[],
	whole: boolean,
	sourceOf: (copy: ContextCopy) => CopySource | undefined,
): CopyAbove | undefined {
	const copy = copies.findLast((candidate) => sourceOf(candidate) !== undefined);
	const source = copy === undefined ? undefined : sourceOf(copy);
	return copy === undefined || source === undefined ? undefined : { copy, source, whole };
}

function installs(earlier: Step, { ecosystem, call }: DependencyInstall): boolean {
	return dependencyInstallsOf(earlier).some(
		(other) =>
			other.ecosystem === ecosystem ||
			(other.call.manager === "uv" && call.manager === "pip") ||
			(other.call.manager === "pip" && call.manager === "uv"),
	);
}

/** The source of a copy that is evidently the project's own, and that the install behind it does not read. */
function sourceNotRead({ sources }: ContextCopy, { ecosystem }: DependencyInstall): CopySource | undefined {
	const names = SOURCES[ecosystem.id];
	return names === undefined ? undefined : sources.find((source) => isOneOf(source, names));
}

function isOneOf({ value }: CopySource, names: readonly string[]): boolean {
	const name = nameOf(value);
	return name !== "setup.py" && names.some((pattern) => pattern === name || (pattern.startsWith("*.") && globMatches(pattern, name)));
}

/** The last part of a path, of the folder for `src/*`. */
function nameOf(path: string | undefined): string {
	return baseName((path ?? "").replace(/\/(?:\*{0,2}|\.)$/, ""));
}

/** Whether an install may need more than manifests: what is copied above it belongs to a package that it builds. */
function mayNeedSources(install: DependencyInstall, copies: readonly ContextCopy[]): boolean {
	const { ecosystem, call, step, withSources } = install;
	const names = copies.flatMap(({ sources }) => sources.map(({ value }) => nameOf(value)));
	switch (ecosystem.id) {
		case "npm":
		case "yarn":
		case "pnpm":
		case "bun":
			return (
				names.some((name) => BUILD_SETTINGS.test(name)) && !callHasOption(call, "--ignore-scripts") && !buildsLater(step, call.command)
			);
		case "uv":
		case "poetry":
			return call.verb === "pip" ? names.some((name) => PROJECT_FILES.test(name)) : !callHasOption(call, ...WITHOUT_PROJECT);
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
	return later.some(
		({ program, args }) =>
			program === "tsc" ||
			(/^(?:npm|yarn|pnpm|bun|npx)$/.test(program ?? "") && args.some(({ value }) => /^(?:run|build|tsc)/.test(value ?? ""))),
	);
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
	const names = SOURCES[ecosystem.id] ?? [];
	const copies = stage.steps.slice(0, step.ordinal).flatMap((other) => contextCopyOf(other) ?? []);
	const moved = copies.filter((copy) => between.includes(copy.step) && copy.sources.every((source) => isOneOf(source, names)));
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
