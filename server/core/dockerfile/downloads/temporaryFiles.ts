import { baseName } from "../../baseName.ts";
import { remembered } from "../../memo.ts";
import type { ShellAssignment, ShellCommand, ShellWord } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import type { Span } from "../../text.ts";
import { moveOf, pathAt } from "../commands/commandFolder.ts";
import { installs, namesMembers, unpacks } from "../commands/consumers.ts";
import { commandsOf } from "../commands/scripts.ts";
import { mountCovers } from "../files/mountCoverage.ts";
import { globMatches, removes } from "../files/removals.ts";
import type { Step } from "../model/model.ts";
import { mountsOf } from "../model/mounts.ts";
import { stepText } from "../model/stepText.ts";
import { stepHidesCommands } from "../packages/hiddenCommands.ts";
import { packageCallAt } from "../packages/packageCalls.ts";
import { normalPath } from "../variables/state.ts";
import { type Download, downloadsOf, storedNames } from "./downloads.ts";
import { commandsBehind } from "./fileMentions.ts";
import { isFile } from "./filePaths.ts";
import { couldBeTakenLater } from "./laterTakers.ts";
import { laterUse } from "./laterUses.ts";
import { isNamedOutside, type StepRange } from "./otherSteps.ts";

/** A file or folder that a RUN needs only for itself, and leaves in its layer. */
export interface TemporaryFile {
	/** The word that names it where it comes into being. */
	readonly span: Span;
	/** The path, as the script says it where the file gives its variables no values. */
	readonly path: string;
	/** The word by which the script calls the file, where a command needs it; undefined for a folder. */
	readonly word: ShellWord | undefined;
	readonly kind: "archive" | "package" | "signature" | "folder";
	/** The command behind which nobody needs it. */
	readonly used: ShellCommand;
	/** Whether that stands in a later RUN: the file is in a layer of its own then, whatever comes. */
	readonly usedLater: boolean;
}

/** A RUN that fetches more is not looked into. */
const MOST_DOWNLOADS = 100;

/** Without one of these a RUN leaves nothing of the kind. */
const TRACES = /curl|wget|mktemp|aria2c/;

const NONE: readonly TemporaryFile[] = [];

/** What a RUN downloads, unpacks or installs, and leaves; and folders of `mktemp -d` that stay. What could be removed somewhere is left out. */
export function temporaryFilesLeft(step: Step): readonly TemporaryFile[] {
	const downloads = downloadsOf(step);
	const text = stepText(step);
	const makesFolder = text.includes("mktemp");
	if ((downloads.length === 0 && !makesFolder) || downloads.length > MOST_DOWNLOADS || !TRACES.test(text)) return NONE;
	if (mountsOf(step).some(({ type }) => type === "cache" || type === "tmpfs") && mountCovers(step, undefined) !== "no") return [];
	const files = downloads.flatMap((download) => downloadLeft(step, download));
	return [
		// What is fetched from the one address or the other is one file.
		...files.filter(({ path }, index) => files.findIndex((other) => other.path === path) === index),
		...(makesFolder ? commandsOf(step).flatMap((command) => foldersLeft(step, command)) : NONE),
	];
}

function downloadLeft(step: Step, download: Download): readonly TemporaryFile[] {
	const { sink } = download;
	if (
		sink.kind !== "file" ||
		sink.path === undefined ||
		download.command.within.some((enclosure) => enclosure === "loop" || enclosure === "function")
	)
		return [];
	const names = storedNames(download);
	const used = commandsBehind(step, download.command, names).findLast((command) => useOf(step, command, names) !== undefined);
	const kind = used === undefined ? undefined : useOf(step, used, names);
	if (used === undefined || kind === undefined) return leftForLater(step, download, names);
	const commands = commandsOf(step);
	if (commands.some(({ program }) => program === "trap")) return [];
	const behind = commands.slice(commands.indexOf(download.command) + 1);
	if (behind.some((command) => takesAway(step, download.command, command, names))) return [];
	return [{ span: (sink.word ?? download.url).span, path: knownName(names), word: wordOf(used, names), kind, used, usedLater: false }];
}

/** A file that another RUN of the stage unpacks or installs, where nothing else names it: neither removes it nor has a use for it. */
function leftForLater(step: Step, download: Download, names: readonly string[]): readonly TemporaryFile[] {
	const later = laterUse(step, download.command, names);
	const kind = later === undefined ? undefined : useOf(later.step, later.command, names);
	if (later === undefined || kind === undefined || download.sink.kind !== "file") return [];
	const isUse = (within: Step, command: ShellCommand): boolean =>
		command === download.command || useOf(within, command, names) !== undefined;
	const path = pathBelow(step, download.command, names);
	if (path === undefined || isOfUse(later.command, names) || couldBeTakenLater(step, path, [download.command, later.command])) return [];
	const users: readonly StepRange[] = [
		[step, step],
		[later.step, later.step],
	];
	if (isNamedOutside(step.stage.file, names.map(baseName), users)) return [];
	for (const within of [step, later.step]) {
		const touching = commandsOf(within).filter((command) => !isUse(within, command));
		if (touching.some((command) => namesFile(command, names) || takesAway(within, download.command, command, names))) return [];
	}
	const { span } = download.sink.word ?? download.url;
	return [{ span, path: knownName(names), word: undefined, kind, used: later.command, usedLater: true }];
}

/** Where a file lies, absolute: in a folder of no name where the base image decides; undefined where the script itself hides it. */
function pathBelow(step: Step, command: ShellCommand, names: readonly string[]): string | undefined {
	const name = names.find((candidate) => !candidate.includes("$"));
	const move = moveOf(step, command);
	if (name === undefined || move === undefined) return undefined;
	return pathAt(step, command, name) ?? normalPath(`/?/${move}/${name}`);
}

/** Whether an archive is of use after it was unpacked: a program of Java, and any from which single members were taken. */
function isOfUse(command: ShellCommand, names: readonly string[]): boolean {
	return unpacks(command) && (isJavaArchive(names) || namesMembers(command, (word) => isFile(word, names)));
}

function isJavaArchive(names: readonly string[]): boolean {
	return names.some((name) => /\.[jwe]ar$/i.test(name));
}

function namesFile(command: ShellCommand, names: readonly string[]): boolean {
	return command.program === undefined || wordOf(command, names) !== undefined;
}

/** The name without variables, where the file gives their values. */
function knownName(names: readonly string[]): string {
	return names.find((name) => !name.includes("$")) ?? names[0] ?? "";
}

/** These put the result in the place of the file. */
const RECOMPRESSORS: ReadonlySet<string | undefined> = new Set("gunzip bunzip2 unxz gzip bzip2 xz zstd lzma unlzma".split(" "));

/** What a command does with the file, if that is all that it was fetched for. */
function useOf(step: Step, command: ShellCommand, names: readonly string[]): TemporaryFile["kind"] | undefined {
	if (RECOMPRESSORS.has(command.program) || wordOf(command, names) === undefined) return undefined;
	if (unpacks(command)) return isJavaArchive(names) && namesMembers(command, (word) => isFile(word, names)) ? undefined : "archive";
	if (installs(command)) return "package";
	const call = packageCallAt(step, command);
	if (call?.kind === "install" && /\.(?:deb|rpm|apk)$/.test(names[0] ?? "")) return "package";
	const verifies =
		/^gpgv?2?$/.test(command.program ?? "") &&
		(command.program?.startsWith("gpgv") || command.args.some((word) => word.value === "--verify"));
	return verifies && /\.(?:asc|sig|sign|gpg)$/.test(names[0] ?? "") ? "signature" : undefined;
}

/** The word by which a command names the file that it reads. */
function wordOf({ args, redirects }: ShellCommand, names: readonly string[]): ShellWord | undefined {
	return (
		args.find((word) => isFile(word, names)) ??
		redirects.find(({ operator, target }) => operator === "<" && target !== undefined && isFile(target, names))?.target
	);
}

/** Whether a command removes or moves the file, or could. */
function takesAway(step: Step, download: ShellCommand, command: ShellCommand, names: readonly string[]): boolean {
	const { program, args } = command;
	if (program === undefined) return true;
	if (program === "mv" || program === "cp" || program === "ln" || program === "install") return args.some((word) => isFile(word, names));
	if (program === "find") return args.some((word) => word.text === "-delete" || word.text === "rm");
	if (program === "xargs") return args.some((word) => word.value === "rm");
	if (program !== "rm" && program !== "unlink") return false;
	const path = names.find((name) => name.startsWith("/"));
	if (path !== undefined && !path.includes("$") && removes(step, command, path) !== "no") return true;
	return args.some((word) => !word.text.startsWith("-") && couldMean(step, download, command, word, names));
}

/** Whether a word of rm could stand for the file: its name, a glob of it, or a folder that may hold it. */
function couldMean(step: Step, download: ShellCommand, command: ShellCommand, word: ShellWord, names: readonly string[]): boolean {
	const { args } = command;
	const text = comparable(word);
	if (isFile(word, names)) return true;
	// Caches of package managers are never where downloads go.
	if (/^["']?(?:\/var\/(?:lib\/apt|cache)|~\/\.|\/root\/\.)/.test(text)) return false;
	const last = baseName(text);
	if (/[*?[{]/.test(last) && names.some((name) => globMatches(last.replace(/\{.*\}/, "*"), baseName(name)))) return true;
	if (isOtherName(step, download, command, text, names)) return false;
	const recursive = args.some((option) => /^-[a-zA-Z]*[rR]|^--recursive/.test(option.text));
	if (!recursive) return text.includes("$") || text.includes("\0");
	return names.some(
		(name) => !name.startsWith("/") || name.startsWith(text.replace(/\/?\*?$/, "")) || text.includes("$") || name.includes("$"),
	);
}

/** Whether a word of `rm` is the plain name of something beside a file in the folder in which the RUN starts, or further down. */
function isOtherName(step: Step, download: ShellCommand, command: ShellCommand, text: string, names: readonly string[]): boolean {
	if (![text, ...names].every((name) => /^[\w-][\w.-]*$/.test(name))) return false;
	const depths = depthsIn(step);
	return depths.get(download) === 0 && depths.has(command);
}

/** How many folders below its start a RUN is at its commands, up to where a path, a variable or a way above the start hides it. */
const depthsIn = remembered((step: Step): ReadonlyMap<ShellCommand, number> => {
	const depths = new Map<ShellCommand, number>();
	let depth = 0;
	for (const command of commandsOf(step)) {
		const { program, args, within } = command;
		if (within.includes("subshell") || within.includes("function") || program === "pushd" || program === "popd") break;
		depths.set(command, depth);
		if (program !== "cd") continue;
		const target = args.length === 1 ? (args[0]?.value ?? "") : "";
		if (!/^(?:\.\.|[\w-][\w.-]*)\/?$/.test(target)) break;
		depth += target.startsWith("..") ? -1 : 1;
		if (depth < 0) break;
	}
	return depths;
});

/** `NAME="$(mktemp -d)"` without any `rm` that names it. */
function foldersLeft(step: Step, command: ShellCommand): readonly TemporaryFile[] {
	if (command.assignments.length === 0) return NONE;
	return command.assignments.flatMap((assignment: ShellAssignment): readonly TemporaryFile[] => {
		const { name, value, span } = assignment;
		if (
			value === undefined ||
			!/^["']?(?:\$\(mktemp -d[^)|;&]*\)|`mktemp -d[^`|;&]*`)["']?$/.test(value.text) ||
			command.within.some((enclosure) => enclosure === "function")
		)
			return [];
		const commands = commandsOf(step);
		const touched = commands.some(
			(other) =>
				/^(?:rm|mv|trap|find|rmdir)$/.test(other.program ?? "") &&
				other.args.some(
					(word) =>
						word.text.includes(name) || (word.text === "-rf" && other.args.some(({ text }) => text.startsWith("/tmp") || text === ".")),
				),
		);
		return touched || stepHidesCommands(step)
			? []
			: [{ span, path: `$${name}`, word: undefined, kind: "folder", used: command, usedLater: false }];
	});
}
