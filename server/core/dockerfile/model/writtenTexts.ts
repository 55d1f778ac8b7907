import type { Finder } from "../../finder.ts";
import { memo } from "../../memo.ts";
import { textFinder } from "../../textFinder.ts";
import type { Dockerfile } from "./model.ts";

/** Every text that is asked about, with its number. One walk over a file finds them all. */
const numbers = new Map<string, number>();
let finder: Finder | undefined;

const known = memo<Dockerfile, Uint8Array>();

/** The number of a text, in lower case, under which {@link writtenTexts} tells of it. Asked for at the top of a module: each new text needs another walk. */
export function textNumber(text: string): number {
	const number = numbers.get(text) ?? numbers.size;
	if (number === numbers.size) {
		numbers.set(text, number);
		finder = undefined;
	}
	return number;
}

/** By the number of a text: 1 if it stands anywhere in a file, comments included; capital letters count as small ones. */
export function writtenTexts(file: Dockerfile): Uint8Array {
	const before = known.get(file);
	if (before?.length === numbers.size) return before;
	finder ??= textFinder([...numbers.keys()]);
	const present = new Uint8Array(finder.count);
	finder.find(file.text, present);
	known.set(file, present);
	return present;
}

/** The question whether one of some texts, in lower case, stands anywhere in a file. Made once, at the top of a module. */
export function writesAny(texts: readonly string[]): (file: Dockerfile) => boolean {
	const own = texts.map(textNumber);
	return (file) => {
		const present = writtenTexts(file);
		return own.some((number) => present[number] === 1);
	};
}
