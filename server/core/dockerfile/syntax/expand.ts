import { Refusal, withoutMatch, withReplacement } from "../../shell/expandPattern.ts";
import { TextCursor } from "./textCursor.ts";
import { boundedLookup, type VariableValue } from "./variableValue.ts";
import { WordBuffer } from "./wordBuffer.ts";

/**
 * Variable substitution and word splitting as BuildKit does it in ADD, COPY, ENV, EXPOSE, FROM, LABEL, STOPSIGNAL, USER,
 * VOLUME and WORKDIR. Behaviour observed in BuildKit's frontend (`frontend/dockerfile/shell`); it is no shell: operators,
 * globs and command substitutions mean nothing here.
 */

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

/** `<<` with the blanks behind it is one piece, so that `<< NAME` stays one word. */
const ANGLE = /^(?:<<[\t\r ]*|<)/;
const NAME = /^(?:\p{Nd}+|[@*#?\-$!]|[\p{L}\p{Nd}_]+)/u;

/** Substitutes variables in `text`, takes quotes and escapes away. Never throws. */
export function expand(text: string, options: ExpandOptions): Expansion {
	const state = new Expander(text, options);
	try {
		const value = state.upTo(undefined, options.rawEscapes ?? false);
		if (state.unknown.length > 0) return { kind: "unknown", names: state.unknown, unset: state.unset };
		return { kind: "known", value, words: state.words.finish(), unset: state.unset };
	} catch (error) {
		if (error instanceof Refusal) return { kind: "invalid", message: error.message };
		throw error;
	}
}

/** One pass over a text. A class because the recursion shares the place in the text and the word being built. */
class Expander {
	readonly unknown: string[] = [];
	readonly unset: UnsetVariable[] = [];
	readonly words = new WordBuffer();
	private depth = 0;
	private readonly lookup: (name: string) => VariableValue;
	private readonly from: TextCursor;
	private readonly options: ExpandOptions;
	/** The characters that mean something wherever they stand. */
	private readonly special: string;

	constructor(text: string, options: ExpandOptions) {
		this.from = new TextCursor(text);
		this.options = options;
		this.special = `$<${options.plainQuotes === true ? "" : "'\""}${options.escape}`;
		this.lookup = boundedLookup(options.lookup);
	}

	/** Reads up to `stop` (taken too) or, without one, to the end. */
	upTo(stop: string | undefined, rawEscapes: boolean): string {
		// BuildKit shares the buffer of the current word with the inner reading, which empties it.
		const returnToOuter = this.words.begin();
		const special = this.special + (stop ?? "");
		let result = "";
		while (!this.from.ended) {
			const character = this.from.peek();
			if (character === stop) {
				this.from.at++;
				returnToOuter();
				return result;
			}
			if (character === "$") {
				const value = this.variable();
				result += value;
				this.words.addPlain(value);
			} else if (character === "<" || (this.options.plainQuotes !== true && (character === "'" || character === '"'))) {
				const value =
					character === "<" ? this.from.take(ANGLE, 64) : character === "'" ? this.singleQuoted() : this.doubleQuoted(rawEscapes);
				result += value;
				this.words.add(value);
			} else if (character === this.options.escape) {
				this.from.at++;
				if (rawEscapes) {
					this.words.add(character);
					result += character;
				}
				if (this.from.ended) break;
				const escaped = this.from.next();
				this.words.add(escaped);
				result += escaped;
			} else {
				const plain = this.from.takeUntil(special);
				this.words.addPlain(plain);
				result += plain;
			}
		}
		if (stop !== undefined) throw new Refusal(`unexpected end of statement while looking for matching ${stop}`);
		return result;
	}

	private singleQuoted(): string {
		const raw = this.from.take(/^'[^']*'/);
		if (raw === "") throw new Refusal("unexpected end of statement while looking for matching single-quote");
		return this.options.rawQuotes ? raw : raw.slice(1, -1);
	}

	private doubleQuoted(rawEscapes: boolean): string {
		const quote = this.options.rawQuotes ? '"' : "";
		this.from.at++;
		let result = quote;
		for (;;) {
			if (this.from.ended) throw new Refusal("unexpected end of statement while looking for matching double-quote");
			if (this.from.peek() === "$") {
				result += this.variable();
				continue;
			}
			const plain = this.from.takeUntil(`"$${this.options.escape}`);
			result += plain;
			if (plain !== "") continue;
			const character = this.from.next();
			if (character === '"') return result + quote;
			if (rawEscapes) result += character;
			const escaped = this.from.peek();
			result += escaped === '"' || escaped === "$" || escaped === character ? this.from.next() : character;
		}
	}

	private get(name: string): VariableValue {
		const value = this.lookup(name);
		if (value.kind === "unknown") this.unknown.push(name);
		return value;
	}

	/** What a modifier made of a variable; unknown if it was too much. */
	private made(name: string, value: string | undefined): string {
		if (value === undefined) this.unknown.push(name);
		return value ?? "";
	}

	private variable(): string {
		this.from.at++;
		if (this.from.text[this.from.at] !== "{") {
			const at = this.from.at;
			const name = this.from.take(NAME);
			if (name === "") return "$";
			return this.plain({ name, at }, `$${name}`);
		}
		const at = ++this.from.at;
		const first = this.from.text[this.from.at];
		if (first === undefined) throw new Refusal("syntax error: missing '}'");
		if (first === "{" || first === "}" || first === ":") throw new Refusal("syntax error: bad substitution");
		const name = this.from.take(NAME);
		if (this.from.ended) throw new Refusal("unsupported modifier (\uFFFD) in substitution");
		const operator = this.from.next();
		if (operator === "}") return this.plain({ name, at }, `\${${name}}`);
		if (operator === "/") return this.replaced({ name, at });
		return this.modified({ name, at }, operator);
	}

	private plain(variable: UnsetVariable, reference: string): string {
		const value = this.get(variable.name);
		if (value.kind === "set") return value.value;
		if (value.kind === "unset") this.unset.push(variable);
		return value.kind === "unset" && this.options.keepUnset ? reference : "";
	}

	private inner(stop: string, rawEscapes: boolean): string {
		if (++this.depth > DEEPEST) throw new Refusal("too many substitutions in one another");
		try {
			const result = this.upTo(stop, rawEscapes);
			this.depth--;
			return result;
		} catch (error) {
			if (error instanceof Refusal && this.from.ended) throw new Refusal(`syntax error: missing '${stop}'`);
			throw error;
		}
	}

	private modified(variable: UnsetVariable, first: string): string {
		const { name } = variable;
		const emptyIsUnset = first === ":";
		const operator = emptyIsUnset && !this.from.ended ? this.from.next() : first;
		const written = emptyIsUnset ? `:${operator}` : operator;
		const pattern = operator === "#" || operator === "%";
		const known = "+-?#%".includes(operator);
		if (emptyIsUnset ? pattern : !known) throw new Refusal(`unsupported modifier (${written}) in substitution`);
		const unknownBefore = this.unknown.length;
		const unsetBefore = this.unset.length;
		const word = this.inner("}", pattern);
		const value = this.lookup(name);
		if (this.options.keepUnset && value.kind === "unset") return `\${${name}${written}${word}}`;
		if (!known) throw new Refusal(`unsupported modifier (${written}) in substitution`);
		if (value.kind === "unknown") return this.made(name, undefined);
		const text = value.kind === "set" ? value.value : undefined;
		if (pattern) {
			if (text === undefined) this.unset.push(variable);
			const greedy = word.startsWith(operator);
			return this.made(name, withoutMatch(greedy ? word.slice(1) : word, text ?? "", greedy, operator === "%"));
		}
		const missing = text === undefined || (emptyIsUnset && text === "");
		if (operator === "?" && missing)
			throw new Refusal(`${name}: ${word || (text === undefined ? "is not allowed to be unset" : "is not allowed to be empty")}`);
		if (operator === "-" ? missing : operator === "+" && !missing) return word;
		// What the word would have needed does not count when the word is not used.
		this.unknown.length = unknownBefore;
		this.unset.length = unsetBefore;
		return operator === "+" ? "" : (text ?? "");
	}

	private replaced(variable: UnsetVariable): string {
		const { name } = variable;
		const all = this.from.text[this.from.at] === "/";
		if (all) this.from.at++;
		const pattern = this.inner("/", true);
		const replacement = this.inner("}", true);
		const value = this.get(name);
		if (value.kind === "unknown") return "";
		if (value.kind === "unset" && this.options.keepUnset) return `\${${name}/${pattern}/${replacement}}`;
		if (value.kind === "unset") this.unset.push(variable);
		return this.made(name, withReplacement(pattern, value.kind === "set" ? value.value : "", replacement, all));
	}
}
