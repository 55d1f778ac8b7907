import { type MappedText, sourceEdit, sourceSpan } from "../../mappedText.ts";
import { applyEdits, type Span, type SpanEdit } from "../../text.ts";
import { insertAt, replace } from "./edit.ts";

/** A text that was meant as a JSON array of strings, but is none. */
export interface BrokenArray {
	/** What is wrong with it, to stand behind its name: "has single quotes". */
	readonly reason: string;
	/** The first thing that is wrong. */
	readonly span: Span;
	/** The edits that make a JSON array of strings of it; undefined where that cannot be told. */
	readonly edits: readonly SpanEdit[] | undefined;
	/** Items separated by commas or in quotes: no shell test, and no glob. */
	readonly certain: boolean;
}

const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", "“": '“”"', "”": '“”"', "„": '“”"', "‘": "‘’'", "’": "‘’'" };

/** `[ -f "/a" ]`: an operator of a shell test, and blanks where a test needs them. */
const FILE_TEST = /^\[\s+-[a-zA-Z]\s.*\s\]/s;

/** An edit by offsets into the text itself, and what it mends. */
interface Change extends SpanEdit {
	readonly reason: string;
}

interface Reading {
	readonly changes: Change[];
	items: number;
	commas: number;
	quoted: number;
	/** Offset behind the closing bracket; undefined without one. */
	end: number | undefined;
	/** A variable that a shell expands now, and nobody would between quotes. */
	variable: boolean;
}

/** Reads what begins with a bracket and is no valid JSON. Undefined where it looks like something else, such as a shell test. */
export function brokenArray(source: MappedText): BrokenArray | undefined {
	const { text } = source;
	if (text[0] !== "[") return undefined;
	const reading = readItems(text);
	if (reading === undefined || reading.items === 0) return undefined;
	const { changes } = reading;
	let rest = "";
	if (reading.end === undefined) {
		changes.push({ ...insertAt(text.length, "]"), reason: "lacks its closing bracket" });
	} else {
		rest = text.slice(reading.end).trim();
		const at = text.length - text.slice(reading.end).trimStart().length;
		const followed = { ...replace({ start: at, end: text.length }, ""), reason: "is followed by more text" };
		if (rest !== "") changes.push(followed);
	}
	const first = changes[0];
	if (first === undefined) return undefined;
	const junk = rest === "" || /^[,;\]]+$/.test(rest);
	const repaired = applyEdits(text, changes);
	// A comma is inserted in front of the blanks, but a blank is nothing to point at.
	const blanks = /^[ \t]*/.exec(text.slice(first.span.start))?.[0].length ?? 0;
	const start = Math.min(first.span.start + blanks, text.length - 1);
	return {
		reason: first.reason,
		span: first.reason.startsWith("lacks its") ? sourceSpan(source, 0, 1) : sourceSpan(source, start, Math.max(start + 1, first.span.end)),
		edits: junk && !reading.variable && isTextArray(repaired) ? changes.map((change) => sourceEdit(source, change)) : undefined,
		certain: (reading.commas > 0 && reading.items > 1) || (reading.quoted > 0 && junk && !FILE_TEST.test(text)),
	};
}

function readItems(text: string): Reading | undefined {
	const reading: Reading = { changes: [], items: 0, commas: 0, quoted: 0, end: undefined, variable: false };
	let at = 1;
	let separated = true;
	let lastComma = -1;
	let lastEnd = at;
	for (;;) {
		while (text[at] === " " || text[at] === "\t") at++;
		const character = text[at];
		if (character === undefined || character === "]") {
			if (separated && lastComma !== -1)
				reading.changes.push({ ...replace({ start: lastComma, end: lastComma + 1 }, ""), reason: "has a comma too many" });
			if (character === "]") reading.end = at + 1;
			return reading;
		}
		if (character === ",") {
			if (separated) reading.changes.push({ ...replace({ start: at, end: at + 1 }, ""), reason: "has a comma too many" });
			else {
				separated = true;
				lastComma = at;
				reading.commas++;
			}
			at++;
			continue;
		}
		if (!separated) {
			// Beside texts, words may be the operators of a shell's test.
			const isBare = CLOSING[character] === undefined;
			if (isBare && reading.quoted > 0) return undefined;
			reading.changes.push({ ...insertAt(lastEnd, at > lastEnd ? "," : ", "), reason: "lacks a comma" });
		}
		const end = CLOSING[character] === undefined ? readBare(text, at, reading) : readQuoted(text, at, reading);
		if (end === undefined) return undefined;
		reading.items++;
		separated = false;
		at = end;
		lastEnd = end;
	}
}

function readBare(text: string, start: number, reading: Reading): number | undefined {
	let end = start;
	while (end < text.length && /[\w./:=@%+${}-]/.test(text[end] as string)) end++;
	if (end === start) return undefined;
	reading.variable ||= text.slice(start, end).includes("$");
	reading.changes.push({ ...replace({ start, end }, `"${text.slice(start, end)}"`), reason: "has a word without quotes" });
	return end;
}

function readQuoted(text: string, start: number, reading: Reading): number | undefined {
	const open = text[start] as string;
	const closing = CLOSING[open] as string;
	let end = start + 1;
	while (end < text.length && !closing.includes(text[end] as string)) end += text[end] === "\\" && open !== "'" ? 2 : 1;
	if (end >= text.length) return undefined;
	reading.quoted++;
	const inner = text.slice(start + 1, end);
	if (open === '"') readEscapes(inner, start + 1, reading);
	else {
		const reason = open === "'" ? "has single quotes" : "has typographic quotes";
		reading.changes.push({ ...replace({ start, end: end + 1 }, JSON.stringify(inner)), reason });
	}
	return end + 1;
}

function readEscapes(inner: string, at: number, reading: Reading): void {
	const isPath = /^[A-Za-z]:\\/.test(inner);
	const changes: Change[] = [];
	let broken = false;
	for (let index = 0; index < inner.length; index++) {
		if (inner[index] !== "\\") continue;
		const next = inner[index + 1] ?? "";
		const valid = '"\\/bfnrt'.includes(next) || /^u[0-9a-fA-F]{4}/.test(inner.slice(index + 1, index + 6));
		broken ||= !valid;
		if (!valid || (isPath && !'"\\'.includes(next)))
			changes.push({ ...insertAt(at + index, "\\"), reason: "has a backslash that JSON does not know" });
		if (next === "\\" || next === '"') index++;
	}
	if (broken) reading.changes.push(...changes);
}

/** Whether a text is a JSON array of strings. */
export function isTextArray(text: string): boolean {
	try {
		const value: unknown = JSON.parse(text);
		return Array.isArray(value) && value.every((item) => typeof item === "string");
	} catch {
		return false;
	}
}
