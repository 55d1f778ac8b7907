import type { Finder } from "./finder.ts";
import { bytesOf, SMALL_LETTERS } from "./textBytes.ts";

/** So many characters decide whether a text of the list may begin; shorter texts are looked for one by one. */
const BEGINNING = 3;
/** A power of two, many times the texts. */
const SLOTS = 8192;
const NO_GROUP = 0;

/** A finder for texts of ASCII in lower case, wherever they stand; capital letters of ASCII count as small ones. */
export function textFinder(list: readonly string[]): Finder {
	const texts = [...new Set(list)];
	const numbers = new Map(texts.map((text, number) => [text, number]));
	const codes = texts.map((text) => Uint8Array.from(text, (character) => character.charCodeAt(0)));
	const short = texts.flatMap((text, number) => (text.length < BEGINNING ? [{ text, number }] : []));
	const groups: number[][] = [[]];
	const groupAt = new Uint8Array(SLOTS);
	texts.forEach((text, number) => {
		if (text.length < BEGINNING) return;
		let window = 0;
		for (let at = 0; at < BEGINNING; at++) window = moved(window, text.charCodeAt(at));
		const slot = slotOf(window);
		if (groupAt[slot] === NO_GROUP) groupAt[slot] = groups.push([]) - 1;
		groups[groupAt[slot] as number]?.push(number);
	});

	return {
		count: texts.length,
		numberOf: (text) => numbers.get(text) ?? -1,
		find(text, present) {
			const small = text.toLowerCase();
			for (const { text: wanted, number } of short) if (small.includes(wanted)) present[number] = 1;
			const { bytes, length } = bytesOf(text);
			let window = 0;
			for (let at = 0; at < length; at++) {
				window = moved(window, SMALL_LETTERS[bytes[at] as number] as number);
				const group = groupAt[slotOf(window)] as number;
				if (group === NO_GROUP) continue;
				for (const number of groups[group] as readonly number[])
					if (present[number] === 0 && isAt(codes[number] as Uint8Array, bytes, at + 1 - BEGINNING)) present[number] = 1;
			}
		},
	};
}

/** The last characters that were read, one byte each, with another one. */
function moved(window: number, code: number): number {
	return ((window << 8) | code) & 0xffffff;
}

function slotOf(window: number): number {
	return Math.imul(window, 0x9e3779b1) >>> 19;
}

function isAt(wanted: Uint8Array, bytes: Uint8Array, start: number): boolean {
	for (let at = 0; at < wanted.length; at++) if (SMALL_LETTERS[bytes[start + at] as number] !== wanted[at]) return false;
	return true;
}
