/** A word of a PowerShell command, as it is written: with its quotes, or a part in parentheses as a whole. */
export interface PowershellWord {
	readonly text: string;
	/** Offset in the text that was read. */
	readonly at: number;
}

/** The rest of a command behind its name. */
export interface PowershellArguments {
	readonly words: readonly PowershellWord[];
	/** Where the command ends: at a separator, or at the bracket or quote that was opened in front of it. */
	readonly end: number;
}

/** Nobody writes a longer quote or expression. */
const LONGEST = 4000;

const CLOSING: Readonly<Record<string, string>> = { "(": ")", "{": "}", "[": "]" };

/**
 * The words from `at` on, up to the end of the command (about_Parsing, about_Quoting_Rules). A comma is a word of its own, since it makes
 * one argument of two words.
 */
export function powershellArguments(text: string, at: number): PowershellArguments {
	const words: PowershellWord[] = [];
	let place = at;
	for (;;) {
		while (text[place] === " " || text[place] === "\t") place++;
		const end = wordEnd(text, place);
		if (end === place) return { words, end: place };
		words.push({ text: text.slice(place, end), at: place });
		place = end;
	}
}

function wordEnd(text: string, start: number): number {
	if (text[start] === ",") return start + 1;
	let at = start;
	while (at < text.length) {
		const character = text[at] as string;
		if (/[\s;|&,)}\]]/.test(character)) break;
		if (character === "'" || character === '"') {
			const end = quoteEnd(text, at);
			// One that is never closed was opened around the command.
			if (end === undefined) break;
			at = end;
		} else if (character in CLOSING) at = bracketEnd(text, at);
		else at += character === "`" ? 2 : 1;
	}
	return Math.min(at, text.length);
}

/** Behind the quote that closes one; undefined if none does on the line. A doubled one stands for itself. */
function quoteEnd(text: string, start: number): number | undefined {
	const quote = text[start] as string;
	const last = Math.min(text.length, start + LONGEST);
	for (let at = start + 1; at < last; at++) {
		const character = text[at];
		if (character === "\n") return undefined;
		if (character === "`" && quote === '"') at++;
		else if (character === quote && text[at + 1] === quote) at++;
		else if (character === quote) return at + 1;
	}
	return undefined;
}

/** Behind the bracket that closes one; where nobody looks further if none does. */
function bracketEnd(text: string, start: number): number {
	const open = [CLOSING[text[start] as string]];
	const last = Math.min(text.length, start + LONGEST);
	let at = start + 1;
	while (at < last && open.length > 0) {
		const character = text[at] as string;
		if (character === "'" || character === '"') at = quoteEnd(text, at) ?? at + 1;
		else {
			if (character in CLOSING) open.push(CLOSING[character]);
			else if (character === open[open.length - 1]) open.pop();
			at++;
		}
	}
	return at;
}

/** What a word says without the quotes around it. */
export function unquoted(text: string): string {
	return /^(['"])(.*)\1$/s.exec(text)?.[2] ?? text;
}
