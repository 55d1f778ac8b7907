import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { hasOption, readArguments } from "../../shell/options.ts";
import { commandsOf } from "../commands/scripts.ts";
import { wordAt } from "../commands/shellVariables.ts";
import type { Step } from "../model/model.ts";

/** A call that compares digests with a list: `sha256sum -c`, `shasum -a 256 -c`. */
export interface ListCheck {
	readonly step: Step;
	readonly command: ShellCommand;
	readonly program: string;
	/** `md5`, `sha1`, `sha256` …; undefined where nobody knows. */
	readonly algorithm: string | undefined;
	/** What writes the line that is compared: echo or printf in front of the pipe sign, or `<<<`. */
	readonly line: WrittenLine | undefined;
}

/** A line for `sha256sum -c` as the script writes it. */
export interface WrittenLine {
	/** The words that make it, options of echo left out. */
	readonly words: readonly ShellWord[];
	/** The command that writes it; undefined for `<<<`. */
	readonly writer: ShellCommand | undefined;
}

const NONE: readonly ListCheck[] = [];
const HASH_PROGRAM = /^(?:(sha(?:1|224|256|384|512)|md5|b2)sum|shasum)$/;

/** The calls of an instruction that compare a list of digests. */
export function listChecksOf(step: Step): readonly ListCheck[] {
	if (!/sum\b/.test(step.line.text) && step.heredocs.length === 0) return NONE;
	return commandsOf(step).flatMap((command): readonly ListCheck[] => {
		const match = command.program?.endsWith("sum") === true ? HASH_PROGRAM.exec(command.program) : null;
		if (match === null) return NONE;
		const args = readArguments(command.args, ["-a", "--algorithm"]);
		if (!hasOption(args, "-c", "--check")) return [];
		const reads = args.operands.every((word) => word.value === "-" || word.value === "/dev/stdin");
		const line = reads ? lineOf(command) : undefined;
		const algorithm = match[1] ?? algorithmOfDigest(step, command, line?.words ?? args.operands);
		return [{ step, command, program: command.program ?? "", algorithm, line }];
	});
}

/** With `-c`, shasum goes by the length of each digest, whatever `-a` says. Source: shasum 6.04, `%len2alg`. */
const BY_LENGTH: ReadonlyMap<number, string> = new Map([
	[40, "sha1"],
	[56, "sha224"],
	[64, "sha256"],
	[96, "sha384"],
	[128, "sha512"],
]);

/** The algorithm by a digest that stands in the words, or by the name of the variable or the list that holds it. */
function algorithmOfDigest(step: Step, command: ShellCommand, words: readonly ShellWord[]): string | undefined {
	const text = words.map((word) => wordAt(step, command, word) ?? word.text).join(" ");
	const digest = /(?<![0-9a-f])[0-9a-f]{40,128}(?![0-9a-f])/i.exec(text)?.[0];
	if (digest !== undefined) return BY_LENGTH.get(digest.length);
	return /sha-?1(?!\d)/i.test(text) ? "sha1" : undefined;
}

function lineOf(command: ShellCommand): WrittenLine | undefined {
	const here = command.redirects.find((redirect) => redirect.operator === "<<<");
	if (here?.target !== undefined) return { words: [here.target], writer: undefined };
	const outer = command.wrapper ?? command;
	const members = outer.pipeline?.commands ?? command.pipeline?.commands ?? [];
	const at = members.findIndex((member) => member === outer || member === command);
	const writer = at === 1 ? members[0] : undefined;
	if (writer?.program !== "echo" && writer?.program !== "printf") return undefined;
	const first = writer.args.findIndex((word) => !/^-[neE]+$/.test(word.text));
	return first === -1 ? undefined : { words: writer.args.slice(first), writer };
}

/** The text of a line, variables resolved where the file gives their values, `\0` where something else decides. */
export function lineText(check: ListCheck, line: WrittenLine): string {
	return line.words.map((word) => wordAt(check.step, check.command, word) ?? "\0").join(" ");
}
