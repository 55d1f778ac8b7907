/**
 * A text of others as a terminal may show it: control characters become their pictures (`␛`), tabs four blanks, and marks that
 * turn the direction of writing `�`. So nobody's Dockerfile moves the cursor or hides a part of its line.
 */
export function terminalText(text: string): string {
	if (PLAIN.test(text)) return text;
	return text.replace(UNSAFE, (character) => {
		const code = character.charCodeAt(0);
		if (character === "\t") return TAB;
		if (code < 0x20) return String.fromCharCode(0x2400 + code);
		return code === 0x7f ? "␡" : "�";
	});
}

const TAB = "    ";
const PLAIN = /^[\x20-\x7e]*$/;
/** C0, DEL and C1, the marks of bidirectional text, and what ends a line besides a line feed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Zero columns: combining marks, joiners and other format characters. */
const NARROW = /[\p{Mn}\p{Me}\p{Cf}]/u;
/** Two columns: East Asian wide and full-width characters (Unicode's EastAsianWidth.txt, W and F), and pictures. */
const WIDE =
	/[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** Columns that a text takes in a terminal. */
export function columnsOf(text: string): number {
	if (PLAIN.test(text)) return text.length;
	let columns = 0;
	for (const character of text) columns += widthOf(character);
	return columns;
}

function widthOf(character: string): number {
	if (PLAIN.test(character)) return 1;
	return WIDE.test(character) ? 2 : NARROW.test(character) ? 0 : 1;
}

/** The beginning of a text that fits into some columns; what is cut off becomes `…`. */
export function startOf(text: string, columns: number): string {
	if (columnsOf(text) <= columns) return text;
	let kept = "";
	let used = 0;
	for (const character of text) {
		used += widthOf(character);
		if (used > columns - 1) break;
		kept += character;
	}
	return `${kept}…`;
}

/** The end of a text that fits into some columns; what is cut off becomes `…`. */
export function endOf(text: string, columns: number): string {
	if (columnsOf(text) <= columns) return text;
	const characters = [...text];
	let used = 0;
	let from = characters.length;
	while (from > 0) {
		used += widthOf(characters[from - 1] ?? "");
		if (used > columns - 1) break;
		from--;
	}
	return `…${characters.slice(from).join("")}`;
}

/** The text with blanks behind it up to some columns. */
export function padded(text: string, columns: number): string {
	return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}
