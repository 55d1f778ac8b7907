import { ALWAYS_CHECKING_UNPACKERS, GNU_CHECKING_UNPACKERS } from "../../knowledge/pipeConsumers.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { hasOption, readArguments } from "../../shell/options.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import type { Step } from "../model/model.ts";
import { unpacks } from "./consumers.ts";
import { archiveOption, readTarArguments } from "./tarArguments.ts";

/** Options of gpg that read keys, and fail where none come. */
const KEY_READING = new Set(["--import", "--dearmor", "--dearmour", "--show-keys"]);
/** Options of the unpackers of single files that take a value. */
const UNPACKER_VALUES = ["-S", "--suffix", "-T", "-M", "-o", "-D", "-F"];
const CPIO_VALUES = ["-D", "-E", "-H", "-R"];
/** Names of the standard input. */
const STANDARD_INPUT: ReadonlySet<string | undefined> = new Set(["-", "/dev/stdin"]);
const TAR_COMPRESSIONS = new Set(
	"-z -j -J -Z --gzip --gunzip --ungzip --bzip2 --xz --lzma --lzip --lzop --zstd --compress --uncompress".split(" "),
);

/**
 * Whether a command ends with an error over nothing on its standard input, over an error page, and over data that breaks off: a failure
 * in front of it does not go unnoticed.
 */
export function failsOverBadInput(step: Step, command: ShellCommand): boolean {
	const { program = "", args } = command;
	switch (program) {
		case "tar":
		case "gtar":
			return unpacks(command) && isCompressed(command) && !namesArchive(command);
		case "apt-key":
			return readsAddedKey(args.map((word) => word.value));
		case "gpg":
		case "gpg2":
			return args.some((word) => KEY_READING.has(word.text));
		default:
			return checksArchive(step, command) && readsStandardInput(command);
	}
}

/** `apt-key add -`, or without a name. */
function readsAddedKey(words: readonly (string | undefined)[]): boolean {
	const at = words.indexOf("add");
	return at !== -1 && words.slice(at + 1).every((word) => STANDARD_INPUT.has(word));
}

/** Whether tar reads a file instead of its standard input: `tar xzf a.tgz`, `tar -x -f a.tgz`. */
function namesArchive({ args }: ShellCommand): boolean {
	const file = archiveOption(readTarArguments(args));
	return file !== undefined && !STANDARD_INPUT.has(file.value);
}

/** Whether an unpacker takes its standard input apart: it names no other file, and does not pass on what is no archive. */
function readsStandardInput({ program, args }: ShellCommand): boolean {
	// Its words are patterns.
	if (program === "cpio") return !hasOption(readArguments(args, CPIO_VALUES), "-F", "-I", "--file");
	const { options, operands } = readArguments(args, UNPACKER_VALUES);
	// What follows the archive are its members.
	if (program === "unzip") return STANDARD_INPUT.has(operands[0]?.value);
	return !options.some(({ name }) => name === "-f" || name === "--force") && operands.every(({ value }) => STANDARD_INPUT.has(value));
}

/** Compressed data ends in a checksum. A tar alone may break off between two files: what came is unpacked, and tar succeeds. */
function isCompressed({ args }: ShellCommand): boolean {
	return readTarArguments(args).options.some(({ name }) => TAR_COMPRESSIONS.has(name));
}

function checksArchive(step: Step, command: ShellCommand): boolean {
	const { program = "" } = command;
	if (ALWAYS_CHECKING_UNPACKERS.has(program)) return unpacks(command);
	if (!GNU_CHECKING_UNPACKERS.has(program)) return false;
	const { shell } = stageBaseFacts(step.stage);
	return (shell === "dash" || shell === "bash") && (program === "zcat" || unpacks(command));
}
