import { anyPattern } from "../../anyPattern.ts";
import { baseName } from "../../baseName.ts";
import { INTERPRETERS, type Interpreter, LAUNCHERS } from "../../knowledge/interpreters.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";

/** A program without its folder, and the words behind it. */
export interface CalledProgram {
	readonly program: string;
	readonly words: readonly string[];
	/** Where it stands among the words of the command; -1 for the command's own name. */
	readonly at: number;
}

/** More than people put in front of each other; each one costs a copy of the words behind it. */
const MANY_PROGRAMS = 8;

/**
 * The program of a command, the one that this runs, and so on, outermost first: `poetry`, `python`, `uvicorn` of
 * `poetry run python -m uvicorn`. Words that a variable hides are as written.
 */
export function programChain({ program, args }: ShellCommand): readonly CalledProgram[] {
	const chain: CalledProgram[] = [];
	let words = args.map(({ value, text }) => value ?? text);
	let at = -1;
	for (let called = program; called !== undefined && chain.length < MANY_PROGRAMS; ) {
		chain.push({ program: called, words, at });
		const next = startOfInner(called, words);
		const inner = words[next];
		called = inner === undefined ? undefined : baseName(inner);
		words = words.slice(next + 1);
		at += next + 1;
	}
	return chain;
}

/** Where the program that another one runs stands among the words behind it; -1 without one. */
function startOfInner(program: string, words: readonly string[]): number {
	const run = interpreted(program, words);
	if (run !== undefined) return run.kind === "text" || run.attached ? -1 : run.at;
	if (!Object.hasOwn(LAUNCHERS, program)) return -1;
	const verb = LAUNCHERS[program];
	if (verb !== undefined && words[0] !== verb) return -1;
	const from = verb !== undefined || /^(?:run|exec|dlx)$/.test(words[0] ?? "") ? 1 : 0;
	return words.findIndex((word, index) => index >= from && !word.startsWith("-"));
}

/** What an interpreter runs: what a word names, or a text. */
interface Interpreted {
	readonly kind: "named" | "text";
	/** The word, among those behind the interpreter; what comes behind it is for the program. */
	readonly at: number;
	/** Whether an option stands in front of the name in the same word: `-mhttp.server`. */
	readonly attached: boolean;
}

/** What the words behind a program make it run; undefined for a program that is no interpreter, and where they name nothing. */
export function interpreted(program: string, words: readonly string[]): Interpreted | undefined {
	const interpreter = isInterpreter(program) ? INTERPRETERS.find((candidate) => candidate.program.test(program)) : undefined;
	if (interpreter === undefined) return undefined;
	for (let at = 0; at < words.length; at++) {
		const word = words[at] ?? "";
		if (word === "-") return { kind: "text", at, attached: false };
		if (word === "--") return at + 1 < words.length ? { kind: "named", at: at + 1, attached: false } : undefined;
		if (!/^[-+]/.test(word)) return { kind: "named", at, attached: false };
		const { kind, attached } = optionOf(interpreter, word);
		const end = attached ? at : at + 1;
		if (kind === "text") return { kind, at: end, attached };
		if (kind === "named") return end === words.length ? undefined : { kind, at: end, attached };
		if (kind === "value") at = end;
	}
	return undefined;
}

/** The module that a call of Python runs, and the words for it: `pip` of `python3 -W ignore -mpip install a`; undefined where it runs none. */
export function pythonModule({ program, args }: ShellCommand): { readonly name: string; readonly args: readonly ShellWord[] } | undefined {
	if (program === undefined || !/^(?:python|pypy)[0-9.]*$/.test(program)) return undefined;
	const words = args.map(({ value, text }) => value ?? text);
	const run = interpreted(program, words);
	if (run?.kind !== "named") return undefined;
	const word = words[run.at] ?? "";
	const behind = args.slice(run.at + 1);
	if (run.attached) return { name: word.slice(word.indexOf("m") + 1), args: behind };
	return /^-[a-zA-Z]*m$/.test(words[run.at - 1] ?? "") ? { name: word, args: behind } : undefined;
}

/** Whether a program is one that runs files of its language. */
export function isInterpreter(program: string): boolean {
	return INTERPRETER_NAME.test(program);
}

/** What any of the interpreters is called. */
const INTERPRETER_NAME = anyPattern(INTERPRETERS.map(({ program }) => program));

interface InterpreterOption {
	readonly kind: "named" | "text" | "value" | "flag";
	/** Whether its value stands in the same word. */
	readonly attached: boolean;
}

/** What the first option that takes a value makes of a word. */
function optionOf(interpreter: Interpreter, word: string): InterpreterOption {
	const [name = ""] = word.split("=", 1);
	const whole = kindOf(interpreter, name);
	if (whole !== "flag") return { kind: whole, attached: name !== word };
	if (!interpreter.bundles || word.startsWith("--")) return { kind: "flag", attached: false };
	for (let index = 1; index < word.length; index++) {
		const kind = kindOf(interpreter, `${word[0]}${word[index]}`);
		if (kind !== "flag") return { kind, attached: index + 1 < word.length };
	}
	return { kind: "flag", attached: false };
}

function kindOf({ named, text, valueOptions }: Interpreter, option: string): InterpreterOption["kind"] {
	if (named.includes(option)) return "named";
	if (text.includes(option)) return "text";
	return valueOptions.includes(option) ? "value" : "flag";
}
