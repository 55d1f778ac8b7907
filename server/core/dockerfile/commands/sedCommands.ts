import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";

/** Whether sed writes what it makes back into the file. */
export function editsInPlace({ program, args }: ShellCommand): boolean {
	return program === "sed" && args.some((word) => /^(?:-[a-zA-Z]*i|--in-place)/.test(word.text));
}

/** Not the end of a line, which patterns also write as `$`. */
const EXPANSION = /\$[\w{(]/;

/** Whether a script of sed has its variables in the pattern alone: their values are what it replaces. */
export const replacesValue = remembered(({ text, parts }: ShellWord): boolean => {
	// Escaped delimiters do not end the pattern.
	const script = text.replace(/\\./gs, "");
	const begin = /^["']?s(?=[^\w\s])/.exec(script)?.[0].length;
	if (begin === undefined || !parts.some(({ kind }) => kind === "variable" || kind === "command")) return false;
	const [, pattern = "", ...rest] = script.slice(begin).split(script.charAt(begin));
	return EXPANSION.test(pattern) && !rest.some((part) => EXPANSION.test(part));
});

/** What `s/…/…/` of sed looks for and writes, and what stands in front of it. */
export interface Substitution {
	readonly before: string;
	readonly pattern: string;
	readonly replacement: string;
}

/** Where one may begin, with its separator: any punctuation but the backslash. */
const SUBSTITUTION = /(?:^|[;/\s])s([!-/:-@[\]-`{-~])/g;

/** The first substitution of a script. */
export function substitutionOf(script: string): Substitution | undefined {
	for (const start of script.matchAll(SUBSTITUTION)) {
		const [opening, separator = "/"] = start;
		const [pattern = "", replacement, rest] = script.slice(start.index + opening.length).split(separator, 3);
		if (replacement !== undefined && rest !== undefined) return { before: script.slice(0, start.index + 1), pattern, replacement };
	}
	return undefined;
}
