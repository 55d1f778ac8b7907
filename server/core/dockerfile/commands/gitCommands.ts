import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { hasOption, readArguments, type ShellArguments, type ShellOption } from "../../shell/options.ts";
import type { Step } from "../model/model.ts";
import { folderOf, inFolder } from "./commandFolder.ts";
import { withKnownWords } from "./knownWords.ts";
import { wordAt } from "./shellVariables.ts";

/** Options in front of the subcommand, and those of `git clone`, that take the next word. Source: the manual pages of Git 2.50. */
const GIT_VALUES = ["-C", "-c", "--git-dir", "--work-tree", "--namespace", "--config-env", "--attr-source"];
const CLONE_VALUES = [
	...["-b", "--branch", "--revision", "--depth", "-o", "--origin", "--reference", "--reference-if-able", "-j", "--jobs"],
	...["--shallow-since", "--shallow-exclude", "-c", "--config", "--filter", "--template", "-u", "--upload-pack"],
	...["--separate-git-dir", "--server-option", "--bundle-uri", "--ref-format"],
];

/** What stands in a call of Git behind the options that every subcommand has: the subcommand and its words. None for other programs. */
export function gitWords({ program, args }: ShellCommand): readonly ShellWord[] {
	if (program !== "git") return [];
	const verb = readArguments(args, GIT_VALUES).operands[0];
	return verb === undefined ? [] : args.slice(args.indexOf(verb));
}

/** The subcommand that a call of Git names; undefined for other programs, and where a variable hides it. */
export function gitVerb(command: ShellCommand): string | undefined {
	return gitWords(command)[0]?.value;
}

/** The words behind the `clone` of a call of Git; undefined for another command. */
export function cloneArguments(command: ShellCommand): ShellArguments | undefined {
	const [verb, ...words] = gitWords(command);
	return verb?.value === "clone" ? readArguments(words, CLONE_VALUES) : undefined;
}

/** The folder that a `git clone` makes, absolute; undefined for another command, and where the file does not show it. */
export function clonedFolder(step: Step, command: ShellCommand): string | undefined {
	const words = cloneArguments(command);
	const args = words === undefined ? undefined : withKnownWords(step, command, words);
	const [address, folder] = args?.operands ?? [];
	if (args === undefined || args.uncertain || address === undefined) return undefined;
	const text = wordAt(step, command, folder ?? address);
	if (text === undefined) return undefined;
	const name = folder === undefined ? folderName(text, args) : text;
	return name === undefined ? undefined : inFolder(gitFolder(step, command), name);
}

/** What Git calls a clone after its address. */
function folderName(address: string, args: ShellArguments): string | undefined {
	const name = /([^/:]+?)(?:\.git)?\/?$/.exec(address)?.[1];
	return name !== undefined && hasOption(args, "--bare", "--mirror") ? `${name}.git` : name;
}

/** The folders that a call of Git goes to by its `-C`, one from the other. */
export function gitMoves(command: ShellCommand): readonly ShellWord[] {
	return ownOptions(command).flatMap(({ name, valueWord }) => (name === "-C" && valueWord !== undefined ? [valueWord] : []));
}

/** The options in front of the subcommand. */
function ownOptions(command: ShellCommand): readonly ShellOption[] {
	return readArguments(command.args.slice(0, command.args.length - gitWords(command).length), GIT_VALUES).options;
}

/** The folder that a call of Git works in, absolute; undefined where nobody knows. */
export function gitFolder(step: Step, command: ShellCommand): string | undefined {
	const options = ownOptions(command);
	if (options.some(({ name }) => name === "--git-dir" || name === "--work-tree")) return undefined;
	if (command.assignments.some(({ name }) => name === "GIT_DIR" || name === "GIT_WORK_TREE")) return undefined;
	let folder = folderOf(step, command);
	for (const word of gitMoves(command)) {
		const path = wordAt(step, command, word);
		folder = path === undefined ? undefined : inFolder(folder, path);
	}
	return folder;
}
