import { BEGINNING, movedWindow, textBeginnings } from "../textBeginnings.ts";
import type { Finder } from "./finder.ts";
import { bytesOf, SMALL_LETTERS } from "./textBytes.ts";

/** A finder for texts of ASCII in lower case, wherever they stand; capital letters of ASCII count as small ones. */
export function textFinder(list: readonly string[]): Finder {
	const texts = [...new Set(list)];
	const numbers = new Map(texts.map((text, number) => [text, number]));
	const codes = texts.map((text) => Uint8Array.from(text, (character) => character.charCodeAt(0)));
	// Shorter texts than those whose beginnings are known are looked for one by one.
	const short = texts.flatMap((text, number) => (text.length < BEGINNING ? [{ text, number }] : []));
	const beginnings = textBeginnings(texts);

	return {
		count: texts.length,
		numberOf: (text) => numbers.get(text) ?? -1,
		find(text, present) {
			const small = text.toLowerCase();
			for (const { text: wanted, number } of short) if (small.includes(wanted)) present[number] = 1;
			const { bytes, length } = bytesOf(text);
			let window = 0;
			for (let at = 0; at < length; at++) {
				window = movedWindow(window, SMALL_LETTERS[bytes[at] as number] as number);
				const begun = beginnings.at(window);
				if (begun === undefined) continue;
				for (const number of begun)
					if (present[number] === 0 && isAt(codes[number] as Uint8Array, bytes, at + 1 - BEGINNING)) present[number] = 1;
			}
		},
	};
}

function isAt(wanted: Uint8Array, bytes: Uint8Array, start: number): boolean {
	for (let at = 0; at < wanted.length; at++) if (SMALL_LETTERS[bytes[start + at] as number] !== wanted[at]) return false;
	return true;
}
