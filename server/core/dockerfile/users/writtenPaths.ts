import { baseName } from "../../baseName.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { findOption, hasOption, readArguments } from "../../shell/options.ts";
import { editsInPlace } from "../commands/sedCommands.ts";
import { wordValue } from "../commands/wordValues.ts";
import type { Step } from "../model/model.ts";

/** The files and folders that a command makes, changes or takes away, as far as the file says which. */
export function writtenPaths(step: Step, command: ShellCommand): readonly string[] {
	const redirected = command.redirects.flatMap(({ operator, target }) =>
		/^(?:>|>>|>\||&>)$/.test(operator) && target !== undefined ? [target] : [],
	);
	return [...pathsOf(step, operandsOf(command)), ...copiedTo(step, command), ...pathsOf(step, redirected)];
}

function pathsOf(step: Step, words: readonly ShellWord[]): readonly string[] {
	return words.flatMap((word) => wordValue(step, word) ?? []);
}

/** The words that name what a command makes or changes. */
function operandsOf(command: ShellCommand): readonly ShellWord[] {
	const { program, args } = command;
	switch (program) {
		case "tee":
			return args;
		case "mkdir":
			// `mkdir -p` of a folder that is there asks for no right.
			return args.some(({ text }) => /^(?:-\w*p|--parents)/.test(text)) ? [] : args;
		case "ln": {
			const { operands, options } = readArguments(args, ["-S", "--suffix", "-t", "--target-directory"]);
			const folder = options.some(({ name }) => name === "-t" || name === "--target-directory");
			return folder || operands.length < 2 ? [] : operands.slice(-1);
		}
		case "chmod":
			return args.some(({ text }) => text.startsWith("--reference")) ? [] : args.slice(1);
		case "touch": {
			const touched = readArguments(args, ["-d", "--date", "-t", "-r", "--reference"]);
			return hasOption(touched, "-c", "--no-create") ? [] : touched.operands;
		}
		case "rm": {
			// `rm -f` of a file that is not there asks for no right.
			const removed = readArguments(args, []);
			return hasOption(removed, "-f", "--force") ? [] : removed.operands;
		}
		case "sed": {
			if (!editsInPlace(command)) return [];
			const script = readArguments(args, ["-e", "--expression", "-f", "--file", "-l", "--line-length"]);
			return hasOption(script, "-e", "--expression", "-f", "--file") ? script.operands : script.operands.slice(1);
		}
		default:
			return [];
	}
}

const COPY_VALUES: readonly string[] = ["-t", "--target-directory", "-S", "--suffix", "-m", "--mode", "-o", "--owner", "-g", "--group"];
/** Those of cp and mv. */
const MOVE_VALUES = COPY_VALUES.slice(0, 4);
const FOLDER = /^\/(?:etc|usr\/(?:local\/)?(?:bin|sbin|lib|include|share))\/?$/;

/** Where cp, mv and install put their files. */
function copiedTo(step: Step, { program, args }: ShellCommand): readonly string[] {
	if (program !== "cp" && program !== "mv" && program !== "install") return [];
	const read = readArguments(args, program === "install" ? COPY_VALUES : MOVE_VALUES);
	// Folders that are there already ask for less; files that are there may be kept.
	if (hasOption(read, program === "install" ? "-d" : "-n", "--directory", "--no-clobber", "--update", "-u")) return [];
	const chosen = findOption(read, "-t", "--target-directory");
	const last = read.operands.at(-1);
	const target = chosen !== undefined ? chosen.value : last === undefined ? undefined : wordValue(step, last);
	const sources = chosen === undefined ? read.operands.slice(0, -1) : read.operands;
	if (target === undefined || sources.length === 0) return [];
	if (!FOLDER.test(target)) return [target];
	return pathsOf(step, sources).flatMap((source) => {
		const name = baseName(source);
		return /^[\w.-]*\w$/.test(name) ? [`${target.replace(/\/$/, "")}/${name}`] : [];
	});
}
