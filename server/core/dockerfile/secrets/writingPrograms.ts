import { RSYNC_VALUE_OPTIONS } from "../../knowledge/rsyncOptions.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { hasOption, readArguments } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";

export const PRINTING = new Set(["echo", "printf"]);
const COPYING = new Set(["cp", "install", "mv", "rsync"]);
/** They print what they read, as it is or in another form. */
export const PASSING_ON = new Set(["cat", "base64", "tr", "gunzip", "zcat"]);
/** Source: the manual page of GNU grep 3.11. */
const GREP_COUNTS = [...["-c", "--count", "-q", "--quiet", "--silent"], ...["-l", "--files-with-matches", "-L", "--files-without-match"]];
/** Its options that take the next word. */
const GREP_VALUES = ["-e", "-f", "-m", "-A", "-B", "-C", "-d", "-D", "--regexp", "--file", "--max-count", "--context"];
/** They print what they find in what they read, unless one of these options has them say only whether, where or how often they do. */
const PICKING: ReadonlyMap<string, readonly string[]> = new Map([
	...["grep", "egrep", "fgrep"].map((program): [string, readonly string[]] => [program, GREP_COUNTS]),
	...["jq", "yq", "head", "tail", "cut"].map((program): [string, readonly string[]] => [program, []]),
	["envsubst", ["-v", "--variables"]],
]);

/** They print the whole environment. */
const LISTING = new Set(["env", "printenv", "export"]);
/** Programs that write what they are given or read. */
export const WRITING: ReadonlySet<string> = new Set([
	"sed",
	"dd",
	"tee",
	...PRINTING,
	...COPYING,
	...PASSING_ON,
	...PICKING.keys(),
	...LISTING,
]);

/** Programs that keep a password as it can be read out again, behind an option and in front of the file. Source: x11vnc(1), `-storepasswd pass file`. */
const KEEPING: ReadonlyMap<string | undefined, string> = new Map([["x11vnc", "-storepasswd"]]);

/** The password that a command keeps in a file, and the file; undefined where no file is named behind it. */
export function keptPassword({ program, args }: ShellCommand): { readonly password: ShellWord; readonly file: ShellWord } | undefined {
	const option = KEEPING.get(program);
	const at = option === undefined ? -1 : args.findIndex(({ text }) => text === option);
	const [password, file] = at === -1 ? [] : args.slice(at + 1);
	return password === undefined || file === undefined || file.text.startsWith("-") ? undefined : { password, file };
}

/** What a program that copies takes, and where it puts that in the image. */
export interface CopiedWords {
	readonly sources: readonly ShellWord[];
	readonly target: ShellWord;
}

/** What a command copies; undefined for other programs, and where the target lies on another machine. */
export function copiedWords({ program, args }: ShellCommand): CopiedWords | undefined {
	if (program === undefined || !COPYING.has(program)) return undefined;
	if (program !== "rsync") return copiedTo(args);
	const given = readArguments(args, RSYNC_VALUE_OPTIONS);
	const copied = hasOption(given, "-n", "--dry-run", "--list-only") ? undefined : copiedTo(given.operands);
	return copied === undefined || isRemote(comparable(copied.target)) ? undefined : copied;
}

function copiedTo(words: readonly ShellWord[]): CopiedWords | undefined {
	const target = words.at(-1);
	return target === undefined ? undefined : { sources: words.slice(0, -1), target };
}

/** `host:path`, `rsync://host/module`: a colon in front of every slash. What is a variable alone may hold such a target. */
function isRemote(target: string): boolean {
	return /^[^/]*:|^\$\{\w+\}$/.test(target);
}

/** Whether `env`, `printenv` or `export` prints what is in the environment: with these options it prints nothing of it. */
export function listsEnvironment({ program, args, assignments }: ShellCommand): boolean {
	if (!LISTING.has(program ?? "") || assignments.length > 0) return false;
	return args.every(({ text }) => text.startsWith("-") && !/^(?:-[a-z0]*i[a-z0]*|-|--ignore-environment|--help|--version)$/.test(text));
}

/** Whether a command prints something of what it reads, and not what it counts there. */
export function printsPart({ program, args }: ShellCommand): boolean {
	const silent = program === undefined ? undefined : PICKING.get(program);
	return silent !== undefined && (silent.length === 0 || !hasOption(readArguments(args, GREP_VALUES), ...silent));
}

/** What a command copies along with the folder that it lies in. */
export interface CopiedFolder {
	/** The folder, or all that is in it. */
	readonly word: ShellWord;
	/** The path of the secret. */
	readonly secret: string;
}

/** The folder of a secret, or all that is in it, for a command that copies folders: `cp -r /run/secrets /x`. */
export function copiedFolder({ program, args }: ShellCommand, paths: readonly string[]): CopiedFolder | undefined {
	if (program !== "cp" && program !== "rsync") return undefined;
	const options = args.filter(({ text }) => text.startsWith("-")).map(({ text }) => text);
	if (options.some((text) => /^--(?:exclude|include|filter|files-from|one-file-system)|^-[a-zA-Z]*x/.test(text))) return undefined;
	const recursive = options.some((text) => /^(?:--recursive|--archive|-[a-zA-Z]*[raR][a-zA-Z]*)$/.test(text));
	for (const word of args) {
		const secret = paths.find((path) => isCopiedBy(word, path, recursive));
		if (secret !== undefined) return { word, secret };
	}
	return undefined;
}

function isCopiedBy({ value, text }: ShellWord, path: string, recursive: boolean): boolean {
	if (value === undefined || !value.startsWith("/")) return false;
	if (!text.endsWith("/*")) return recursive && value.length > 1 && path.startsWith(`${value.replace(/\/\.?$/, "")}/`);
	const rest = path.slice(text.length - 1);
	// A pattern names no file that begins with a dot.
	return path.startsWith(text.slice(0, -1)) && !rest.startsWith(".") && (recursive || !rest.includes("/"));
}
