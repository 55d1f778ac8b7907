import { addTo } from "../../addTo.ts";
import { LONGEST_PATH } from "../../knowledge/systemLimits.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { hasOption, readArguments } from "../../shell/options.ts";
import { moveOf } from "../commands/commandFolder.ts";
import { orderOf } from "../commands/commandOrder.ts";
import { commandsOf } from "../commands/scripts.ts";
import { namedPath } from "../files/knownFolders.ts";
import { prefixesOf, quotesGlob } from "../files/removals.ts";
import type { Step } from "../model/model.ts";
import { normalPath } from "../variables/state.ts";
import { runsAlways } from "./aptLists.ts";

/**
 * Whether a command further down in the RUN deletes the folder that a word of a command names, or one around it: by its path, or by the same
 * words where nobody knows that. What empties a folder leaves it there.
 */
export function isDeletedBehind(step: Step, command: ShellCommand, word: ShellWord): boolean {
	const deletions = deletionsOf(step);
	if (deletions.size === 0) return false;
	const order = orderOf(step);
	const at = order.get(command) ?? 0;
	return namesFor(pathToCompare(step, command, word)).some((path) =>
		deletions.get(path)?.some((removal) => (order.get(removal) ?? 0) > at && runsWith(removal, command)),
	);
}

/** What `rm -r` may be told to delete a folder: its path, one above it, or all that lies in one above it. */
function namesFor(path: string): readonly string[] {
	if (path.length > LONGEST_PATH) return [];
	const prefixes = prefixesOf(path);
	// A star does not stand for a dot in front.
	const patterns = prefixes.slice(0, -1).filter((prefix, index) => prefixes[index + 1]?.startsWith(`${prefix}/.`) === false);
	return [...prefixes, ...patterns.map((prefix) => `${prefix}/*`)];
}

/** The calls of `rm -r` in a RUN, by the paths that they name. */
const deletionsOf = remembered((step: Step): ReadonlyMap<string, readonly ShellCommand[]> => {
	const deletions = new Map<string, ShellCommand[]>();
	for (const command of commandsOf(step)) {
		const args = command.program === "rm" ? readArguments(command.args, []) : undefined;
		if (args === undefined || !hasOption(args, "-r", "-R", "--recursive")) continue;
		for (const word of args.operands) if (!quotesGlob(word)) addTo(deletions, pathToCompare(step, command, word), command);
	}
	return deletions;
});

/** Whether a command runs whenever one in front of it did, unless something fails. */
function runsWith(command: ShellCommand, earlier: ShellCommand): boolean {
	if (runsAlways(command)) return true;
	if (command.connector === "||" || command.choice !== earlier.choice || command.within.join() !== earlier.within.join()) return false;
	return command.choice === undefined || command.choice.branches.some((branch) => branch.includes(command) && branch.includes(earlier));
}

/** Absolute where that is known, else as written, from where the RUN starts. */
function pathToCompare(step: Step, command: ShellCommand, word: ShellWord): string {
	const path = namedPath(step, command, word);
	if (path.includes("\0")) return word.text;
	if (/^[/$~]/.test(path)) return path.replace(/(?<=.)\/$/, "");
	return `${moveOf(step, command) ?? "?"}${normalPath(`/${path}`)}`;
}
