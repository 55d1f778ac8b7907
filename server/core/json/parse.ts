import type { JsonFault, JsonMember, JsonNode, JsonString } from "./tree.ts";

/** Deeper nesting is refused: nobody writes it, and it must not exhaust the stack. */
const DEEPEST = 200;

const LITERALS: ReadonlyMap<string, boolean | null> = new Map([
	["true", true],
	["false", false],
	["null", null],
]);

interface Reader {
	readonly text: string;
	at: number;
	depth: number;
}

/** Ends reading at the first fault; never leaves this module. */
class Stop extends Error {
	readonly fault: JsonFault;
	constructor(fault: JsonFault) {
		super(fault.message);
		this.fault = fault;
	}
}

/** Reads a text as RFC 8259 has it: no comments, no trailing commas, no byte order mark. */
export function parseJson(text: string): { readonly root: JsonNode } | { readonly fault: JsonFault } {
	const reader: Reader = { text, at: 0, depth: 0 };
	try {
		skipBlanks(reader);
		const root = readValue(reader);
		skipBlanks(reader);
		if (reader.at < text.length) throw faultHere(reader, "Something follows the end of the document");
		return { root };
	} catch (error) {
		if (error instanceof Stop) return { fault: error.fault };
		throw error;
	}
}

function readValue(reader: Reader): JsonNode {
	const character = reader.text[reader.at];
	if (character === "{") return nested(reader, readObject);
	if (character === "[") return nested(reader, readArray);
	if (character === '"') return readString(reader);
	if (character === "-" || isDigit(character)) return readNumber(reader);
	return readLiteral(reader);
}

function nested<Node extends JsonNode>(reader: Reader, read: (reader: Reader) => Node): Node {
	if (++reader.depth > DEEPEST) throw faultHere(reader, "The document is nested too deeply");
	const node = read(reader);
	reader.depth--;
	return node;
}

function readObject(reader: Reader): JsonNode {
	const start = reader.at++;
	const members: JsonMember[] = [];
	skipBlanks(reader);
	while (reader.text[reader.at] !== "}") {
		if (reader.text[reader.at] !== '"') throw faultHere(reader, members.length === 0 ? "A key or } is missing" : "A key is missing");
		const key = readString(reader);
		skipBlanks(reader);
		if (reader.text[reader.at] !== ":") throw faultHere(reader, "A colon is missing after the key");
		reader.at++;
		skipBlanks(reader);
		members.push({ key, value: readValue(reader) });
		endItem(reader, "}");
	}
	return { kind: "object", span: { start, end: ++reader.at }, members };
}

function readArray(reader: Reader): JsonNode {
	const start = reader.at++;
	const elements: JsonNode[] = [];
	skipBlanks(reader);
	while (reader.text[reader.at] !== "]") {
		elements.push(readValue(reader));
		endItem(reader, "]");
	}
	return { kind: "array", span: { start, end: ++reader.at }, elements };
}

/** Goes behind the comma after a member or element, or stops in front of the closing bracket. */
function endItem(reader: Reader, closing: "}" | "]"): void {
	skipBlanks(reader);
	if (reader.text[reader.at] === closing) return;
	if (reader.text[reader.at] !== ",") throw faultHere(reader, `A comma or ${closing} is missing`);
	const comma = reader.at++;
	skipBlanks(reader);
	if (reader.text[reader.at] === closing)
		throw new Stop({ span: { start: comma, end: comma + 1 }, message: "A comma stands before the end" });
}

function readString(reader: Reader): JsonString {
	const start = reader.at;
	let at = start + 1;
	for (; reader.text[at] !== '"'; at++) {
		const code = reader.text.charCodeAt(at);
		if (Number.isNaN(code) || code === 0x0a || code === 0x0d)
			throw new Stop({ span: { start, end: Math.min(at, reader.text.length) }, message: "A string is not closed" });
		if (code < 0x20) throw new Stop({ span: { start: at, end: at + 1 }, message: "A control character stands in a string" });
		if (code === 0x5c) at++;
	}
	const span = { start, end: at + 1 };
	try {
		const value: unknown = JSON.parse(reader.text.slice(span.start, span.end));
		if (typeof value !== "string") throw new SyntaxError("not a string");
		reader.at = span.end;
		return { kind: "string", span, value };
	} catch {
		throw new Stop({ span, message: "A string has an escape that JSON does not know" });
	}
}

function readNumber(reader: Reader): JsonNode {
	const start = reader.at;
	let end = start + 1;
	while (/[-+.0-9eE]/.test(reader.text[end] ?? "")) end++;
	const text = reader.text.slice(start, end);
	if (!/^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/.test(text)) {
		throw new Stop({ span: { start, end }, message: `${text.slice(0, 40)} is not a number in JSON` });
	}
	reader.at = end;
	return { kind: "number", span: { start, end }, text };
}

function readLiteral(reader: Reader): JsonNode {
	const start = reader.at;
	for (const [word, value] of LITERALS) {
		if (!reader.text.startsWith(word, start)) continue;
		reader.at += word.length;
		return { kind: "literal", span: { start, end: reader.at }, value };
	}
	throw faultHere(reader, "A value is missing");
}

function skipBlanks(reader: Reader): void {
	const { text } = reader;
	let at = reader.at;
	while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
	reader.at = at;
}

function isDigit(character: string | undefined): boolean {
	return character !== undefined && character >= "0" && character <= "9";
}

/** A fault at the character that stands here; at the end of the text, at its last character. */
function faultHere(reader: Reader, message: string): Stop {
	const { text } = reader;
	if (reader.at < text.length) return new Stop({ span: { start: reader.at, end: reader.at + 1 }, message });
	return new Stop({ span: { start: Math.max(0, text.length - 1), end: text.length }, message: `${message}: the document ends too early` });
}
