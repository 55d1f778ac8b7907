import { isSpace } from "./characters.ts";

/**
 * Variable substitution and word splitting as BuildKit does it in ADD, COPY, ENV, EXPOSE, FROM, LABEL, STOPSIGNAL, USER,
 * VOLUME and WORKDIR. Behaviour observed in BuildKit's frontend (`frontend/dockerfile/shell`); it is no shell: operators,
 * globs and command substitutions mean nothing here.
 */

/** What is known of a variable: its value, that it is not set, or that it is set to something the file does not show. */
export type VariableValue = { readonly kind: "set"; readonly value: string } | { readonly kind: "unset" } | { readonly kind: "unknown" };

export const UNSET: VariableValue = { kind: "unset" };
export const UNKNOWN: VariableValue = { kind: "unknown" };

/** A text after substitution. */
export type Expansion =
	| {
			readonly kind: "known";
			readonly value: string;
			/** The value split at blanks that are neither quoted nor escaped. */
			readonly words: readonly string[];
			/** What had no value and no default. */
			readonly unset: readonly UnsetVariable[];
	  }
	/** A variable hides the value. */
	| { readonly kind: "unknown"; readonly names: readonly string[]; readonly unset: readonly UnsetVariable[] }
	/** BuildKit refuses the text. */
	| { readonly kind: "invalid"; readonly message: string };

/** A reference to a variable that nothing sets. */
export interface UnsetVariable {
	readonly name: string;
	/** Offset of the name in the text. */
	readonly at: number;
}

export interface ExpandOptions {
	/** The escape character of the file. */
	readonly escape: string;
	readonly lookup: (name: string) => VariableValue;
	/** Keep quotes as they are. */
	readonly rawQuotes?: boolean;
	/** Quotes mean nothing, as in the body of a heredoc. */
	readonly plainQuotes?: boolean;
	/** Keep escape characters as they are. */
	readonly rawEscapes?: boolean;
	/** Keep references to variables that are not set, instead of dropping them. */
	readonly keepUnset?: boolean;
}

/** Substitutions inside substitutions beyond which a text is given up; the stack is finite. */
const DEEPEST = 200;

class Refusal extends Error {}

/** Substitutes variables in `text`, takes quotes and escapes away. Never throws. */
export function expand(text: string, options: ExpandOptions): Expansion {
	const state = new Expander(text, options);
	try {
		const value = state.upTo(undefined, options.rawEscapes ?? false);
		if (state.unknown.length > 0) return { kind: "unknown", names: state.unknown, unset: state.unset };
		return { kind: "known", value, words: state.finishedWords(), unset: state.unset };
	} catch (error) {
		if (error instanceof Refusal) return { kind: "invalid", message: error.message };
		throw error;
	}
}

/** One pass over a text. A class because the recursion shares the place in the text and the word being built. */
class Expander {
	readonly unknown: string[] = [];
	readonly unset: UnsetVariable[] = [];
	private at = 0;
	private depth = 0;
	private words: string[] = [];
	private word = "";
	private inWord = false;
	private readonly text: string;
	private readonly options: ExpandOptions;

	constructor(text: string, options: ExpandOptions) {
		this.text = text;
		this.options = options;
	}

	/** Reads up to `stop` (taken too) or, without one, to the end. */
	upTo(stop: string | undefined, rawEscapes: boolean): string {
		const outerWords = this.words;
		// BuildKit shares the buffer of the current word with the inner reading, which empties it.
		this.word = "";
		this.words = [];
		this.inWord = false;
		let result = "";
		while (this.at < this.text.length) {
			const character = this.character();
			if (character === stop) {
				this.at++;
				this.finishedWords();
				this.words = outerWords;
				return result;
			}
			if (character === "$") {
				const value = this.variable();
				result += value;
				for (const part of value) this.addCharacter(part);
			} else if (character === "<" || (this.options.plainQuotes !== true && (character === "'" || character === '"'))) {
				const value = character === "<" ? this.angle() : character === "'" ? this.singleQuoted() : this.doubleQuoted(rawEscapes);
				result += value;
				this.word += value;
				this.inWord = true;
			} else if (character === this.options.escape) {
				this.at++;
				if (rawEscapes) {
					this.addRaw(character);
					result += character;
				}
				if (this.at >= this.text.length) break;
				const escaped = this.next();
				this.addRaw(escaped);
				result += escaped;
			} else {
				this.at += character.length;
				this.addCharacter(character);
				result += character;
			}
		}
		if (stop !== undefined) throw new Refusal(`unexpected end of statement while looking for matching ${stop}`);
		return result;
	}

	finishedWords(): readonly string[] {
		if (this.word !== "") {
			this.words.push(this.word);
			this.word = "";
			this.inWord = false;
		}
		return this.words;
	}

	private character(): string {
		return String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
	}

	private next(): string {
		const character = this.character();
		this.at += character.length;
		return character;
	}

	private addCharacter(character: string): void {
		const space = isSpace(character.charCodeAt(0));
		if (!space) this.addRaw(character);
		else if (this.inWord && this.word !== "") this.finishedWords();
	}

	private addRaw(character: string): void {
		this.word += character;
		this.inWord = true;
	}

	private singleQuoted(): string {
		const end = this.text.indexOf("'", this.at + 1);
		if (end === -1) throw new Refusal("unexpected end of statement while looking for matching single-quote");
		const raw = this.text.slice(this.at, end + 1);
		this.at = end + 1;
		return this.options.rawQuotes ? raw : raw.slice(1, -1);
	}

	private doubleQuoted(rawEscapes: boolean): string {
		const quote = this.options.rawQuotes ? '"' : "";
		this.at++;
		let result = quote;
		for (;;) {
			if (this.at >= this.text.length) throw new Refusal("unexpected end of statement while looking for matching double-quote");
			const character = this.character();
			if (character === '"') {
				this.at++;
				return result + quote;
			}
			if (character === "$") {
				result += this.variable();
				continue;
			}
			this.at += character.length;
			if (character === this.options.escape) {
				if (rawEscapes) result += character;
				const escaped = this.text[this.at];
				if (escaped === undefined) continue;
				if (escaped === '"' || escaped === "$" || escaped === this.options.escape) {
					this.at++;
					result += escaped;
					continue;
				}
			}
			result += character;
		}
	}

	/** `<<` with the blanks behind it is one piece, so that `<< NAME` stays one word. */
	private angle(): string {
		const blanks = /^<<[\t\r ]*/.exec(this.text.slice(this.at, this.at + 64));
		const result = blanks?.[0] ?? "<";
		this.at += result.length;
		return result;
	}

	private name(): string {
		const rest = this.text.slice(this.at);
		const match = /^(?:\p{Nd}+|[@*#?\-$!]|[\p{L}\p{Nd}_]+)/u.exec(rest);
		const name = match?.[0] ?? "";
		this.at += name.length;
		return name;
	}

	private get(name: string): VariableValue {
		const value = this.options.lookup(name);
		if (value.kind === "unknown") this.unknown.push(name);
		return value;
	}

	private variable(): string {
		this.at++;
		if (this.text[this.at] !== "{") {
			const at = this.at;
			const name = this.name();
			if (name === "") return "$";
			return this.plain({ name, at }, `$${name}`);
		}
		const at = ++this.at;
		const first = this.text[this.at];
		if (first === undefined) throw new Refusal("syntax error: missing '}'");
		if (first === "{" || first === "}" || first === ":") throw new Refusal("syntax error: bad substitution");
		const name = this.name();
		if (this.at >= this.text.length) throw new Refusal("unsupported modifier (\uFFFD) in substitution");
		const operator = this.next();
		if (operator === "}") return this.plain({ name, at }, `\${${name}}`);
		if (operator === "/") return this.replaced({ name, at });
		return this.modified({ name, at }, operator);
	}

	private plain(variable: UnsetVariable, reference: string): string {
		const value = this.get(variable.name);
		if (value.kind === "set") return value.value;
		if (value.kind === "unset") {
			this.unset.push(variable);
			if (this.options.keepUnset) return reference;
		}
		return "";
	}

	private inner(stop: string, rawEscapes: boolean): string {
		if (++this.depth > DEEPEST) throw new Refusal("too many substitutions in one another");
		try {
			const result = this.upTo(stop, rawEscapes);
			this.depth--;
			return result;
		} catch (error) {
			if (error instanceof Refusal && this.at >= this.text.length) throw new Refusal(`syntax error: missing '${stop}'`);
			throw error;
		}
	}

	private modified(variable: UnsetVariable, first: string): string {
		const { name } = variable;
		const emptyIsUnset = first === ":";
		const operator = emptyIsUnset && this.at < this.text.length ? this.next() : first;
		const written = emptyIsUnset ? `:${operator}` : operator;
		if (!"+-?#%".includes(operator) && !emptyIsUnset) throw new Refusal(`unsupported modifier (${written}) in substitution`);
		const pattern = operator === "#" || operator === "%";
		if (emptyIsUnset && pattern) throw new Refusal(`unsupported modifier (${written}) in substitution`);
		const unknownBefore = this.unknown.length;
		const unsetBefore = this.unset.length;
		const word = this.inner("}", pattern);
		const value = this.options.lookup(name);
		if (this.options.keepUnset && value.kind === "unset") return `\${${name}${written}${word}}`;
		const unknown = (): string => {
			this.unknown.push(name);
			return "";
		};
		/** What the word would have needed does not count when the word is not used. */
		const without = (result: string): string => {
			this.unknown.length = unknownBefore;
			this.unset.length = unsetBefore;
			return result;
		};
		const missing = value.kind === "unset" || (value.kind === "set" && emptyIsUnset && value.value === "");
		switch (operator) {
			case "-":
				if (value.kind === "unknown") return unknown();
				return missing ? word : without(value.kind === "set" ? value.value : "");
			case "+":
				if (value.kind === "unknown") return unknown();
				return missing ? without("") : word;
			case "?":
				if (value.kind === "unknown") return unknown();
				if (missing)
					throw new Refusal(`${name}: ${word || (value.kind === "unset" ? "is not allowed to be unset" : "is not allowed to be empty")}`);
				return without(value.kind === "set" ? value.value : "");
			case "#":
			case "%": {
				if (value.kind === "unknown") return unknown();
				if (value.kind === "unset") this.unset.push(variable);
				const greedy = word.startsWith(operator);
				const text = value.kind === "set" ? value.value : "";
				return trimmed(greedy ? word.slice(1) : word, text, greedy, operator === "%");
			}
			default:
				throw new Refusal(`unsupported modifier (${written}) in substitution`);
		}
	}

	private replaced(variable: UnsetVariable): string {
		const { name } = variable;
		const all = this.text[this.at] === "/";
		if (all) this.at++;
		const pattern = this.inner("/", true);
		const replacement = this.inner("}", true);
		const value = this.get(name);
		if (value.kind === "unknown") return "";
		if (value.kind === "unset" && this.options.keepUnset) return `\${${name}/${pattern}/${replacement}}`;
		if (value.kind === "unset") this.unset.push(variable);
		const expression = new RegExp(shellPattern(pattern, true), all ? "gsu" : "su");
		return (value.kind === "set" ? value.value : "").replace(expression, () => replacement);
	}
}

/** A shell pattern (`*`, `?`, escapes) as a regular expression. */
function shellPattern(pattern: string, greedy: boolean): string {
	let expression = "";
	for (let at = 0; at < pattern.length; at++) {
		const character = pattern[at] as string;
		if (character === "*") expression += greedy ? ".*" : ".*?";
		else if (character === "?") expression += ".";
		else if (character === "\\") {
			const escaped = pattern[at + 1];
			if (escaped === "}" || escaped === "/") continue;
			if (escaped !== "*" && escaped !== "?" && escaped !== "\\") throw new Refusal(`invalid pattern (${pattern}) in substitution`);
			expression += `\\${escaped}`;
			at++;
		} else expression += character.replace(/[[\]{}.+()|^$/]/, "\\$&");
	}
	return expression;
}

/** `value` without the start (or end) that the pattern matches. */
function trimmed(pattern: string, value: string, greedy: boolean, fromEnd: boolean): string {
	if (!fromEnd) return value.replace(new RegExp(`^${shellPattern(pattern, greedy)}`, "su"), "");
	const expression = new RegExp(`^${shellPattern(pattern, true)}$`, "su");
	const characters = [...value];
	const candidates = characters.map((_, index) => index).concat(characters.length);
	if (!greedy) candidates.reverse();
	for (const start of candidates) {
		if (expression.test(characters.slice(start).join(""))) return characters.slice(0, start).join("");
	}
	return value;
}
