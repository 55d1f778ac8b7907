import type { Finder } from "./finder.ts";
import { bytesOf, SMALL_LETTERS } from "./textBytes.ts";

/**
 * A finder for texts in lower case, wherever they stand; capital letters of ASCII count as small ones. It takes one step for each byte
 * (Aho and Corasick, "Efficient string matching: an aid to bibliographic search", 1975).
 */
export function textFinder(list: readonly string[]): Finder {
	const texts = [...new Set(list)];
	const numbers = new Map(texts.map((text, number) => [text, number]));
	const { kinds, width, next, ending } = automatonOf(texts);
	return {
		count: texts.length,
		numberOf: (text) => numbers.get(text) ?? -1,
		find(text, present) {
			const { bytes, length } = bytesOf(text);
			let state = START;
			for (let at = 0; at < length; at++) {
				state = next[state * width + (kinds[bytes[at] as number] as number)] as number;
				const ended = ending[state];
				if (ended === undefined) continue;
				for (let index = 0; index < ended.length; index++) present[ended[index] as number] = 1;
			}
		},
	};
}

/** A state stands for the longest beginning of a text that the bytes up to here end with. */
const START = 0;

interface Automaton {
	/** By byte: bytes that no text has are all of one kind. */
	readonly kinds: Uint8Array;
	/** How many kinds there are. */
	readonly width: number;
	/** At `state * width + kind`: the state that follows. */
	readonly next: Uint16Array;
	/** By state: the numbers of the texts that end there. */
	readonly ending: readonly (readonly number[] | undefined)[];
}

/** Without closures and objects for the thousands of states: it runs once, in the first milliseconds of a process. */
function automatonOf(texts: readonly string[]): Automaton {
	const encoder = new TextEncoder();
	const encoded = texts.map((text) => encoder.encode(text));
	const { kinds, width } = kindsOf(encoded);
	const most = encoded.reduce((sum, { length }) => sum + length, 1);
	const kindOf = new Uint8Array(most);
	const firstChild = new Uint16Array(most);
	const nextSibling = new Uint16Array(most);
	const ending = new Array<readonly number[] | undefined>(most).fill(undefined);
	let count = 1;
	encoded.forEach((bytes, number) => {
		let state = START;
		for (let at = 0; at < bytes.length; at++) {
			const kind = kinds[bytes[at] as number] as number;
			let child = firstChild[state] as number;
			while (child !== START && kindOf[child] !== kind) child = nextSibling[child] as number;
			if (child === START) {
				child = count++;
				kindOf[child] = kind;
				nextSibling[child] = firstChild[state] as number;
				firstChild[state] = child;
			}
			state = child;
		}
		ending[state] = [number];
	});
	const next = new Uint16Array(count * width);
	// By state: the longest shorter beginning that ends at the same place.
	const shorter = new Uint16Array(count);
	const byLength = new Uint16Array(count);
	for (let place = 0, known = 1; place < count; place++) {
		const state = byLength[place] as number;
		const row = state * width;
		const instead = (shorter[state] as number) * width;
		next.copyWithin(row, instead, instead + width);
		for (let child = firstChild[state] as number; child !== START; child = nextSibling[child] as number) {
			const kind = kindOf[child] as number;
			const before = state === START ? START : (next[instead + kind] as number);
			if (ending[before] !== undefined) ending[child] = [...(ending[child] ?? []), ...ending[before]];
			shorter[child] = before;
			next[row + kind] = child;
			byLength[known++] = child;
		}
	}
	return { kinds, width, next, ending };
}

function kindsOf(encoded: readonly Uint8Array[]): Pick<Automaton, "kinds" | "width"> {
	const own = new Uint8Array(256);
	let width = 1;
	for (const bytes of encoded) for (const byte of bytes) if (own[byte] === 0) own[byte] = width++;
	return { kinds: SMALL_LETTERS.map((small) => own[small] as number), width };
}
