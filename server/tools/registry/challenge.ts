/** What a server asks for before it answers: one challenge of a `WWW-Authenticate` header. */
export interface Challenge {
	/** Lower case: `bearer`, `basic`. */
	readonly scheme: string;
	/** By lower-case name. */
	readonly parameters: ReadonlyMap<string, string>;
}

/** Longer headers are cut: no challenge needs that much. */
const MOST_CHARACTERS = 8192;

/**
 * Reads a `WWW-Authenticate` header, which may hold several challenges. Grammar: RFC 9110, 11.6.1; what does not follow it
 * is left out.
 */
export function parseChallenges(header: string): readonly Challenge[] {
	const text = header.slice(0, MOST_CHARACTERS);
	const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
	let at = 0;
	while (at < text.length) {
		at = skip(text, at, " \t,");
		const word = tokenAt(text, at);
		if (word === "") {
			at++;
			continue;
		}
		at += word.length;
		const equals = skip(text, at, " \t");
		const current = challenges[challenges.length - 1];
		if (text[equals] !== "=" || current === undefined) {
			challenges.push({ scheme: word.toLowerCase(), parameters: new Map() });
			continue;
		}
		const value = valueAt(text, skip(text, equals + 1, " \t"));
		const name = word.toLowerCase();
		if (!current.parameters.has(name)) current.parameters.set(name, value.text);
		at = value.end;
	}
	return challenges;
}

function skip(text: string, from: number, characters: string): number {
	let at = from;
	while (at < text.length && characters.includes(text[at] as string)) at++;
	return at;
}

function tokenAt(text: string, from: number): string {
	let end = from;
	while (end < text.length && /[A-Za-z0-9!#$%&'*+.^_`|~-]/.test(text[end] as string)) end++;
	return text.slice(from, end);
}

/** A quoted string, or what stands up to the next comma or blank: scopes have colons and slashes in them. */
function valueAt(text: string, from: number): { readonly text: string; readonly end: number } {
	if (text[from] !== '"') {
		let end = from;
		while (end < text.length && !" \t,".includes(text[end] as string)) end++;
		return { text: text.slice(from, end), end };
	}
	let value = "";
	let at = from + 1;
	while (at < text.length && text[at] !== '"') {
		if (text[at] === "\\" && at + 1 < text.length) at++;
		value += text[at];
		at++;
	}
	return { text: value, end: at + 1 };
}
