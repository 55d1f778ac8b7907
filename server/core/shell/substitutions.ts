import type * as Tree from "unbash";
import { type MappedText, sliceMapped } from "../mappedText.ts";

/** A script whose output or whose pipe stands in a word: `$(date)`, `<(sort list)`. */
export interface Substitution {
	readonly script: Tree.ParsedScript;
	/** Where the substitution stands in the text of the script around it. */
	readonly at: number;
	readonly end: number;
	/** Whether it ends before the script does. The library reports all that do not, except `${ date`. */
	readonly closed: boolean;
}

const NONE: readonly Substitution[] = [];

/** The substitutions of a command's word, assignment or redirection, in the order of the text; not those inside of them. */
export function partSubstitutions(part: Tree.Word | Tree.Assignment | Tree.Redirection): readonly Substitution[] {
	if (part.type === "Word") return wordSubstitutions(part);
	if (part.type !== "Assignment") return redirectSubstitutions(part);
	return part.value.type === "Word" ? wordSubstitutions(part.value) : NONE;
}

/** The substitutions of a redirection's target, or of a heredoc's body. */
export function redirectSubstitutions(redirect: Tree.Redirection): readonly Substitution[] {
	if (redirect.type === "HereDoc") return inParts(redirect.body.parts);
	return redirect.target === undefined ? NONE : wordSubstitutions(redirect.target);
}

/** The substitutions of a word. */
export function wordSubstitutions(word: Tree.Word): readonly Substitution[] {
	return inParts(word.parts);
}

function inParts(parts: readonly Tree.WordPart[] | undefined): readonly Substitution[] {
	if (parts === undefined) return NONE;
	const found: Substitution[] = [];
	collect(parts, found);
	return found;
}

function collect(parts: readonly Tree.WordPart[], found: Substitution[]): void {
	for (const part of parts) {
		switch (part.type) {
			case "DoubleQuoted":
			case "LocaleString":
				collect(part.parts, found);
				break;
			case "CommandExpansion":
			case "ProcessSubstitution":
				if (part.script !== undefined) {
					const closed = !part.text.startsWith("${") || part.text.endsWith("}");
					found.push({ script: part.script, at: part.pos, end: part.end, closed });
				}
				break;
			case "ParameterExpansion":
				if (part.operation !== undefined && "operand" in part.operation && part.operation.operand !== undefined)
					collect(part.operation.operand.parts ?? [], found);
				break;
			default:
				break;
		}
	}
}

/** The text of a script between back-ticks, where it holds nothing that they unescape: `\"` in it stays as it is. */
export function unchangedSource(
	outer: MappedText,
	script: Tree.ParsedScript,
	at: number,
	end: number,
): { readonly source: MappedText } | undefined {
	return outer.text.slice(at + 1, end - 1) === script.source ? { source: sliceMapped(outer, at + 1, end - 1) } : undefined;
}
