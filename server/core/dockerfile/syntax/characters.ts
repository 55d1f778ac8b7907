/** Character classes as BuildKit's parser has them; JavaScript's own differ in a few characters. */

/** White space in Go's `unicode.IsSpace`. JavaScript's `trim` leaves U+0085 and takes U+FEFF. */
export function isSpace(code: number): boolean {
	if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
	if (code < 0x85) return false;
	return (
		code === 0x85 ||
		code === 0xa0 ||
		code === 0x1680 ||
		(code >= 0x2000 && code <= 0x200a) ||
		code === 0x2028 ||
		code === 0x2029 ||
		code === 0x202f ||
		code === 0x205f ||
		code === 0x3000
	);
}

/** What separates the keyword from the rest, and arguments from each other: space, tab, VT, FF, CR, but no other white space. */
export function isSeparator(code: number): boolean {
	return code === 0x20 || code === 0x09 || code === 0x0b || code === 0x0c || code === 0x0d;
}

/** The part of the text without white space at its start. Gives the offset where it starts. */
export function skipSpace(text: string, from: number, to: number = text.length): number {
	let at = from;
	while (at < to && isSpace(text.charCodeAt(at))) at++;
	return at;
}

/** The offset behind the last character between `from` and `to` that is no white space. */
export function trimEnd(text: string, from: number, to: number = text.length): number {
	let at = to;
	while (at > from && isSpace(text.charCodeAt(at - 1))) at--;
	return at;
}

/** Texts that say what they mean to BuildKit, whatever the escape character: most. */
export const PLAIN_TEXT = /^[\w./:=@%+,-]+$/;
