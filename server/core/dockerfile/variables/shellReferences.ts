/** A variable that a shell script uses without a default. */
export interface ShellReference {
	readonly name: string;
	/** Offsets of the name in the script. */
	readonly at: number;
	readonly end: number;
}

/**
 * The `$NAME` and `${NAME}` of a script, those in single quotes, in comments and behind a backslash left out, and those that have
 * a default (`${NAME:-…}`, `${NAME:+…}`). Takes time linear in the length of the script.
 */
export function shellReferences(text: string): readonly ShellReference[] {
	if (!text.includes("$")) return [];
	const found: ShellReference[] = [];
	let inDouble = false;
	for (let at = 0; at < text.length; at++) {
		const character = text[at];
		if (character === "\\") at++;
		else if (character === '"') inDouble = !inDouble;
		else if (character === "'" && !inDouble) {
			const end = text.indexOf("'", at + 1);
			if (end === -1) return found;
			at = end;
		} else if (character === "#" && !inDouble && /[\s;&|(]/.test(text[at - 1] ?? " ")) {
			const end = text.indexOf("\n", at);
			if (end === -1) return found;
			at = end;
		} else if (character === "$") {
			const reference = referenceAt(text, at + 1);
			if (reference === undefined) continue;
			if (!/^:?[-+=]/.test(text.slice(reference.end, reference.end + 2)) || text[at + 1] !== "{") found.push(reference);
			at = reference.end - 1;
		}
	}
	return found;
}

function referenceAt(text: string, from: number): ShellReference | undefined {
	const at = text[from] === "{" ? from + 1 : from;
	let end = at;
	while (end < text.length && isNameCharacter(text.charCodeAt(end))) end++;
	const first = text.charCodeAt(at);
	return end === at || (first >= 0x30 && first <= 0x39) ? undefined : { name: text.slice(at, end), at, end };
}

function isNameCharacter(code: number): boolean {
	return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || (code >= 0x61 && code <= 0x7a);
}
