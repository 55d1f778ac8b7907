import { baseName } from "../../baseName.ts";
import { remembered } from "../../memo.ts";
import type { ShellWord } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { commandsOf } from "../commands/scripts.ts";
import { wordAt } from "../commands/shellVariables.ts";
import type { Step } from "../model/model.ts";

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
	const rightName = baseName(right);
	if (!(left.includes("*") ? matches(leftName, rightName) : leftName === rightName) || leftName === "") return false;
	return !left.startsWith("/") || !right.startsWith("/") || left.includes("*");
}

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
	for (const command of commandsOf(step)) {
		for (const word of [command.name, ...command.args, ...command.redirects.map(({ target }) => target)]) {
			const value = word === undefined || word.value !== undefined ? undefined : wordAt(step, command, word);
			if (word === undefined || value === undefined || value.includes("://")) continue;
			const words = byName.get(baseName(value)) ?? [];
			const written = comparable(word);
			if (words.some((other) => other.written === written && other.value === value)) continue;
			words.push({ written, value });
			byName.set(baseName(value), words);
		}
	}
	return byName;
});

function fromHere(path: string): string {
	return path.startsWith("./") ? path.replace(/^(?:\.\/)+/, "") : path;
}

/** Whether a name with `*` stands for another one. */
function matches(pattern: string, name: string): boolean {
	const [start = "", ...rest] = pattern.split("*");
	return name.startsWith(start) && name.endsWith(rest[rest.length - 1] ?? "") && start !== "";
}
