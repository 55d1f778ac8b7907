import { baseName } from "../../baseName.ts";
import { KEPT_SETTINGS, type KeptSetting } from "../../knowledge/keptSettings.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import type { Span } from "../../text.ts";
import { homeAt } from "../accounts/home.ts";
import { orderOf } from "../commands/commandOrder.ts";
import { commandsOf } from "../commands/scripts.ts";
import { mountCovers, mountTarget } from "../files/mountCoverage.ts";
import type { Step } from "../model/model.ts";
import { mountsOf } from "../model/mounts.ts";
import { normalPath } from "../variables/state.ts";
import { inputFile, isTainted, type SecretNames, secretIn } from "./declaredSecrets.ts";
import { PASSING_ON, PRINTING } from "./writingPrograms.ts";

/** A secret that a program keeps in its settings. */
export interface KeptSecret {
	readonly span: Span;
	readonly secret: string;
	readonly program: string;
}

const HAVE_SETTINGS: ReadonlySet<string> = new Set(KEPT_SETTINGS.map(({ program }) => program));

/** `npm config set //registry/:_authToken=$TOKEN`, `docker login --password-stdin < /run/secrets/a`. */
export function keptSecret(step: Step, command: ShellCommand, names: SecretNames): KeptSecret | undefined {
	const { program, args } = command;
	if (program === undefined || !HAVE_SETTINGS.has(program)) return undefined;
	const words = args.filter((word) => !word.text.startsWith("-")).map((word) => word.text);
	const setting = KEPT_SETTINGS.find((known) => known.program === program && known.words.every((word, index) => words[index] === word));
	if (setting === undefined || args.some(({ text }) => setting.unless?.includes(text) === true)) return undefined;
	const given = givenSecret(command, setting, names);
	if (given === undefined || isOnMount(step, command, setting)) return undefined;
	return isTakenBack(step, command, setting) ? undefined : { ...given, program };
}

function givenSecret(command: ShellCommand, { login, reads }: KeptSetting, names: SecretNames): Omit<KeptSecret, "program"> | undefined {
	const word = command.args.find((candidate) => isTainted(candidate, names) || (reads === true && namesFile(candidate, names)));
	if (word !== undefined) return { span: word.span, secret: secretIn(word, names) };
	const input = login === true ? (inputFile(command, names.paths) ?? pipedSecret(command, names)) : undefined;
	return input === undefined ? undefined : { span: input.span, secret: secretIn(input, names) };
}

/** `--key-file=/run/secrets/a`, `--key-file /run/secrets/a`. */
function namesFile({ value }: ShellWord, { paths }: SecretNames): boolean {
	return value !== undefined && paths.some((path) => value === path || (value.startsWith("--") && value.endsWith(`=${path}`)));
}

/** The word of a secret that the command in front of it in a pipe prints. */
function pipedSecret(command: ShellCommand, names: SecretNames): ShellWord | undefined {
	const at = command.pipeline?.commands.indexOf(command) ?? 0;
	const before = command.pipeline?.commands[at - 1];
	if (before?.program === undefined) return undefined;
	if (PRINTING.has(before.program)) return before.args.find((word) => isTainted(word, names));
	return PASSING_ON.has(before.program)
		? (before.args.find(({ value }) => names.paths.includes(value ?? "")) ?? inputFile(before, names.paths))
		: undefined;
}

/** What moves the file of a tool to somewhere else: onto a mount, for instance. */
const MOVED = /(?:HOME|CONFIG\w*|_FILE|_DIR)=|--(?:config|authfile|registry-config|repository-config|configfile)\b/;

/** Whether the file lies on a mount, or may lie there. Who mounts a tmpfs does so for something like it. */
function isOnMount(step: Step, command: ShellCommand, { file }: KeptSetting): boolean {
	const mounts = mountsOf(step);
	if (mounts.some(({ type }) => type === "tmpfs")) return true;
	if (MOVED.test(step.line.text)) return mountCovers(step, undefined) !== "no";
	const home = homeAt(step, command);
	if (file === undefined || home.kind !== "set") return false;
	const path = normalPath(`${home.value}/${file}`);
	return mountCovers(step, path) !== "no" || mounts.some((mount) => mountTarget(step, mount) === path);
}

const FORGETS = /^(?:delete|rm|remove|unset|logout|revoke|erase|clear|delete-\w{1,20}|--(?:delete|unset|unset-all|remove-section))$/;
const SETTING_FILES = /npmrc|yarnrc|gitconfig|pip\.conf|auth\.|\.config|\.bundle|\.aws|\.composer/;

/** The home folder, what is in it, or a folder that a variable of settings names. */
const WHOLE_HOME = /^(?:~|\/root)(?:\/(?:\.?\*)?)?$|^\$\{?\w*(?:HOME|CONFIG)/;

/** Words beyond which nobody looks for one that takes a setting back. */
const MOST_WORDS = 300;

/** What a RUN does that may take settings back. */
interface Removals {
	/** The words that say so, with the program that they are for, where it is not one that deletes files. */
	readonly all: readonly { readonly program: string | undefined; readonly words: readonly string[]; readonly at: number }[];
	readonly wordCount: number;
	/** The folders that variables for settings name. */
	readonly folders: ReadonlySet<string>;
}

const removalsOf = remembered((step: Step): Removals => {
	const commands = commandsOf(step);
	const moved = commands.flatMap(({ assignments }) => assignments.filter(({ name }) => /(?:HOME|CONFIG\w*|_FILE|_DIR)$/.test(name)));
	const all = commands.flatMap((command, at) => {
		const { program, args, redirects } = command;
		// Functions are called later, and traps run at the end.
		const place = program === "trap" || command.within.includes("function") ? Number.POSITIVE_INFINITY : at;
		if (program === "trap") return { program, words: args.flatMap(({ text }) => text.split(/[\s;&"']+/)), at: place };
		const emptied = redirects.filter(({ operator }) => /^>\|?$/.test(operator)).flatMap(({ target }) => target ?? []);
		if (program === undefined || !HAVE_SETTINGS.has(program)) {
			const files = /^(?:rm|shred|unlink|find|truncate)$/.test(program ?? "") ? [...args, ...emptied] : emptied;
			return files.length === 0 ? [] : { program: undefined, words: files.map(comparable), at: place };
		}
		const words = args.map(({ text }) => text).filter((text) => FORGETS.test(text) || (program === "go" && text === "-u"));
		return words.length === 0 ? [] : { program, words, at: place };
	});
	const wordCount = all.reduce((sum, { words }) => sum + words.length, 0);
	return { all, wordCount, folders: new Set(moved.flatMap(({ value }) => (value === undefined ? [] : comparable(value)))) };
});

/** Whether a later command of the RUN, or a trap, removes the setting, or the file that it is in. */
function isTakenBack(step: Step, command: ShellCommand, { file }: KeptSetting): boolean {
	const { all, wordCount, folders } = removalsOf(step);
	if (wordCount > MOST_WORDS) return true;
	const own = file === undefined ? [] : [...file.split("/").filter((part) => part.startsWith(".")), baseName(file)];
	const given = command.args.map(comparable);
	const isFile = (text: string): boolean =>
		SETTING_FILES.test(text) ||
		WHOLE_HOME.test(text) ||
		folders.has(text.replace(/(?<=.)\/$/, "")) ||
		own.some((name) => text.includes(name)) ||
		given.some((other) => other === text || other.endsWith(`=${text}`));
	const at = orderOf(step).get(command) ?? 0;
	return all.some((removal) => {
		if (removal.at <= at) return false;
		if (removal.program === undefined) return removal.words.some(isFile);
		if (removal.program !== "trap") return removal.program === command.program;
		return removal.words.some((word) => isFile(word) || (FORGETS.test(word) && removal.words.includes(command.program ?? "")));
	});
}
