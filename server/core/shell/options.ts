import type { ShellWord } from "./model.ts";

/** One option as given, bundles taken apart. */
export interface ShellOption {
	/** With its dashes: `-y`, `--yes`. */
	readonly name: string;
	/** `VALUE` of `--name=VALUE`, `--name VALUE`, `-nVALUE`; undefined for options without one, or where a variable hides it. */
	readonly value: string | undefined;
	/** The word that holds the option. */
	readonly word: ShellWord;
	/** The word that holds the value, if it is another one. */
	readonly valueWord: ShellWord | undefined;
}

/** The words of a command, sorted into options and the rest. */
export interface ShellArguments {
	readonly options: readonly ShellOption[];
	readonly operands: readonly ShellWord[];
	/** Whether a word is hidden by an expansion that could hold options (`$FLAGS`, `"$@"`). */
	readonly uncertain: boolean;
}

/**
 * Sorts words into options and operands. `valueOptions` lists the options that take the next word (or the rest of a
 * bundle) as their value, with their dashes; `--` ends the options.
 */
export function readArguments(words: readonly ShellWord[], valueOptions: readonly string[]): ShellArguments {
	const options: ShellOption[] = [];
	const operands: ShellWord[] = [];
	let uncertain = false;
	for (let at = 0; at < words.length; at++) {
		const word = words[at] as ShellWord;
		const first = word.parts[0];
		const text = first?.kind === "text" ? first.text : word.parts.length === 0 ? "" : undefined;
		if (text === undefined) {
			if (mayHoldOptions(word)) uncertain = true;
			operands.push(word);
		} else if (text === "--" && word.value === "--") {
			operands.push(...words.slice(at + 1));
			break;
		} else if (text.startsWith("--")) {
			const equals = text.indexOf("=");
			const name = equals === -1 ? text : text.slice(0, equals);
			const takesNext = equals === -1 && valueOptions.includes(name) && words[at + 1] !== undefined;
			if (takesNext) at++;
			const valueWord = takesNext ? words[at] : undefined;
			options.push({
				name,
				value: takesNext ? valueWord?.value : equals === -1 ? undefined : word.value?.slice(equals + 1),
				word,
				valueWord,
			});
		} else if (text.startsWith("-") && text.length > 1 && text[1] !== "\n") {
			at = bundle(words, at, text, valueOptions, options);
		} else operands.push(word);
	}
	return { options, operands, uncertain };
}

/** Whether a word begins with an expansion that could become options: `$FLAGS`, `"$@"`. */
export function mayHoldOptions(word: ShellWord): boolean {
	const first = word.parts[0];
	return first !== undefined && first.kind !== "text" && (!word.quoted || word.text.includes("@"));
}

/** Takes `-abc` apart; gives the index of the last word that was used. */
function bundle(words: readonly ShellWord[], at: number, text: string, valueOptions: readonly string[], options: ShellOption[]): number {
	const word = words[at] as ShellWord;
	if (word.value === text && valueOptions.includes(text)) {
		const valueWord = words[at + 1];
		options.push({ name: text, value: valueWord?.value, word, valueWord });
		return valueWord === undefined ? at : at + 1;
	}
	for (let index = 1; index < text.length; index++) {
		const name = `-${text[index]}`;
		if (!valueOptions.includes(name)) {
			options.push({ name, value: undefined, word, valueWord: undefined });
			continue;
		}
		const inBundle = index + 1 < text.length || word.value === undefined;
		const valueWord = inBundle ? undefined : words[at + 1];
		options.push({ name, value: inBundle ? word.value?.slice(index + 1) : valueWord?.value, word, valueWord });
		return inBundle || valueWord === undefined ? at : at + 1;
	}
	return at;
}

export function findOption(args: ShellArguments, ...names: readonly string[]): ShellOption | undefined {
	return args.options.find((option) => names.includes(option.name));
}

export function hasOption(args: ShellArguments, ...names: readonly string[]): boolean {
	return findOption(args, ...names) !== undefined;
}
