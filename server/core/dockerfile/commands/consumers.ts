import { INSTALLERS, INTERPRETERS, type Interpreter, STREAM_FILTERS, UNPACKERS } from "../../knowledge/pipeConsumers.ts";
import { WRAPPERS } from "../../knowledge/wrappers.ts";
import { ownValue } from "../../ownValue.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";

/** The interpreter that a program is, if it is one. */
export function interpreterOf(program: string): Interpreter | undefined {
	return INTERPRETERS.find((candidate) => candidate.pattern.test(program));
}

/** Whether an interpreter runs what comes from its standard input: no script on the command line, no script file. */
export function readsProgram(command: ShellCommand, interpreter: Interpreter): boolean {
	if (command.redirects.some((redirect) => redirect.operator.startsWith("<"))) return false;
	const args = readArguments(command.args, interpreter.valueOptions);
	if (
		args.options.some((option) => interpreter.scriptOptions.includes(option.name) || interpreter.scriptOptions.includes(option.word.text))
	)
		return false;
	// Behind `-s`, `-` and `--` come the arguments of the script.
	const first = command.args.find((word) => !/^[-+]./.test(word.text) && !isValue(command, word, interpreter));
	if (first === undefined || first.value === "-" || first.value === "/dev/stdin") return true;
	return command.args.some((word) => (/^-[a-z]*s$/.test(word.text) || word.text === "--") && word.at < first.at);
}

/** Whether a command runs what comes down its pipe: as the program of an interpreter, by way of words, or in the shell of another user. */
export function runsInput(command: ShellCommand): boolean {
	const interpreter = command.program === undefined ? undefined : interpreterOf(command.program);
	return interpreter === undefined ? startsShell(command) : readsProgram(command, interpreter) || isHandedScript(command);
}

/** `xargs sh -c`: the text becomes the script. */
function isHandedScript({ wrapper, args }: ShellCommand): boolean {
	return wrapper?.program === "xargs" && /^-[a-z]*c$/.test(args.at(-1)?.text ?? "");
}

/** `su - app`, `su app -c sh`: the shell that it starts reads what comes. */
function startsShell({ program = "", args, redirects }: ShellCommand): boolean {
	if ((program !== "su" && program !== "runuser") || redirects.some(({ operator }) => operator.startsWith("<"))) return false;
	const { options } = readArguments(args, [...(WRAPPERS[program]?.valueOptions ?? []), "-c", "--command"]);
	if (options.some(({ name }) => name === "-u" || name === "--user")) return false;
	const script = options.find(({ name }) => name === "-c" || name === "--command");
	return script === undefined || /^(?:\/\S+\/)?(?:sh|bash|dash|ash|zsh|ksh)(?: -[abd-z]+)*$/.test(script.value ?? "");
}

/** Whether a word is the value of the option before it. */
export function isValue(command: ShellCommand, word: ShellWord, interpreter: Interpreter): boolean {
	const before = command.args[command.args.indexOf(word) - 1];
	return before !== undefined && interpreter.valueOptions.includes(before.text);
}

/** Whether a command takes an archive apart, or a compressed file. */
export function unpacks(command: ShellCommand): boolean {
	const { program } = command;
	if (program === undefined || !UNPACKERS.has(program)) return false;
	const first = command.args[0]?.text ?? "";
	const words = command.args.map((word) => word.text);
	switch (program) {
		case "tar":
		case "bsdtar":
		case "gtar":
			return /^[A-Za-z]*x/.test(first) || words.some((word) => /^-[A-Za-z]*x/.test(word) || word === "--extract" || word === "--get");
		case "jar":
			return /^-?[a-z]*x/.test(first);
		case "ar":
			return /^-?[a-z]*x/.test(first);
		case "7z":
		case "7za":
		case "7zr":
		case "unrar":
			return first === "x" || first === "e";
		case "cpio":
			return words.some((word) => /^-[a-z]*i|^--extract/.test(word));
		case "dpkg-deb":
			return words.some((word) => /^-[xRe]|^--(?:extract|raw-extract|fsys-tarfile)/.test(word));
		case "gzip":
		case "xz":
		case "zstd":
		case "bzip2":
			return words.some((word) => /^-[a-z0-9]*d|^--decompress|^--uncompress/.test(word));
		default:
			return !words.some((word) => /^-[tlv]$|^--(?:list|test)$/.test(word));
	}
}

/** Options of tar, unzip and their like that take a value. */
const UNPACKING_OPTIONS = ["-C", "-d", "-f", "-I", "-P", "-X", "-T", "-x", "--directory", "--file", "--exclude", "--use-compress-program"];

/** Whether a command that unpacks an archive names the members that it takes. */
export function namesMembers({ program, args }: ShellCommand, isArchive: (word: ShellWord) => boolean): boolean {
	const isTar = /tar$/.test(program ?? "");
	// `-x` is followed by what is left out, but is what tar is to do.
	const options = isTar ? UNPACKING_OPTIONS.filter((option) => option !== "-x") : UNPACKING_OPTIONS;
	const { operands } = readArguments(args, options);
	const at = operands.findIndex(isArchive);
	return operands.slice(at + 1).some(({ text }) => at !== -1 || !/^[A-Za-z]+$/.test(text));
}

/** Whether a command installs what it is given. */
export function installs(command: ShellCommand): boolean {
	const { program } = command;
	const words = ownValue(INSTALLERS, program);
	if (words === undefined) return false;
	return (
		words.length === 0 ||
		command.args.some((word) => words.includes(word.value ?? "") || (program === "rpm" && /^-[a-z]*[iU]/.test(word.text)))
	);
}

/** Whether a program only passes on what it reads: in the middle of a pipe it uses nothing. */
export function isStreamFilter(command: ShellCommand): boolean {
	return command.program !== undefined && STREAM_FILTERS.has(command.program);
}
