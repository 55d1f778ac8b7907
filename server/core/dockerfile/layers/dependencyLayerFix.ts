import { type Ecosystem, WORKSPACE_FILES } from "../../knowledge/manifests.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import type { ShellOption } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import type { SpanEdit } from "../../text.ts";
import { commandsOf, scriptsOf } from "../commands/scripts.ts";
import { commandLine, removeFromRun } from "../edits/commandEdit.ts";
import { insertInstructionBefore, isCommented, removeInstruction } from "../edits/edit.ts";
import { removeAllWithComments } from "../edits/moveInstruction.ts";
import type { ContextCopy, CopySource } from "../files/contextCopies.ts";
import { globMatches, removes, wordRemoves } from "../files/removals.ts";
import type { Step } from "../model/model.ts";
import { type DependencyInstall, isPipCall } from "../packages/dependencyInstalls.ts";
import { callHasOption } from "../packages/packageCalls.ts";
import { hintsAtModernYarn } from "../packages/yarnVersion.ts";
import { workdirAt } from "../variables/state.ts";
import { cachePath, cacheToolOf } from "./caches.ts";
import { emptyingCommands } from "./cacheUses.ts";

/** Where the files that an install reads are known to be. */
export interface DependencyFiles {
	/** Names at the top of the context; undefined if nobody looked. */
	readonly entries: readonly string[] | undefined;
	/** The folder of the context that they lie in, with a slash at its end; undefined for the context itself. */
	readonly folder?: string;
}

/** A copied folder as a path to write in front of a name; undefined where it would have to be quoted, or a variable stands in it. */
export function plainFolder({ text }: CopySource): string | undefined {
	const folder = text.replace(/\/(?:\*{1,2})?$/, "");
	return /^[\w./-]+$/.test(folder) ? `${folder}/` : undefined;
}

/** Instructions that may stand between the copy and the install: they change nothing for it. */
const HARMLESS = new Set(["COPY", "ADD", "LABEL", "EXPOSE", "CMD", "ENTRYPOINT", "HEALTHCHECK", "STOPSIGNAL", "MAINTAINER"]);
const FOLDERS = new Set(["patches", "prisma", ".yarn", ".cargo", ".mvn", "gradle", "config"]);
/** Signs of several projects in one context: each has a manifest of its own. */
const WORKSPACES: ReadonlySet<string> = new Set([...WORKSPACE_FILES, "packages", "apps", "go.work"]);

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
	if (install.withSources || readsElsewhere(install) || copy.step.stage !== step.stage || !standsAlone(copy, step)) return undefined;
	if (files.entries?.some((entry) => WORKSPACES.has(entry))) return undefined;
	const sources = manifestsFor(copy, install, files);
	const line = commandLine(step, call.command);
	if (sources === undefined || line === undefined || !isFirst(install)) return undefined;
	const workdir = workdirLine(copy, step);
	const cleaning = cleaningLines(install);
	if (workdir === undefined || cleaning === undefined) return undefined;
	const own = leavesProjectOut(install) ? undefined : ecosystem.withoutProject;
	if (own !== undefined && cleaning.commands.length > 0) return undefined;
	const moved = [call.command, ...cleaning.commands];
	const removal = own !== undefined ? [] : removeFromRun(step, moved);
	if (removal === undefined) return undefined;
	const { removals, comments } = removeAllWithComments(file, step, removal);
	const flags = (instruction: Step, names: readonly string[] | undefined): string =>
		instruction.flags
			.filter((flag) => names === undefined || names.includes(flag.name))
			.map((flag) => `${file.text.slice(flag.span.start, flag.span.end)} `)
			.join("");
	const copyFlags = flags(copy.step, ["chown", "chmod", "link"]);
	const plain = sources.filter((name) => !FOLDERS.has(name)).map((name) => `${files.folder ?? ""}${name}`);
	const lines = [
		...workdir,
		`COPY ${copyFlags}${plain.join(" ")} ./`,
		...sources.filter((name) => FOLDERS.has(name)).map((name) => `COPY ${copyFlags}${name} ./${name}/`),
		`${comments.replace(/^[\t ]+/gm, "")}RUN ${flags(step, undefined)}${[line, ...cleaning.lines].join(" && ")}${own === undefined ? "" : ` ${own}`}`,
	];
	const inserted = insertInstructionBefore(file, copy.step, lines.join("\n"));
	const left = workdir.length === 0 ? undefined : movedWorkdir(copy, step);
	const leaving = left === undefined ? undefined : removeInstruction(file, left);
	return [inserted, ...(leaving === undefined ? [] : [leaving]), ...removals];
}

/**
 * The WORKDIR between the copy and the install, which moves along; undefined where what is copied in between depends on where it stands,
 * and where comments speak of it.
 */
function movedWorkdir(copy: ContextCopy, step: Step): Step | undefined {
	const between = step.stage.steps.slice(copy.step.ordinal + 1, step.ordinal);
	const at = between.findIndex(({ keyword }) => keyword === "WORKDIR");
	const workdir = between[at];
	if (workdir === undefined || isCommented(step.stage.file, workdir)) return undefined;
	return between.slice(0, at).some(({ keyword }) => keyword === "COPY" || keyword === "ADD") ? undefined : workdir;
}

/** The commands behind an install that empty its cache, which have to go with it; undefined where they do more than that, or too late. */
function cleaningLines({
	step,
	call,
}: DependencyInstall): { readonly commands: readonly ShellCommand[]; readonly lines: readonly string[] } | undefined {
	const tool = cacheToolOf(step, call);
	if (tool === undefined) return { commands: [], lines: [] };
	const emptying = emptyingCommands({ step, tool });
	const paths = tool.directories.map((directory) => cachePath(step, call, tool, directory)).filter((path) => path !== undefined);
	const all = commandsOf(step);
	const commands = all
		.slice(all.indexOf(call.command) + 1)
		.filter((command) => emptying.includes(command) || deletesCache(step, command, paths));
	const lines = commands.map((command) => {
		const plain = command.within.length === 0 && command.pipeline === undefined && command.connector !== "||";
		const answered = all[all.indexOf(command) + 1]?.connector === "||";
		const alone =
			emptying.includes(command) || command.args.every((word) => word.text.startsWith("-") || deletesOne(step, command, word, paths));
		return plain && !answered && alone && tool.neededLater !== true ? commandLine(step, command) : undefined;
	});
	return lines.includes(undefined) ? undefined : { commands, lines: lines.filter((line) => line !== undefined) };
}

/** Where tools cache, for those whose place is not known. */
const CACHE_NAME = /cache|\.npm\b/;

function deletesCache(step: Step, command: ShellCommand, paths: readonly string[]): boolean {
	if (paths.some((path) => removes(step, command, path) !== "no")) return true;
	return command.program === "rm" && command.args.some((word) => CACHE_NAME.test(word.text));
}

function deletesOne(step: Step, command: ShellCommand, word: ShellWord, paths: readonly string[]): boolean {
	return command.program === "rm" && paths.some((path) => wordRemoves(step, command, word, path) === "yes");
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

/** Whether an install is told to read more than the manifests of its folder: those of another one, parts of a workspace, the sources. */
function readsElsewhere({ call, ecosystem }: DependencyInstall): boolean {
	if (isPipCall(call) && (call.operands.slice(call.manager === "uv" ? 1 : 0).some(mayBeLocal) || call.options.some(namesLocal)))
		return true;
	const names = ecosystem.otherProject ?? [];
	// Long options of Go have one dash, as bundles of others do.
	return call.options.some(
		({ name, value, word }) => names.some((other) => other === name || word.text.startsWith(`${other}=`)) && !/^\.\/?$/.test(value ?? ""),
	);
}

/** What pip is told to install from a file or a folder, or may be: `.`, `./wheels/*.whl`, `$PACKAGES`. */
function mayBeLocal(word: ShellWord): boolean {
	const text = comparable(word);
	return /^[.~$\0]|^file:|@ *file:|\.(?:whl|zip|tgz|tar\.\w+)$/.test(text) || (text.includes("/") && !text.includes("://"));
}

/** Options of pip and of `uv pip` whose values are files or folders that they read. */
const LOCAL_OPTIONS = new Set([
	...["-e", "--editable", "-f", "--find-links", "--cert", "--client-cert", "--group"],
	...["-b", "--build-constraint", "--build-constraints", "--override", "--overrides", "--exclude", "--excludes"],
]);
/** What uv reads the requirements of by building the project, or by running the script. */
const SOURCE_FILE = /\.py$|^setup\.cfg$/;

function namesLocal({ name, value }: ShellOption): boolean {
	return LOCAL_OPTIONS.has(name) && !/^(?:[a-z]+\+)?https?:/.test(value ?? "");
}

/** Whether an install takes no project along as it stands: pip installs what is listed, others are told so. */
function leavesProjectOut({ call, ecosystem }: DependencyInstall): boolean {
	return isPipCall(call) || callHasOption(call, ecosystem.withoutProject ?? "", ...(ecosystem.alsoWithoutProject ?? []));
}

/** What has to be copied for an install: names in the context, with `*` behind those that may be missing. */
function manifestsFor(copy: ContextCopy, install: DependencyInstall, { entries }: DependencyFiles): readonly string[] | undefined {
	const { ecosystem, call } = install;
	// Its settings and releases lie in files that only some projects have.
	if (ecosystem.id === "yarn" && entries === undefined && hintsAtModernYarn(install.step, call)) return undefined;
	if (isPipCall(call)) {
		const names = call.options
			.filter((option) => REQUIREMENTS.has(option.name))
			.map((option) =>
				option.value?.replace(copy.target !== undefined && option.value.startsWith(`${copy.target}/`) ? `${copy.target}/` : /^\.\//, ""),
			);
		if (names.some((name) => name === undefined || SOURCE_FILE.test(name) || /[/\\\s"'$*?[]/.test(name))) return undefined;
		if (entries !== undefined && names.some((name) => !entries.includes(name ?? ""))) return undefined;
		return names.filter((name) => name !== undefined);
	}
	if (!["npm", "yarn", "pnpm", "bun", "go", "bundler", "poetry", "uv", "pipenv", "mix"].includes(ecosystem.id)) return undefined;
	return entries === undefined ? expected(ecosystem) : present(ecosystem, entries);
}

/** Options that name lists of packages, of pip and of `uv pip`. */
const REQUIREMENTS = new Set(["-r", "--requirement", "--requirements", "-c", "--constraint", "--constraints"]);

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
