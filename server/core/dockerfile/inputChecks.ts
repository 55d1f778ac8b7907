import { ALWAYS_CHECKING_UNPACKERS, GNU_CHECKING_UNPACKERS } from "../knowledge/pipeConsumers.ts";
import type { ShellCommand } from "../shell/model.ts";
import { readArguments } from "../shell/options.ts";
import { stageBaseFacts } from "./baseFacts.ts";
import { unpacks } from "./consumers.ts";
import type { Step } from "./model.ts";

/** Options of gpg that read keys, and fail where none come. */
const KEY_READING = new Set(["--import", "--dearmor", "--dearmour", "--show-keys"]);
const TAR_VALUES = ["-f", "-C", "-T", "-X", "-b"];
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
			return unpacks(command) && isCompressed(command);
		case "apt-key":
			return args.some((word) => word.value === "add");
		case "gpg":
		case "gpg2":
			return args.some((word) => KEY_READING.has(word.text));
		default:
			return checksArchive(step, command);
	}
}

/** Compressed data ends in a checksum. A tar alone may break off between two files: what came is unpacked, and tar succeeds. */
function isCompressed({ args }: ShellCommand): boolean {
	const bundle = args[0]?.text ?? "";
	if (/^[A-Za-z]*[zjJZ]/.test(bundle)) return true;
	return readArguments(args, TAR_VALUES).options.some(({ name }) => TAR_COMPRESSIONS.has(name));
}

function checksArchive(step: Step, command: ShellCommand): boolean {
	const { program = "" } = command;
	if (ALWAYS_CHECKING_UNPACKERS.has(program)) return unpacks(command);
	if (!GNU_CHECKING_UNPACKERS.has(program)) return false;
	const { shell } = stageBaseFacts(step.stage);
	return (shell === "dash" || shell === "bash") && (program === "zcat" || unpacks(command));
}
