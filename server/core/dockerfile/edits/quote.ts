import { type MappedText, sourceEdit, sourceOffset } from "../../mappedText.ts";
import { applyEdits, type SpanEdit } from "../../text.ts";
import { PLAIN_TEXT } from "../syntax/characters.ts";
import { expand } from "../syntax/expand.ts";
import { UNSET, type VariableValue } from "../syntax/variableValue.ts";
import { splitAssignments } from "../syntax/words.ts";
import { insertAt, replace } from "./edit.ts";

/**
 * The edits that put a text between double quotes so that BuildKit's substitution gives exactly that text: dollar signs,
 * quotes and escape characters in it get an escape character in front.
 */
export function quoteLiterally(text: MappedText, escape: string): readonly SpanEdit[] {
	const edits: SpanEdit[] = [insertAt(sourceOffset(text, 0), '"')];
	for (let at = 0; at < text.text.length; at++) {
		if (isSpecial(text.text[at], escape)) edits.push(insertAt(sourceOffset(text, at), escape));
	}
	return [...edits, insertAt(sourceOffset(text, text.text.length), '"')];
}

/**
 * The edits after which `NAME=` can stand in front of a value that was a whole line before, as in `ENV NAME value`: none if it has
 * no blank outside quotes, else double quotes around all of it. Undefined where the substituted value would not be the same,
 * or where BuildKit refuses the value.
 */
export function quoteAsOneWord(value: MappedText, escape: string): readonly SpanEdit[] | undefined {
	const { text } = value;
	if (PLAIN_TEXT.test(text)) return [];
	const changes = splitAssignments(text, escape).length === 1 ? [] : requoted(text, escape);
	if (changes === undefined || !meansTheSame(text, applyEdits(text, changes), escape)) return undefined;
	return changes.map((change) => sourceEdit(value, change));
}

function isSpecial(character: string | undefined, escape: string): boolean {
	return character === '"' || character === "$" || character === escape;
}

/** Double quotes around the whole, none inside; what was quoted or escaped stays what it was. */
function requoted(text: string, escape: string): readonly SpanEdit[] | undefined {
	const changes: SpanEdit[] = [insertAt(0, '"')];
	const remove = (at: number): void => void changes.push(replace({ start: at, end: at + 1 }, ""));
	let quote = "";
	for (let at = 0; at < text.length; at++) {
		const character = text[at] as string;
		if (quote === "'" && character !== "'") {
			if (isSpecial(character, escape)) changes.push(insertAt(at, escape));
		} else if (character === "'" && quote !== '"') {
			quote = quote === "" ? "'" : "";
			remove(at);
		} else if (character === '"') {
			quote = quote === "" ? '"' : "";
			remove(at);
		} else if (character === escape) {
			if (quote === "" && !isSpecial(text[at + 1], escape)) remove(at);
			if (text[at + 1] === undefined) return undefined;
			if (quote === "" || isSpecial(text[at + 1], escape)) at++;
		} else if (character === "$" && text[at + 1] === "{") {
			const end = text.indexOf("}", at);
			// Quotes and escapes in a default are read anew inside the braces.
			if (end === -1 || /["'\\`]|\$\{/.test(text.slice(at + 2, end))) return undefined;
			at = end;
		}
	}
	return quote === "" ? [...changes, insertAt(text.length, '"')] : undefined;
}

/** What variables may hold: nothing, the empty text, and one in which every character could be misread. */
const SAMPLES: readonly VariableValue[] = [UNSET, { kind: "set", value: "" }, { kind: "set", value: "a  'b' \"c\" $d \\e `f` ${g}" }];

function meansTheSame(before: string, after: string, escape: string): boolean {
	if (splitAssignments(`N=${after}`, escape).length !== 1) return false;
	return SAMPLES.every((sample) => {
		const lookup = (): VariableValue => sample;
		const old = expand(before, { escape, lookup });
		const now = before === after ? old : expand(after, { escape, lookup });
		return old.kind === "known" && now.kind === "known" && old.value === now.value;
	});
}
