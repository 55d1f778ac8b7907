import { addTo } from "../../addTo.ts";
import { baseName } from "../../baseName.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { commandsOf } from "../commands/scripts.ts";
import { wordAt } from "../commands/shellVariables.ts";
import { isInside } from "../files/mountCoverage.ts";
import type { Step } from "../model/model.ts";
import { normalPath } from "../variables/state.ts";

/** When two words of a script mean the same file. */

/** Whether a word names one of the files: the same text, or the same last part where one of the two says no folder. */
export function isFile(word: ShellWord, names: readonly string[]): boolean {
	const text = comparable(word);
	return names.some((name) => isSamePath(text, name));
}

/** Whether two paths of a script can mean the same file, whatever `cd` came between. */
function isSamePath(a: string, b: string): boolean {
	const left = fromHere(a);
	const right = fromHere(b);
	if (left === right) return left !== "";
	const leftName = baseName(left);
	if (leftName === "") return false;
	if (left.includes("*")) return !isElsewhere(left, right) && matches(leftName, baseName(right));
	return right.endsWith(leftName) && baseName(right) === leftName && (!left.startsWith("/") || !right.startsWith("/"));
}

/** Whether a pattern stands for files of another folder than that of a file: both absolute, and as far as the pattern names its own in full. */
function isElsewhere(pattern: string, path: string): boolean {
	const start = pattern.search(UNKNOWN);
	if (!pattern.startsWith("/") || !path.startsWith("/") || UNKNOWN.test(path)) return false;
	const folder = normalPath(pattern.slice(0, pattern.lastIndexOf("/", start)));
	const isWhole = !pattern.includes("/", start);
	const own = normalPath(path.slice(0, path.lastIndexOf("/")));
	return isWhole ? own !== folder : !isInside(own, folder);
}

/** Where a path is not known any more: a pattern, a variable or a substitution. */
const UNKNOWN = /[*?[{$]|\0/;

/** More words of one file name than this mean files in different folders, of which nobody can tell which is which. */
const MOST_WORDS = 20;

/** The words of a RUN with variables in them that mean a file whose path is known: `tool-${V}.zip` for `tool-1.2.zip`. None where too many could. */
export function writtenOtherwise(step: Step, path: string): readonly string[] {
	const words = wordsWithVariables(step).get(baseName(path)) ?? [];
	if (words.length > MOST_WORDS) return [];
	return words.flatMap(({ written, value }) => (isSamePath(value, path) ? [written] : []));
}

/** The words of a RUN whose variables have known values, by the name of the file that they mean. */
const wordsWithVariables = remembered((step: Step): ReadonlyMap<string, readonly { written: string; value: string }[]> => {
	const byName = new Map<string, { written: string; value: string }[]>();
	const add = (command: ShellCommand, word: ShellWord | undefined): void => {
		if (word === undefined || word.value !== undefined) return;
		const value = wordAt(step, command, word);
		if (value === undefined || value.includes("://")) return;
		const name = baseName(value);
		const written = comparable(word);
		if (byName.get(name)?.some((other) => other.written === written && other.value === value) !== true)
			addTo(byName, name, { written, value });
	};
	for (const command of commandsOf(step)) {
		add(command, command.name);
		for (const word of command.args) add(command, word);
		for (const { target } of command.redirects) add(command, target);
	}
	return byName;
});

function fromHere(path: string): string {
	return path.startsWith("./") ? path.replace(/^(?:\.\/)+/, "") : path;
}

/** Whether a name with `*` stands for another one. */
function matches(pattern: string, name: string): boolean {
	const [start = "", ...rest] = pattern.split("*");
	if (rest.length === 0) return pattern === name;
	return name.startsWith(start) && name.endsWith(rest[rest.length - 1] ?? "") && start !== "";
}
