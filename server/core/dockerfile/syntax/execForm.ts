import { type MappedText, sourceSpan } from "../../mappedText.ts";
import type { Span } from "../../text.ts";
import { skipSpace } from "./characters.ts";

/** The arguments of an instruction written as a JSON array of strings. */
export interface ExecForm {
	readonly values: readonly string[];
	readonly elements: readonly ExecElement[];
}

export interface ExecElement {
	readonly value: string;
	/** With its quotes, in the user's text. */
	readonly span: Span;
	/** Offset of the opening quote in the joined arguments. */
	readonly at: number;
	/** Whether the text between the quotes is the value, with no escapes. */
	readonly plain: boolean;
}

export type ReadExecForm = ExecForm | "notExec" | "notStrings";

/**
 * Reads exec form: the text begins with `[` and all of it is valid JSON. `notStrings` if it is, but holds something
 * other than strings, which BuildKit refuses; `notExec` for everything else, which is shell form.
 */
export function readExecForm(text: MappedText): ReadExecForm {
	const start = skipSpace(text.text, 0);
	if (text.text[start] !== "[") return "notExec";
	let values: unknown;
	try {
		values = JSON.parse(text.text.slice(start));
	} catch {
		return "notExec";
	}
	if (!Array.isArray(values)) return "notExec";
	if (!values.every((value): value is string => typeof value === "string")) return "notStrings";
	return { values, elements: elementsOf(text, start, values) };
}

/** The text is known to be a JSON array of strings: its strings are what stands between unescaped quotes. */
function elementsOf(text: MappedText, start: number, values: readonly string[]): readonly ExecElement[] {
	const elements: ExecElement[] = [];
	const strings = /"(?:[^"\\]|\\.)*"/gsu;
	strings.lastIndex = start;
	for (const value of values) {
		const match = strings.exec(text.text);
		if (match === null) break;
		const end = match.index + match[0].length;
		elements.push({ value, span: sourceSpan(text, match.index, end), at: match.index, plain: match[0].slice(1, -1) === value });
	}
	return elements;
}
