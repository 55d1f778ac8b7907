import { baseName } from "../../baseName.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { orderOf } from "../commands/commandOrder.ts";
import { commandsOf } from "../commands/scripts.ts";
import type { Step } from "../model/model.ts";

interface Naming {
	/** By the last part of a word's path. */
	readonly byName: ReadonlyMap<string, readonly ShellCommand[]>;
	/** Commands with words that could name many files. */
	readonly withGlobs: readonly ShellCommand[];
}

/** The commands behind another one whose words could name one of the files, a few too many. */
export function commandsBehind(step: Step, command: ShellCommand, names: readonly string[]): readonly ShellCommand[] {
	const order = orderOf(step);
	const at = order.get(command) ?? -1;
	const commands = commandsThatName(step, names);
	let first = 0;
	for (let end = commands.length; first < end; ) {
		const middle = (first + end) >> 1;
		if ((order.get(commands[middle] as ShellCommand) ?? 0) > at) end = middle;
		else first = middle + 1;
	}
	return first === 0 ? commands : commands.slice(first);
}

/** All of them in a step, in order. */
function commandsThatName(step: Step, names: readonly string[]): readonly ShellCommand[] {
	const { byName, withGlobs } = namingOf(step);
	const lastParts = [...new Set(names.map(baseName))].filter((name) => byName.has(name));
	const [name, second] = lastParts;
	// Mostly one name, and no need to sort.
	if (second === undefined && withGlobs.length === 0) return (name === undefined ? undefined : byName.get(name)) ?? NO_COMMANDS;
	const key = lastParts.join("\n");
	const known = namingTogether(step).get(key);
	if (known !== undefined) return known;
	const order = orderOf(step);
	const lists = [withGlobs, ...lastParts.map((name) => byName.get(name) ?? [])];
	const commands = [...new Set(lists.flat())].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
	namingTogether(step).set(key, commands);
	return commands;
}

const NO_COMMANDS: readonly ShellCommand[] = [];
const namingTogether = remembered((_: Step): Map<string, readonly ShellCommand[]> => new Map());

const namingOf = remembered((step: Step): Naming => {
	const byName = new Map<string, ShellCommand[]>();
	const withGlobs: ShellCommand[] = [];
	const add = (command: ShellCommand, word: ShellWord | undefined): void => {
		if (word === undefined) return;
		const text = comparable(word);
		if (text.includes("*") && withGlobs.at(-1) !== command) withGlobs.push(command);
		const name = baseName(text);
		const known = byName.get(name);
		if (known === undefined) byName.set(name, [command]);
		else if (known[known.length - 1] !== command) known.push(command);
	};
	for (const command of commandsOf(step)) {
		add(command, command.name);
		for (const word of command.args) add(command, word);
		for (const { target } of command.redirects) add(command, target);
	}
	return { byName, withGlobs };
});
