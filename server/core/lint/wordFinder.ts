import type { Finder } from "../finder.ts";
import { bytesOf } from "../textBytes.ts";

const SLOTS = 8192;
const EMPTY = -1;
const CODE_A = 0x61;
const CODE_Z = 0x7a;
const CODE_M = 0x6d;
const DASH = 0x2d;
const BACKSLASH = 0x5c;
/** Makes a capital letter small; no other character becomes a letter by it. */
const LOWER_CASE = 0x20;

/** A finder for words in lower case, made of letters alone. In a text a word is a run of ASCII letters, upper and lower case alike. */
export function wordFinder(list: readonly string[]): Finder {
	const words = [...new Set(list)];
	const numbers = new Map(words.map((word, number) => [word, number]));
	const slots = new Int16Array(SLOTS).fill(EMPTY);
	words.forEach((word, number) => {
		let slot = hashOf(bytesOf(word).bytes, 0, word.length) % SLOTS;
		while (slots[slot] !== EMPTY) slot = (slot + 1) % SLOTS;
		slots[slot] = number;
	});

	const codes = words.map((word) => Uint8Array.from(word, (letter) => letter.charCodeAt(0)));

	const note = (bytes: Uint8Array, start: number, end: number, hash: number, present: Uint8Array): void => {
		for (let slot = hash % SLOTS; ; slot = (slot + 1) % SLOTS) {
			const number = slots[slot] as number;
			if (number === EMPTY) return;
			if (isAt(codes[number] as Uint8Array, bytes, start, end)) {
				present[number] = 1;
				return;
			}
		}
	};

	return {
		count: words.length,
		numberOf: (word) => numbers.get(word) ?? EMPTY,
		find(text, present) {
			const { bytes, length } = bytesOf(text);
			let start = -1;
			let hash = 0;
			for (let at = 0; at <= length; at++) {
				const code = (bytes[at] as number) | LOWER_CASE;
				if (code >= CODE_A && code <= CODE_Z) {
					if (start === -1) start = at;
					hash = step(hash, code);
				} else if (start !== -1) {
					note(bytes, start, at, hash, present);
					// `\n` ends a line of a script in quotes: what follows is a word of its own.
					// So is what Python's `-m` runs in `-mpip`.
					if (bytes[start - 1] === BACKSLASH || (bytes[start - 1] === DASH && bytes[start] === CODE_M))
						note(bytes, start + 1, at, hashOf(bytes, start + 1, at), present);
					start = -1;
					hash = 0;
				}
			}
		},
	};
}

function step(hash: number, code: number): number {
	return (Math.imul(hash, 31) + code) >>> 0;
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
	let hash = 0;
	for (let at = start; at < end; at++) hash = step(hash, (bytes[at] as number) | LOWER_CASE);
	return hash;
}

function isAt(word: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
	if (word.length !== end - start) return false;
	for (let at = 0; at < word.length; at++) if (((bytes[start + at] as number) | LOWER_CASE) !== word[at]) return false;
	return true;
}
