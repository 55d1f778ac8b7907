import { baseName } from "../../baseName.ts";
import { KEPT_SETTINGS, type KeptSetting } from "../../knowledge/keptSettings.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import type { Span } from "../../text.ts";
import { homeAt } from "../accounts/home.ts";
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
export function keptSecret(
	step: Step,
	command: ShellCommand,
	names: SecretNames,
	commands: readonly ShellCommand[],
): KeptSecret | undefined {
	const { program, args } = command;
	if (program === undefined || !HAVE_SETTINGS.has(program)) return undefined;
	const words = args.filter((word) => !word.text.startsWith("-")).map((word) => word.text);
	const setting = KEPT_SETTINGS.find((known) => known.program === program && known.words.every((word, index) => words[index] === word));
	if (setting === undefined || args.some(({ text }) => setting.unless?.includes(text) === true)) return undefined;
	const given = givenSecret(command, setting, names);
	if (given === undefined || isOnMount(step, command, setting)) return undefined;
	const later = commands.slice(commands.indexOf(command) + 1);
	return later.some((other) => takesBack(other, command, setting)) ? undefined : { ...given, program };
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

const FORGETS = /^(?:delete|rm|remove|unset|logout|revoke|erase|--unset|--unset-all|--remove-section)$/;
const SETTING_FILES = /npmrc|yarnrc|gitconfig|pip\.conf|auth\.|\.config|\.bundle|\.aws|\.composer/;

/** The home folder, what is in it, or a folder that a variable of settings names. */
const WHOLE_HOME = /^(?:~|\/root)(?:\/(?:\.?\*)?)?$|^\$\{\w*(?:HOME|CONFIG)/;

/** Whether a later command of the RUN removes the setting, or the file that it is in. */
function takesBack(other: ShellCommand, command: ShellCommand, { file }: KeptSetting): boolean {
	if (other.program === command.program) return other.args.some(({ text }) => FORGETS.test(text));
	if (other.program !== "rm" && other.program !== "shred" && other.program !== "find") return false;
	const own = file === undefined ? [] : [...file.split("/").filter((part) => part.startsWith(".")), baseName(file)];
	return other.args.some((word) => {
		const text = comparable(word);
		return (
			SETTING_FILES.test(text) ||
			own.some((name) => text.includes(name)) ||
			WHOLE_HOME.test(text) ||
			command.args.some((given) => comparable(given) === text || comparable(given).endsWith(`=${text}`))
		);
	});
}
