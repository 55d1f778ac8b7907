import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { readArguments, type ShellArguments } from "../../shell/options.ts";
import { pathAt } from "../commands/commandFolder.ts";
import { wordAt } from "../commands/shellVariables.ts";
import type { Step } from "../model/model.ts";

const VALUE_OPTIONS = [
	...["-b", "--branch", "--revision", "--depth", "-o", "--origin", "--reference", "-j", "--jobs", "--shallow-since", "-c", "--config"],
	...["--filter", "--template", "-u", "--separate-git-dir"],
];

/** What stands in a call of Git behind the options that every subcommand has: the subcommand and its words. */
export function gitWords({ args }: ShellCommand): readonly ShellWord[] {
	const verb = readArguments(args, ["-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path"]).operands[0];
	return verb === undefined ? [] : args.slice(args.indexOf(verb));
}

/** The words behind the `clone` of a call of Git. */
export function cloneArguments({ args }: ShellCommand): ShellArguments {
	return readArguments(args.slice(args.findIndex((word) => word.value === "clone") + 1), VALUE_OPTIONS);
}

/** The folder that a `git clone` makes, absolute; undefined for another command, and where the file does not show it. */
export function clonedFolder(step: Step, command: ShellCommand): string | undefined {
	if (command.program !== "git" || gitWords(command)[0]?.value !== "clone") return undefined;
	const { operands, uncertain } = cloneArguments(command);
	const [address, folder] = operands;
	if (uncertain || address === undefined) return undefined;
	const text = wordAt(step, command, folder ?? address);
	if (text === undefined) return undefined;
	const name = folder === undefined ? /([^/:]+?)(?:\.git)?\/?$/.exec(text)?.[1] : text;
	return name === undefined ? undefined : pathAt(step, command, name);
}
