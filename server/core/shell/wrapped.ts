import { WRAPPERS, type Wrapper } from "../knowledge/wrappers.ts";
import { isContiguous, type MappedText, sliceMapped } from "../mappedText.ts";
import { ownValue } from "../ownValue.ts";
import type { Span } from "../text.ts";
import type { ShellAssignment, ShellCommand, ShellWord } from "./model.ts";
import { programOf } from "./parts.ts";

/** What a wrapper runs: a command made of its own words, or a script in one of them. */
export type Wrapped =
	| { readonly kind: "command"; readonly command: ShellCommand }
	| {
			readonly kind: "script";
			readonly wrapper: ShellCommand;
			/** The script with its place; undefined where quotes or escapes were taken away, so that only `span` is known. */
			readonly script: MappedText | undefined;
			readonly text: string;
			readonly span: Span;
	  };

/** The commands that `command` runs, if it is one that runs others: `sudo`, `env`, `xargs`, `find -exec`, `sh -c` … */
export function wrappedCommands(command: ShellCommand, source: MappedText): readonly Wrapped[] {
	const wrapper = command.program === undefined ? undefined : ownValue(WRAPPERS, command.program);
	if (wrapper === undefined) return [];
	if (wrapper.commandOptions !== undefined) return commandsOfOptions(command, wrapper.commandOptions);
	if (wrapper.joinsWords) return scriptOf(command, command.args.length === 1 ? command.args[0] : undefined, source);
	if (wrapper.scriptOption !== undefined) {
		const at = scriptOptionAt(command.args, wrapper);
		if (at !== undefined) return scriptOf(command, command.args[at + 1], source);
		const runsWords = wrapper.runsWordsWith !== undefined && command.args.some((word) => word.value === wrapper.runsWordsWith);
		if (!runsWords) return [];
	}
	const { subcommand } = wrapper;
	if (subcommand !== undefined && command.args[0]?.value !== subcommand) return [];
	const options = readOptions(command.args.slice(subcommand === undefined ? 0 : 1), wrapper);
	if (options.query) return [];
	let rest = options.rest;
	if (wrapper.separator !== undefined) {
		const separator = rest.findIndex((word) => word.value === wrapper.separator);
		// The words in front of the script are names: `scl enable gcc-toolset-12 'make'`.
		if (separator === -1) return scriptOf(command, rest.length > 1 ? rest.at(-1) : undefined, source);
		rest = rest.slice(separator + 1);
	}
	return innerCommand(command, rest.slice(wrapper.operands ?? 0), wrapper.assignments ?? false);
}

interface WrapperOptions {
	readonly rest: readonly ShellWord[];
	readonly query: boolean;
}

function readOptions(words: readonly ShellWord[], wrapper: Wrapper): WrapperOptions {
	let query = false;
	let at = 0;
	for (; at < words.length; at++) {
		const text = words[at]?.value;
		if (text === undefined || !/^[-+]./.test(text)) break;
		if (text === "--") {
			at++;
			break;
		}
		if (wrapper.queryOptions?.includes(text)) query = true;
		if (takesValue(text, wrapper)) at++;
	}
	return { rest: words.slice(at), query };
}

/** Where `-c` stands among the words; undefined without one, or if a script file comes first. */
function scriptOptionAt(words: readonly ShellWord[], wrapper: Wrapper): number | undefined {
	for (let at = 0; at < words.length; at++) {
		const text = words[at]?.value;
		if (isScriptOption(text, wrapper)) return at;
		const option = text !== undefined && /^[-+]./.test(text);
		if (text === "--" || (!option && text !== "-" && wrapper.operandsBeforeScript !== true)) return undefined;
		if (option && takesValue(text, wrapper)) at++;
	}
	return undefined;
}

function isScriptOption(text: string | undefined, wrapper: Wrapper): boolean {
	if (text === undefined || wrapper.scriptOption === undefined) return false;
	return text === "--command" || (/^-[a-zA-Z]+$/.test(text) && text.includes(wrapper.scriptOption));
}

function takesValue(text: string, wrapper: Wrapper): boolean {
	if (wrapper.valueOptions === undefined) return false;
	if (wrapper.valueOptions.includes(text)) return true;
	return /^-[a-zA-Z]{2,}$/.test(text) && wrapper.valueOptions.includes(`-${text.at(-1)}`);
}

function innerCommand(wrapper: ShellCommand, words: readonly ShellWord[], mayAssign: boolean): readonly Wrapped[] {
	let at = 0;
	const assignments: ShellAssignment[] = [];
	for (; mayAssign && at < words.length; at++) {
		const word = words[at] as ShellWord;
		const match = /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(word.text);
		if (match === null) break;
		assignments.push({ name: match[1] as string, value: valueBehind(word, match[0].length), span: word.span });
	}
	const name = words[at];
	// An option behind an operand is one that is not known here: `flock FILE -c "…"`.
	if (name === undefined || name.text.startsWith("-")) return [];
	return [{ kind: "command", command: commandFrom(wrapper, name, words.slice(at + 1), assignments) }];
}

/** The part of `NAME=value` behind the equals sign, as a word. */
function valueBehind(word: ShellWord, length: number): ShellWord {
	const [first, ...others] = word.parts;
	const parts = first?.kind === "text" ? [{ kind: "text" as const, text: first.text.slice(length) }, ...others] : word.parts;
	return {
		...word,
		text: word.text.slice(length),
		value: word.value?.slice(length),
		parts,
		at: word.at + length,
		span: { start: word.span.start + length, end: word.span.end },
	};
}

function commandFrom(
	wrapper: ShellCommand,
	name: ShellWord,
	args: readonly ShellWord[],
	assignments: readonly ShellAssignment[],
): ShellCommand {
	const last = args[args.length - 1] ?? name;
	return {
		...wrapper,
		name,
		program: programOf(name),
		args,
		assignments: [...wrapper.assignments, ...assignments],
		span: { start: name.span.start, end: last.span.end },
		at: name.at,
		end: last.end,
		wrapper,
	};
}

function commandsOfOptions(command: ShellCommand, options: readonly string[]): readonly Wrapped[] {
	const found: Wrapped[] = [];
	for (let at = 0; at < command.args.length; at++) {
		if (!options.includes(command.args[at]?.value ?? "")) continue;
		const words: ShellWord[] = [];
		for (at++; at < command.args.length; at++) {
			const word = command.args[at] as ShellWord;
			if (word.value === ";" || word.value === "+") break;
			words.push(word);
		}
		found.push(...innerCommand(command, words, false));
	}
	return found;
}

function scriptOf(wrapper: ShellCommand, word: ShellWord | undefined, source: MappedText): readonly Wrapped[] {
	if (word === undefined || !word.parts.some((part) => part.kind === "text" && part.text.trim() !== "")) return [];
	const quote = word.text[0];
	const body = word.text.slice(1, -1);
	const plain =
		quote === "'" ? word.value === body : quote === '"' && !body.includes("\\") && word.text.endsWith('"') && !body.includes('"');
	if (plain && word.text.length > 1) {
		const script = sliceMapped(source, word.at + 1, word.end - 1);
		if (script.text === body) return [{ kind: "script", wrapper, script, text: body, span: word.span }];
	}
	if (word.value === undefined) return [];
	const bare = word.text === word.value && isContiguous(source, word.at, word.end);
	return [
		{ kind: "script", wrapper, script: bare ? sliceMapped(source, word.at, word.end) : undefined, text: word.value, span: word.span },
	];
}
