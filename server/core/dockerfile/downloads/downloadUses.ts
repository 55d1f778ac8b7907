import { baseName, hideReferences } from "../../baseName.ts";
import { CHECK_MATERIAL, READERS, REPOSITORY_FILES } from "../../knowledge/pipeConsumers.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { installs, interpreterOf, isValue, readsProgram, unpacks } from "../commands/consumers.ts";
import { commandsOf } from "../commands/scripts.ts";
import { isInside } from "../files/mountCoverage.ts";
import type { Step } from "../model/model.ts";
import { runsAlways } from "../packages/aptLists.ts";
import { normalPath } from "../variables/state.ts";
import { lastPart } from "./addresses.ts";
import { ignoredCheck, isVerified, mayBeCompared } from "./downloadChecks.ts";
import { type DownloadUse, pipedUse } from "./downloadPipes.ts";
import { type Download, downloadsOf, storedNames } from "./downloads.ts";
import { commandsBehind } from "./fileMentions.ts";
import { isFile } from "./filePaths.ts";
import { laterUse } from "./laterUses.ts";

/**
 * What a RUN does with a download that it does not verify. Undefined if it does, if only text is read from it, if it is a key,
 * a signature or a package source, and where nobody can tell.
 */
export const downloadUse = remembered((download: Download): DownloadUse | undefined => {
	if (isCheckMaterial(download)) return undefined;
	const piped = download.sink.kind === "stdout" ? pipedUse(download) : undefined;
	if (piped?.kind === "use") return piped.use;
	const names = download.sink.kind === "stdout" ? (piped === undefined ? undefined : [piped.file]) : storedNames(download);
	if (names === undefined || names.some((name) => name === "/dev/null" || REPOSITORY_FILES.test(name) || CHECK_MATERIAL.test(name)))
		return undefined;
	if (isVerified(download, names)) return undefined;
	const renamed = laterNames(download, names);
	if (renamed.length > 0 && isVerified(download, renamed)) return undefined;
	const use = fileUse(download, names);
	return use?.kind === "kept" ? (useLater(download, [...names, ...renamed]) ?? use) : use;
});

/** What a later RUN of the stage does with a file that its own only keeps. */
function useLater({ step, command }: Download, names: readonly string[]): DownloadUse | undefined {
	const later = laterUse(step, command, names);
	return later === undefined ? undefined : { kind: later.kind, command: later.command, from: "file" };
}

/** The command that compares the digest of a file, where a RUN goes on whatever it says. */
export function checkWithoutEffect(download: Download): ShellCommand | undefined {
	if (!mayBeCompared(download.step)) return undefined;
	const names = namesInStep(download);
	return names.length === 0 ? undefined : ignoredCheck(download, names);
}

/** The names by which a RUN calls the file that it fetches: where it goes, and what it is moved, copied or decompressed to. None where nobody knows. */
export function namesInStep(download: Download): readonly string[] {
	const names = storedNames(download);
	return [...names, ...laterNames(download, names)];
}

const NO_NAMES: readonly string[] = [];

const COPIERS: ReadonlySet<string> = new Set(["mv", "cp", "ln", "install"]);
const COMPRESSED = /\.(?:gz|xz|bz2|zst|lzma)$/;
/** Folders keep the name of the file. */
const FOLDER = /(?:^|\/)(?:s?bin|lib|opt|tmp|usr|local|share|src|etc|\.{0,2})$/;

/** In longer scripts nobody looks further. */
const MOST_COMMANDS = 200;

/** Under which other names the script goes on with a file: moved, copied, decompressed. */
function laterNames({ step, command }: Download, names: readonly string[]): readonly string[] {
	const behind = commandsBehind(step, command, names).slice(0, MOST_COMMANDS + 1);
	return behind.flatMap((later): readonly string[] => {
		const isUnpacked = unpacks(later);
		if (!isUnpacked && !COPIERS.has(later.program ?? "")) return NO_NAMES;
		const words = later.args.filter((word) => !word.text.startsWith("-"));
		const sources = words.filter((word) => isFile(word, names));
		if (isUnpacked) return sources.map(comparable).flatMap((name) => (COMPRESSED.test(name) ? [name.replace(COMPRESSED, "")] : []));
		const target = words[words.length - 1];
		if (target === undefined || sources.length === 0 || sources.includes(target)) return [];
		const name = comparable(target);
		return FOLDER.test(name) || isNameOfOther({ step, command }, baseName(name)) ? [] : [name];
	});
}

/** Whether another command of the RUN downloads a file of a name: whose file it is, such a name does not tell. */
function isNameOfOther({ step, command }: Pick<Download, "step" | "command">, name: string): boolean {
	const owners = ownersOfNames(step).get(name);
	return owners !== undefined && (owners.size > 1 || !owners.has(command));
}

/** The commands of a RUN that download, by the names of the files that they write. */
const ownersOfNames = remembered((step: Step): ReadonlyMap<string, ReadonlySet<ShellCommand>> => {
	const owners = new Map<string, Set<ShellCommand>>();
	for (const download of downloadsOf(step)) {
		for (const name of storedNames(download).map(baseName)) {
			const commands = owners.get(name);
			if (commands === undefined) owners.set(name, new Set([download.command]));
			else commands.add(download.command);
		}
	}
	return owners;
});

/** The names that a plain `mv FILE TARGET` may give to a file: TARGET may be a folder. None for other commands, and where they say nothing. */
function movedTo(download: Download, { program, args }: ShellCommand, names: readonly string[]): readonly string[] {
	if (program !== "mv" || args.some((word) => /^(?:-[a-z]*t|--target)/.test(word.text))) return NO_NAMES;
	const [source, target, ...more] = args.filter((word) => !word.text.startsWith("-"));
	if (source === undefined || target === undefined || more.length > 0 || !isFile(source, names)) return [];
	const path = comparable(target);
	if (/[\0*?{]/.test(hideReferences(path))) return [];
	const inside = `${path.replace(/\/$/, "")}/${baseName(comparable(source))}`;
	return (FOLDER.test(path) ? [inside] : [path, inside]).filter((name) => !isNameOfOther(download, baseName(name)));
}

/** Whether a download is a key, a signature or a list of digests, by its address or the name that it gets. */
export function isCheckMaterial(download: Download): boolean {
	const { address, resolved } = download;
	return (
		namesCheckMaterial(address) ||
		(resolved !== undefined && resolved !== address && namesCheckMaterial(resolved)) ||
		storedNames(download).some(namesCheckMaterial)
	);
}

function namesCheckMaterial(name: string): boolean {
	return CHECK_MATERIAL.test(lastPart(name)) || /\/gpg(?:\.key)?$/.test(name);
}

/** Where the file lies under some names: from behind a command on. */
interface Trail {
	readonly names: readonly string[];
	readonly behind: ShellCommand;
}

/** What the commands behind a download do with the file, whatever it is moved to. Reading alone is no use; what stays is kept. */
function fileUse(download: Download, names: readonly string[]): DownloadUse | undefined {
	const trails: Trail[] = [{ names: [...names, ...copiesAnywhere(download, names)], behind: download.command }];
	let use: DownloadUse | undefined;
	let looked = 0;
	for (const trail of trails) {
		let leaves = false;
		let found: DownloadUse | undefined;
		for (const command of commandsBehind(download.step, trail.behind, trail.names)) {
			if (++looked > MOST_COMMANDS) return more(use, found);
			const moved = movedTo(download, command, trail.names);
			const next = moved.length > 0 ? "removed" : useBy(command, trail.names);
			if (next === "removed") leaves = true;
			else if (next?.kind === "executed") return next;
			else found = more(found, next);
			if (moved.length > 0) trails.push({ names: moved, behind: command });
			if (moved.length > 0 && runsAlways(command)) break;
		}
		use = more(use, leaves ? found : more(KEPT, found));
	}
	return use;
}

const copiersOf = remembered((step: Step): readonly ShellCommand[] =>
	commandsOf(step)
		.filter(({ program = "" }) => COPIERS.has(program))
		.slice(0, MOST_COMMANDS),
);

/** The file in any folder, for patterns, where a command copies it, or moves or links a folder that it lies in: nobody follows that. */
function copiesAnywhere({ step }: Download, names: readonly string[]): readonly string[] {
	return names.flatMap((name) => {
		const takes = (word: ShellWord): boolean =>
			isFile(word, [name]) || (word.value !== undefined && isInside(name, normalPath(word.value)));
		const isTaken = name.startsWith("/") && copiersOf(step).some(({ args }) => args.slice(0, -1).some(takes));
		return isTaken ? [`/*/${baseName(name)}`] : [];
	});
}

/** What one command does with a file; undefined if it reads the file or changes its mode. */
function useBy(command: ShellCommand, names: readonly string[]): DownloadUse | "removed" | undefined {
	const { program } = command;
	if (command.name !== undefined && comparable(command.name).includes("/") && isFile(command.name, names))
		return { kind: "executed", by: undefined, command, from: "file" };
	const called: DownloadUse | undefined =
		command.name?.value !== undefined && runsByName(command.name.value, names) ? { kind: "called" } : undefined;
	const place = command.args.findIndex((word, index) => isFile(word, names) && !isTargetFolder(command, index));
	const fed = command.redirects.some(
		(redirect) => redirect.operator === "<" && redirect.target !== undefined && isFile(redirect.target, names),
	);
	if ((place === -1 && !fed) || program === undefined) return called;
	const executed = executes(command, place, fed);
	if (executed !== undefined) return executed;
	if (unpacks(command)) return { kind: "unpacked", command, from: "file" };
	if (installs(command)) return { kind: "installed", command, from: "file" };
	if (program === "rm" || program === "unlink") return "removed";
	if (READERS.has(program) || UNCHANGING.has(program)) return called;
	return COPIERS.has(program) ? KEPT : (called ?? { kind: "used" });
}

/** Programs after which a file is what it was. */
const UNCHANGING: ReadonlySet<string> = new Set(["chmod", "chown", "cd"]);

/** Whether a word says where to unpack something else: `tar -C FOLDER`, `unzip -d FOLDER`. */
function isTargetFolder({ program, args }: ShellCommand, index: number): boolean {
	const option = args[index - 1]?.text ?? "";
	return option === "-C" || option === "--directory" || (option === "-d" && program === "unzip");
}

const KEPT: DownloadUse = { kind: "kept" };

/** From the least to the most that can be said of a file. */
const WEIGHTS: Readonly<Record<DownloadUse["kind"], number>> = { used: 0, called: 1, kept: 2, unpacked: 3, installed: 3, executed: 4 };

/** The one of two uses that says more; the first of equals. */
function more(use: DownloadUse | undefined, next: DownloadUse | undefined): DownloadUse | undefined {
	return next !== undefined && (use === undefined || WEIGHTS[use.kind] < WEIGHTS[next.kind]) ? next : use;
}

/** Whether a name without a folder is that of a file among the programs. */
function runsByName(name: string, files: readonly string[]): boolean {
	return !name.includes("/") && files.some((file) => file.endsWith(`bin/${name}`));
}

function executes(command: ShellCommand, at: number, fed: boolean): DownloadUse | undefined {
	const { program } = command;
	if (program === undefined) return undefined;
	const executed: DownloadUse = { kind: "executed", by: program, command, from: "file" };
	if ((program === "source" || program === ".") && at === 0) return executed;
	if (program === "java" && command.args[at - 1]?.value === "-jar") return executed;
	const interpreter = interpreterOf(program);
	if (interpreter === undefined) return undefined;
	if (fed) return readsProgram({ ...command, redirects: [] }, interpreter) ? executed : undefined;
	const before = command.args.slice(0, at);
	return before.every((word) => /^[-+]/.test(word.text) || isValue(command, word, interpreter)) &&
		!before.some((word) => interpreter.scriptOptions.includes(word.text))
		? executed
		: undefined;
}
