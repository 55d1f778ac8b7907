import type * as Tree from "unbash";

/** A script whose output or whose pipe stands in a word: `$(date)`, `<(sort list)`. */
export interface Substitution {
	readonly script: Tree.ParsedScript;
	/** Where the substitution stands in the text of the script around it. */
	readonly at: number;
	readonly end: number;
}

/** The substitutions of a command's word, assignment or redirection, in the order of the text; not those inside of them. */
export function* partSubstitutions(part: Tree.Word | Tree.Assignment | Tree.Redirection): Generator<Substitution> {
	if (part.type === "Word") yield* wordSubstitutions(part);
	else if (part.type !== "Assignment") yield* redirectSubstitutions(part);
	else if (part.value.type === "Word") yield* wordSubstitutions(part.value);
}

/** The substitutions of a redirection's target, or of a heredoc's body. */
export function* redirectSubstitutions(redirect: Tree.Redirection): Generator<Substitution> {
	if (redirect.type === "HereDoc") yield* inParts(redirect.body.parts ?? []);
	else if (redirect.target !== undefined) yield* wordSubstitutions(redirect.target);
}

/** The substitutions of a word. */
export function wordSubstitutions(word: Tree.Word): Generator<Substitution> {
	return inParts(word.parts ?? []);
}

function* inParts(parts: readonly Tree.WordPart[]): Generator<Substitution> {
	for (const part of parts) {
		switch (part.type) {
			case "DoubleQuoted":
			case "LocaleString":
				yield* inParts(part.parts);
				break;
			case "CommandExpansion":
			case "ProcessSubstitution":
				if (part.script !== undefined) yield { script: part.script, at: part.pos, end: part.end };
				break;
			case "ParameterExpansion":
				if (part.operation !== undefined && "operand" in part.operation && part.operation.operand !== undefined)
					yield* wordSubstitutions(part.operation.operand);
				break;
			default:
				break;
		}
	}
}
