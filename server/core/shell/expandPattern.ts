import { LONGEST_VALUE } from "./longestValue.ts";

/** BuildKit refuses a text; the message says why. */
export class Refusal extends Error {}

/** Characters of a text times those of a pattern that are still compared. */
const MOST_COMPARISONS = 10_000_000;

/** What stands between the stars of a pattern: characters, and `undefined` for any one of them. */
type Piece = readonly (string | undefined)[];

/**
 * `value` with the first match of a shell pattern replaced, or with all of them, the longest one at each place. Undefined if that
 * takes too long or gets too long. Throws a `Refusal` if the pattern is none.
 */
export function withReplacement(pattern: string, value: string, replacement: string, all: boolean): string | undefined {
	const pieces = piecesOf(pattern);
	const characters = [...value];
	if (isTooMuch(pattern, characters)) return undefined;
	let result = "";
	let taken = 0;
	for (let at = 0; at <= characters.length; ) {
		const end = matchAt(pieces, characters, at, true);
		if (end === "never") break;
		// As in Go, nothing is matched a second time where the match before ended.
		if (end === undefined || (end === at && at > 0 && at === taken)) {
			at++;
			continue;
		}
		result += characters.slice(taken, at).join("") + replacement;
		if (result.length > LONGEST_VALUE) return undefined;
		taken = end;
		if (!all) break;
		at = end === at ? at + 1 : end;
	}
	return result + characters.slice(taken).join("");
}

/** `value` without the start (or, from the end, without the end) that the pattern matches: the longest one where it is greedy. Undefined if that takes too long. */
export function withoutMatch(pattern: string, value: string, greedy: boolean, fromEnd: boolean): string | undefined {
	const pieces = piecesOf(pattern);
	const characters = [...value];
	if (isTooMuch(pattern, characters)) return undefined;
	if (!fromEnd) {
		const end = matchAt(pieces, characters, 0, greedy);
		return typeof end === "number" ? characters.slice(end).join("") : value;
	}
	const backwards = matchAt(pieces.map((piece) => piece.toReversed()).toReversed(), characters.toReversed(), 0, greedy);
	return typeof backwards === "number" ? characters.slice(0, characters.length - backwards).join("") : value;
}

function isTooMuch(pattern: string, characters: readonly string[]): boolean {
	return (pattern.length + 1) * characters.length > MOST_COMPARISONS;
}

/** The pieces between the stars of a shell pattern (`*`, `?`, escapes). */
function piecesOf(pattern: string): readonly Piece[] {
	const pieces: (string | undefined)[][] = [[]];
	const characters = [...pattern];
	for (let at = 0; at < characters.length; at++) {
		const character = characters[at] as string;
		const piece = pieces[pieces.length - 1] as (string | undefined)[];
		if (character === "*") pieces.push([]);
		else if (character === "?") piece.push(undefined);
		else if (character === "\\") {
			const escaped = characters[at + 1];
			if (escaped === "}" || escaped === "/") continue;
			if (escaped !== "*" && escaped !== "?" && escaped !== "\\") throw new Refusal(`invalid pattern (${pattern}) in substitution`);
			piece.push(escaped);
			at++;
		} else piece.push(character);
	}
	return pieces;
}

/**
 * Where the longest or shortest match that begins at a place ends. `never`: no later place has one either. Each piece goes where it
 * fits first, the last one of the longest match where it fits last: no choice has to be taken back.
 */
function matchAt(pieces: readonly Piece[], text: readonly string[], at: number, longest: boolean): number | "never" | undefined {
	const [first = [], ...others] = pieces;
	if (!fits(first, text, at)) return undefined;
	let end = at + first.length;
	const last = others.pop();
	for (const piece of others) {
		const found = find(piece, text, end);
		if (found === undefined) return "never";
		end = found + piece.length;
	}
	if (last === undefined) return end;
	const found = longest ? findLast(last, text, end) : find(last, text, end);
	return found === undefined ? "never" : found + last.length;
}

function fits(piece: Piece, text: readonly string[], at: number): boolean {
	return at + piece.length <= text.length && piece.every((character, index) => character === undefined || character === text[at + index]);
}

function find(piece: Piece, text: readonly string[], from: number): number | undefined {
	for (let at = from; at + piece.length <= text.length; at++) if (fits(piece, text, at)) return at;
	return undefined;
}

function findLast(piece: Piece, text: readonly string[], from: number): number | undefined {
	for (let at = text.length - piece.length; at >= from; at--) if (fits(piece, text, at)) return at;
	return undefined;
}
