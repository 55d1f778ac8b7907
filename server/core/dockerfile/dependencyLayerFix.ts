import type { Ecosystem } from "../knowledge/manifests.ts";
import type { SpanEdit } from "../text.ts";
import { commandLine, isOnlyCommand, removeCommand } from "./commandEdit.ts";
import type { ContextCopy } from "./contextCopies.ts";
import type { DependencyInstall } from "./dependencyInstalls.ts";
import { insertInstructionBefore } from "./edit.ts";
import { removeWithGap } from "./layoutEdit.ts";
import type { Step } from "./model.ts";
import { globMatches } from "./removals.ts";
import { commandsOf, scriptsOf } from "./scripts.ts";
import { workdirAt } from "./state.ts";

/** Where the files that an install reads are known to be. */
export interface DependencyFiles {
	/** Names at the top of the context; undefined if nobody looked. */
	readonly entries: readonly string[] | undefined;
}

/** Instructions that may stand between the copy and the install: they change nothing for it. */
const HARMLESS = new Set(["COPY", "ADD", "LABEL", "EXPOSE", "CMD", "ENTRYPOINT", "HEALTHCHECK", "STOPSIGNAL", "MAINTAINER"]);
const FOLDERS = new Set(["patches", "prisma", ".yarn", ".cargo", ".mvn", "gradle", "config"]);
/** Signs of several projects in one context: each has a manifest of its own. */
const WORKSPACES = ["pnpm-workspace.yaml", "lerna.json", "nx.json", "turbo.json", "rush.json", "packages", "apps", "go.work"];
/** Options that make an install leave the project itself out, whose sources are not there yet. */
const WITHOUT_PROJECT: Readonly<Record<string, string>> = { poetry: "--no-root", uv: "--no-install-project" };

/**
 * The edits that put the manifests, and the install, in layers of their own above the copy of the sources. Undefined where the
 * install needs more than that, or something between the two.
 */
export function dependencyLayerEdits(
	copy: ContextCopy,
	install: DependencyInstall,
	files: DependencyFiles,
): readonly SpanEdit[] | undefined {
	const { step, call, ecosystem } = install;
	const { file } = step.stage;
	if (install.withSources || copy.step.stage !== step.stage || !standsAlone(copy, step)) return undefined;
	if (files.entries?.some((entry) => WORKSPACES.includes(entry))) return undefined;
	const sources = manifestsFor(copy, install, files);
	const line = commandLine(step, call.command);
	if (sources === undefined || line === undefined || !isFirst(install)) return undefined;
	const workdir = workdirLine(copy, step);
	if (workdir === undefined) return undefined;
	const own = WITHOUT_PROJECT[ecosystem.id];
	const removal =
		own !== undefined ? [] : isOnlyCommand(step, call.command) ? [removeWithGap(file, step)] : [removeCommand(step, call.command)];
	if (removal.includes(undefined)) return undefined;
	const flags = (instruction: Step, names: readonly string[] | undefined): string =>
		instruction.flags
			.filter((flag) => names === undefined || names.includes(flag.name))
			.map((flag) => `${file.text.slice(flag.span.start, flag.span.end)} `)
			.join("");
	const copyFlags = flags(copy.step, ["chown", "chmod", "link"]);
	const plain = sources.filter((name) => !FOLDERS.has(name));
	const lines = [
		...workdir,
		`COPY ${copyFlags}${plain.join(" ")} ./`,
		...sources.filter((name) => FOLDERS.has(name)).map((name) => `COPY ${copyFlags}${name} ./${name}/`),
		`RUN ${flags(step, undefined)}${line}${own === undefined ? "" : ` ${own}`}`,
	];
	return [insertInstructionBefore(file, copy.step, lines.join("\n")), ...removal.filter((edit) => edit !== undefined)];
}

/** Whether nothing between the copy and the install changes what the install does. */
function standsAlone(copy: ContextCopy, step: Step): boolean {
	const between = step.stage.steps.slice(copy.step.ordinal + 1, step.ordinal);
	const moves = between.filter((other) => other.keyword === "WORKDIR");
	if (moves.length > 1 || (moves.length === 1 && !copy.destination.startsWith("/"))) return false;
	const [script, ...more] = scriptsOf(step);
	return between.every((other) => HARMLESS.has(other.keyword) || moves.includes(other)) && script?.form === "line" && more.length === 0;
}

/** Whether the install comes first in its RUN, and nothing depends on whether it went well. */
function isFirst({ step, call }: DependencyInstall): boolean {
	const commands = commandsOf(step);
	const { command } = call;
	if (command.within.length > 0 || command.pipeline !== undefined || command.redirects.length > 0 || command.assignments.length > 0)
		return false;
	const at = commands.indexOf(command);
	return commands.slice(0, at).every((earlier) => earlier.program === "set") && commands[at + 1]?.connector !== "||";
}

/** The WORKDIR that the new lines need above them: none if the copy goes to where the install runs; undefined if that is unclear. */
function workdirLine(copy: ContextCopy, step: Step): readonly string[] | undefined {
	const here = workdirAt(step.stage, copy.step);
	const there = workdirAt(step.stage, step);
	const moved = step.stage.steps.slice(copy.step.ordinal + 1, step.ordinal).some((other) => other.keyword === "WORKDIR");
	if (!moved)
		return copy.target === undefined
			? /^\.\/?$/.test(copy.destination)
				? []
				: undefined
			: here.kind === "set" && here.value === copy.target
				? []
				: undefined;
	return there.kind === "set" && there.value === copy.target && !/[\s"'$\\]/.test(there.value) ? [`WORKDIR ${there.value}`] : undefined;
}

/** What has to be copied for an install: names in the context, with `*` behind those that may be missing. */
function manifestsFor(copy: ContextCopy, install: DependencyInstall, { entries }: DependencyFiles): readonly string[] | undefined {
	const { ecosystem, call } = install;
	if (ecosystem.id === "pip") {
		const names = call.options
			.filter((option) => ["-r", "--requirement", "-c", "--constraint"].includes(option.name))
			.map((option) =>
				option.value?.replace(copy.target !== undefined && option.value.startsWith(`${copy.target}/`) ? `${copy.target}/` : /^\.\//, ""),
			);
		if (names.some((name) => name === undefined || /[/\\\s"'$*?[]/.test(name))) return undefined;
		if (entries !== undefined && names.some((name) => !entries.includes(name ?? ""))) return undefined;
		return names.filter((name) => name !== undefined);
	}
	if (!["npm", "yarn", "pnpm", "bun", "go", "bundler", "poetry", "uv", "pipenv", "mix"].includes(ecosystem.id)) return undefined;
	return entries === undefined ? expected(ecosystem) : present(ecosystem, entries);
}

/** For a context that nobody looked at: the manifest, and each lock file if it is there. */
function expected({ id, manifests, lockFiles }: Ecosystem): readonly string[] {
	if (id === "npm") return ["package*.json"];
	return [manifests[0] ?? "", ...(id === "bun" ? ["bun.lock*"] : lockFiles.map((name) => `${name}*`))];
}

function present({ manifests, lockFiles, companions }: Ecosystem, entries: readonly string[]): readonly string[] | undefined {
	if (!entries.includes(manifests[0] ?? "")) return undefined;
	const wanted = [...manifests, ...lockFiles, ...(companions ?? [])];
	return wanted.flatMap((name) => entries.filter((entry) => globMatches(name, entry)));
}
