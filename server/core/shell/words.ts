import type { ParameterExpansionPart, WordPart as TreePart, Word as TreeWord } from "unbash";
import type { Span } from "../text.ts";
import { LONGEST_VALUE } from "./longestValue.ts";
import type { ShellWord, ShellWordPart } from "./model.ts";
import { modifiedValue } from "./modifiers.ts";

/** A word of the shell tree as ours. `place` maps offsets in the script to the user's text. */
export function shellWord(word: TreeWord, place: (at: number, end: number) => Span): ShellWord {
	const { text, parts, pos, end } = word;
	const merged = parts === undefined ? [textPart(word.value)] : mergeText(parts.flatMap((part) => partsOf(part, false)));
	return {
		text,
		value: merged.length === 0 ? "" : merged.length === 1 && merged[0]?.kind === "text" ? merged[0].text : undefined,
		parts: merged,
		span: place(pos, end),
		at: pos,
		end,
		quoted: text !== word.value || text.startsWith('"') || text.startsWith("'") || (parts?.some(isQuoted) ?? false),
	};
}

function isQuoted({ type }: TreePart): boolean {
	return type === "DoubleQuoted" || type === "SingleQuoted" || type === "AnsiCQuoted" || type === "LocaleString";
}

function textPart(text: string): ShellWordPart {
	return { kind: "text", text };
}

function partsOf(part: TreePart, quoted: boolean): readonly ShellWordPart[] {
	switch (part.type) {
		case "Literal":
		case "Glob":
		case "SingleQuoted":
		case "AnsiCQuoted":
			return [textPart(part.value)];
		case "BraceExpansion":
		case "ExtendedGlob":
			return [textPart(part.text)];
		case "DoubleQuoted":
		case "LocaleString":
			return part.parts.length === 0 ? [textPart("")] : part.parts.flatMap((inner) => partsOf(inner, true));
		case "SimpleExpansion":
			return [{ kind: "variable", name: part.text.slice(1), operator: undefined, operand: undefined, quoted }];
		case "ParameterExpansion":
			return [
				{
					kind: "variable",
					name: part.parameter,
					operator: part.prefix ?? part.operation?.operator ?? (part.index ? "[]" : undefined),
					operand: operandOf(part),
					quoted,
				},
			];
		case "CommandExpansion":
			return [{ kind: "command", quoted }];
		default:
			return [{ kind: "other" }];
	}
}

function operandOf({ prefix, index, operation, text, pos }: ParameterExpansionPart): string | undefined {
	return prefix !== undefined || index !== undefined || operation === undefined ? undefined : text.slice(operation.operatorEnd - pos, -1);
}

function mergeText(parts: readonly ShellWordPart[]): readonly ShellWordPart[] {
	const merged: ShellWordPart[] = [];
	for (const part of parts) {
		const last = merged[merged.length - 1];
		if (part.kind === "text" && last?.kind === "text") merged[merged.length - 1] = textPart(last.text + part.text);
		else merged.push(part);
	}
	return merged;
}

/** The text that is certain at the start of a word: `https://host/` of `https://host/$FILE`. */
export function knownStart(word: ShellWord): string {
	const first = word.parts[0];
	return first?.kind === "text" ? first.text : "";
}

/** The text that is certain at the end of a word: `.tar.gz` of `$NAME.tar.gz`. */
export function knownEnd(word: ShellWord): string {
	const last = word.parts[word.parts.length - 1];
	return last?.kind === "text" ? last.text : "";
}

/** The value of a word when variables are looked up; undefined if something else, or an unknown variable, decides. */
export function resolveWord(word: ShellWord, lookup: (name: string) => string | undefined): string | undefined {
	let value = "";
	for (const part of word.parts) {
		if (part.kind === "text") value += part.text;
		else if (part.kind === "variable") {
			const known = lookup(part.name);
			const found = known === undefined ? undefined : modifiedValue(part, known);
			if (found === undefined || value.length + found.length > LONGEST_VALUE) return undefined;
			value += found;
		} else return undefined;
	}
	return value;
}

/** The word with a variable in place of each expansion: a stable text to compare words by (`a-${V}.tgz` equals `a-$V.tgz`). */
export function comparable(word: ShellWord): string {
	if (word.value !== undefined) return word.value;
	return word.parts.map((part) => (part.kind === "text" ? part.text : part.kind === "variable" ? referenceText(part) : "\0")).join("");
}

/** `${NAME}` for `$NAME`, `${NAME#v}` with its operator; an operand of more than plain characters is left out. */
export function referenceText({ name, operator, operand }: Extract<ShellWordPart, { kind: "variable" }>): string {
	return `\${${name}${operator ?? ""}${operand !== undefined && /^[^\s${}()"'`\\]*$/.test(operand) ? operand : ""}}`;
}

/** The last place of a part of a word; the whole word where quotes or escapes hide it. */
export function partSpan({ text, span }: ShellWord, part: string): Span {
	const at = text.lastIndexOf(part);
	if (at === -1 || span.end - span.start !== text.length) return span;
	return { start: span.start + at, end: span.start + at + part.length };
}
