import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { commandsOf } from "../commands/scripts.ts";
import type { Step } from "../model/model.ts";
import { folderIsMade, foldersMadeBy, namedPath } from "./knownFolders.ts";
import { isInside } from "./mountCoverage.ts";

/** Whether the time stands in the name of a file or folder that the same RUN gives another name, or removes: `mv db-$(date -I) /srv/db`. */
export function isInPassingName(step: Step, date: ShellCommand): boolean {
	if (date.within.at(-1) !== "substitution") return false;
	const commands = commandsOf(step);
	const at = commands.findLastIndex(({ args }) => wordAround(args, date) !== undefined);
	const word = wordAround(commands[at]?.args ?? [], date);
	if (word === undefined || word.text.length !== word.span.end - word.span.start) return false;
	const end = word.text.indexOf("/", date.span.end - word.span.start);
	const path = (end === -1 ? word.text : word.text.slice(0, end)).replace(/["']/g, "");
	return commands.slice(at).some((command) => takesAway(step, command, path));
}

function wordAround(args: readonly ShellWord[], { span }: ShellCommand): ShellWord | undefined {
	return args.find((word) => word.span.start < span.start && span.end < word.span.end);
}

function takesAway(step: Step, command: ShellCommand, path: string): boolean {
	const { program, args } = command;
	if (program !== "mv" && program !== "rm") return false;
	const operands = args.filter(({ text }) => !text.startsWith("-"));
	if (program === "rm") return operands.some((operand) => plainPath(operand) === path);
	const [source, target, ...others] = operands;
	if (source === undefined || target === undefined || others.length > 0 || plainPath(source) !== path) return false;
	// Into a folder the name goes along.
	if (/(?:^|\/)\.{0,2}["']?$/.test(target.text) || args.some(({ text }) => /^-t|^--target/.test(text))) return false;
	return !isFolderAt(step, command, namedPath(step, command, target));
}

/** Whether a path is a folder when a command begins: from an earlier step, or by a command above it in its own. */
function isFolderAt(step: Step, command: ShellCommand, path: string): boolean {
	if (folderIsMade(step, path)) return true;
	const commands = commandsOf(step);
	return commands
		.slice(0, commands.indexOf(command))
		.some((before) => foldersMadeBy(step, before).some((folder) => isInside(folder, path)));
}

function plainPath({ text }: ShellWord): string {
	return text.replace(/["']/g, "").replace(/\/$/, "");
}
