import type { ShellWord } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";

/** When two words of a script mean the same file. */

/** Whether a word names one of the files: the same text, or the same last part where one of the two says no folder. */
export function isFile(word: ShellWord, names: readonly string[]): boolean {
	const text = comparable(word);
	return names.some((name) => samePath(text, name));
}

/** Whether two paths of a script can mean the same file, whatever `cd` came between. */
function samePath(a: string, b: string): boolean {
	const left = fromHere(a);
	const right = fromHere(b);
	if (left === right) return left !== "";
	const leftName = left.slice(left.lastIndexOf("/") + 1);
	const rightName = right.slice(right.lastIndexOf("/") + 1);
	if (!(left.includes("*") ? matches(leftName, rightName) : leftName === rightName) || leftName === "") return false;
	return !left.startsWith("/") || !right.startsWith("/") || left.includes("*");
}

function fromHere(path: string): string {
	return path.startsWith("./") ? path.replace(/^(?:\.\/)+/, "") : path;
}

/** Whether a name with `*` stands for another one. */
function matches(pattern: string, name: string): boolean {
	const [start = "", ...rest] = pattern.split("*");
	return name.startsWith(start) && name.endsWith(rest[rest.length - 1] ?? "") && start !== "";
}
