import type { ParsedScript } from "unbash";
import { parse } from "unbash";

/** So much text is kept, in characters: a few of the longest Dockerfiles. */
const MOST_TEXT = 200_000;

/** By the script's text. The least recently used comes first. */
const known = new Map<string, ParsedScript>();
let kept = 0;

/**
 * The shell tree of a script, with offsets in its text. Trees are kept: several readers ask for one script, and most scripts of a
 * document are the same after a key is pressed. Nobody may change what is given. Never throws.
 */
export function shellTree(text: string): ParsedScript {
	const before = known.get(text);
	if (before !== undefined) {
		known.delete(text);
		known.set(text, before);
		return before;
	}
	const tree = parse(text);
	known.set(text, tree);
	kept += text.length;
	for (const oldest of known.keys()) {
		if (kept <= MOST_TEXT) break;
		known.delete(oldest);
		kept -= oldest.length;
	}
	return tree;
}
