import type { Finder } from "./finder.ts";

const SLOTS = 8192;
const EMPTY = -1;
const CODE_A = 0x61;
const CODE_Z = 0x7a;
/** Makes a capital letter small; no other character becomes a letter by it. */
const LOWER_CASE = 0x20;

/** A finder for words in lower case, made of letters alone. In a text a word is a run of ASCII letters, upper and lower case alike. */
export function wordFinder(list: readonly string[]): Finder {
	const words = [...new Set(list)];
	const numbers = new Map(words.map((word, number) => [word, number]));
	const slots = new Int16Array(SLOTS).fill(EMPTY);
	words.forEach((word, number) => {
		let slot = hashOf(word, 0, word.length) % SLOTS;
		while (slots[slot] !== EMPTY) slot = (slot + 1) % SLOTS;
		slots[slot] = number;
	});

	const note = (text: string, start: number, end: number, hash: number, present: Uint8Array): void => {
		for (let slot = hash % SLOTS; ; slot = (slot + 1) % SLOTS) {
			const number = slots[slot] as number;
			if (number === EMPTY) return;
			if (isAt(words[number] as string, text, start, end)) {
				present[number] = 1;
				return;
			}
		}
	};

	return {
		count: words.length,
		numberOf: (word) => numbers.get(word) ?? EMPTY,
		find(text, present) {
			let start = -1;
			let hash = 0;
			for (let at = 0; at <= text.length; at++) {
				const code = text.charCodeAt(at) | LOWER_CASE;
				if (code >= CODE_A && code <= CODE_Z) {
					if (start === -1) start = at;
					hash = step(hash, code);
				} else if (start !== -1) {
					note(text, start, at, hash, present);
					// `\n` ends a line of a script in quotes: what follows is a word of its own.
					if (text.charCodeAt(start - 1) === 0x5c) note(text, start + 1, at, hashOf(text, start + 1, at), present);
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

function hashOf(text: string, start: number, end: number): number {
	let hash = 0;
	for (let at = start; at < end; at++) hash = step(hash, text.charCodeAt(at) | LOWER_CASE);
	return hash;
}

function isAt(word: string, text: string, start: number, end: number): boolean {
	if (word.length !== end - start) return false;
	for (let at = 0; at < word.length; at++) if ((text.charCodeAt(start + at) | LOWER_CASE) !== word.charCodeAt(at)) return false;
	return true;
}
