import type { ShellCommand } from "../../shell/model.ts";
import { knownStart } from "../../shell/words.ts";

/**
 * Whether a word of a command can hold one of some options, given with their dashes: a long one, or a short one in a bundle. Asked before
 * the words are sorted into options and operands, which takes much longer.
 */
export function mayGive({ args }: ShellCommand, options: readonly string[]): boolean {
	for (const word of args) {
		const start = knownStart(word);
		if (start.charCodeAt(0) !== DASH) continue;
		const long = start.charCodeAt(1) === DASH;
		for (const option of options)
			if (start.startsWith(option) || (!long && option.length === 2 && start.includes(option.charAt(1)))) return true;
	}
	return false;
}

const DASH = 0x2d;
