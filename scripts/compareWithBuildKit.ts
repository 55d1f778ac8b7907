/**
 * Compares our structure of Dockerfiles with that of BuildKit's parser, on random texts made of whatever is hard to read.
 *
 *   node scripts/compareWithBuildKit.ts [--count 20000] [--seed 1]        needs Go on the PATH
 *
 * Prints the first differences and how many there are; exits with 1 if there is one, with 2 if it cannot compare.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { scan } from "../server/core/dockerfile/model/scan.ts";
import type { Heredoc } from "../server/core/dockerfile/syntax/heredoc.ts";
import type { Instruction, Structure } from "../server/core/dockerfile/syntax/structure.ts";
import { splitAssignments, splitAtBlanks } from "../server/core/dockerfile/syntax/words.ts";
import { randomFrom } from "../test/support/random.ts";

const PARSER = fileURLToPath(new URL("buildkit", import.meta.url));
const SHOWN = 10;

const KEYWORDS = ["RUN", "COPY", "ENV", "LABEL", "FROM", "ONBUILD", "HEALTHCHECK", "CMD", "ARG", "ADD", "VOLUME", "SHELL"];
const LINE_ENDS = ["\n", "\n", "\n", "\r\n", "\r", "\\", "\\\n", "\\ \n", "`", "`\n", "\\\\"];
const BLANKS = [" ", "  ", "\t", "\v", "\f"];
const COMMENTS = ["# escape=`\n", "# syntax=a\n", "#", "# c\n"];
const HEREDOCS = ["<<EOF", "<<-EOF", "<< EOF", "EOF", "EOF\n", "<<'E'", '<<"E"', "E\n", "\tE\n", "3<<A", "A\n", "<", "<<", "<<<", "-"];
const EXPANSIONS = ["'", '"', "$", "${x}", "${x:-y}", "${x^}", "$((1<<2))", "{", "}"];
const JSON_PIECES = ["[", "]", '["a"]', '["a", "b"]', '["a",1]', ","];
const FLAGS = ["--", "--x", "--mount=type=a,b=c", '--x="a b"', "--x='q"];
const WORDS = ["=", "a=b", "a", "b c", "NONE", "CMD ", "from ", "run "];
const TOKENS = [KEYWORDS, LINE_ENDS, BLANKS, COMMENTS, HEREDOCS, EXPANSIONS, JSON_PIECES, FLAGS, WORDS].flat();

/** One to fourteen tokens, half of them behind a keyword, some on lines of their own; two texts out of three begin with a FROM. */
function randomText(random: () => number): string {
	const below = (limit: number) => Math.floor(random() * limit);
	const pick = (list: readonly string[]) => list[below(list.length)] ?? "";
	const start = below(3) === 0 ? "" : "FROM a\n";
	const token = () => (below(2) === 0 ? pick(TOKENS) : `${pick(["", "", "\n"])}${pick(KEYWORDS)} ${pick(TOKENS)}`);
	return start + Array.from({ length: 1 + below(14) }, token).join("");
}

/** What `scripts/buildkit` prints for a text. */
interface BuildKitAnswer {
	readonly escape?: string;
	readonly instructions?: readonly BuildKitInstruction[];
	readonly parseError?: readonly [string, number];
}

interface BuildKitInstruction {
	readonly keyword: string;
	readonly start: number;
	readonly end: number;
	readonly flags?: readonly string[];
	readonly json?: boolean;
	readonly args: readonly string[];
	readonly heredocs?: readonly BuildKitHeredoc[];
	readonly sub?: BuildKitInstruction;
}

interface BuildKitHeredoc {
	readonly name: string;
	readonly expand: boolean;
	readonly stripTabs: boolean;
	readonly fd: number;
	readonly content: string;
}

function askBuildKit(texts: readonly string[]): readonly BuildKitAnswer[] {
	const input = texts.map((text, index) => `${JSON.stringify({ id: String(index), text })}\n`).join("");
	const { error, status, stdout, stderr } = spawnSync("go", ["run", "."], { cwd: PARSER, input, encoding: "utf8", maxBuffer: 1 << 30 });
	if (error !== undefined) {
		const missing = "code" in error && error.code === "ENOENT";
		throw new Error(missing ? "go is not on the PATH; install it: https://go.dev/doc/install" : error.message);
	}
	if (status !== 0) throw new Error(`go run . in ${PARSER} failed:\n${stderr}`);
	const answers = stdout.trimEnd().split("\n");
	if (answers.length !== texts.length) throw new Error(`${answers.length} answers to ${texts.length} texts`);
	return answers.map((line) => JSON.parse(line) as BuildKitAnswer);
}

/** The shape that both sides are brought into. Of a text that is refused, only the first reason counts. */
type Shape = { readonly error: string } | { readonly escape: string; readonly instructions: readonly InstructionShape[] };

interface InstructionShape {
	readonly keyword: string;
	/** Of an instruction inside ONBUILD, BuildKit says none. */
	readonly lines?: readonly [number, number];
	readonly flags: readonly string[];
	readonly exec: boolean;
	/** Left out where the two keep the arguments in different forms. */
	readonly args?: readonly string[];
	readonly heredocs?: readonly BuildKitHeredoc[];
	readonly sub?: InstructionShape;
}

const SHELL_FORM = ["CMD", "ENTRYPOINT", "MAINTAINER", "RUN", "SHELL", "STOPSIGNAL", "USER", "WORKDIR"];
const WORD_LISTS = ["ADD", "COPY", "EXPOSE", "FROM", "VOLUME"];
const COMPARED_ARGUMENTS = new Set([...SHELL_FORM, ...WORD_LISTS, "ARG"]);

function isCompared(keyword: string, exec: boolean): boolean {
	return COMPARED_ARGUMENTS.has(keyword) || (keyword === "HEALTHCHECK" && exec);
}

function shapeOfTheirs(answer: BuildKitAnswer): Shape {
	if (answer.parseError !== undefined) return { error: answer.parseError[0] };
	return { escape: answer.escape ?? "", instructions: (answer.instructions ?? []).map((one) => theirs(one, true)) };
}

function theirs(one: BuildKitInstruction, outer: boolean): InstructionShape {
	const keyword = one.keyword.toUpperCase();
	const exec = one.json ?? false;
	const args = keyword === "HEALTHCHECK" ? one.args.slice(1) : one.args;
	return {
		keyword: one.keyword,
		...(outer ? { lines: [one.start, one.end] as const } : {}),
		flags: one.flags ?? [],
		exec,
		...(isCompared(keyword, exec) ? { args: exec ? args : args.filter((argument) => argument !== "") } : {}),
		...(outer ? { heredocs: one.heredocs ?? [] } : {}),
		...(one.sub === undefined ? {} : { sub: theirs(one.sub, false) }),
	};
}

function shapeOfOurs(structure: Structure): Shape {
	const error = structure.errors[0];
	if (error !== undefined) return { error: error.message };
	return { escape: structure.escape, instructions: structure.instructions.map((one) => ours(one, structure.escape, true)) };
}

function ours(one: Instruction, escape: string, outer: boolean): InstructionShape {
	const args = argumentsOf(one, escape);
	return {
		keyword: one.keywordText,
		...(outer ? { lines: [one.firstLine + 1, one.lastLine + 1] as const } : {}),
		flags: one.flags.map((flag) => flag.text),
		exec: one.exec !== undefined,
		...(args === undefined ? {} : { args }),
		...(outer ? { heredocs: one.heredocs.map(heredocShape) } : {}),
		...(one.trigger === undefined ? {} : { sub: ours(one.trigger, escape, false) }),
	};
}

function argumentsOf({ keyword, exec, arguments: given }: Instruction, escape: string): readonly string[] | undefined {
	if (!isCompared(keyword, exec !== undefined)) return undefined;
	if (exec !== undefined) return exec.values;
	if (given.text === "") return [];
	if (WORD_LISTS.includes(keyword)) return splitAtBlanks(given).map((word) => word.text);
	if (keyword === "ARG") return splitAssignments(given.text, escape).map((word) => word.text);
	return [given.text];
}

function heredocShape({ name, expand, stripTabs, fileDescriptor, body }: Heredoc): BuildKitHeredoc {
	return { name, expand, stripTabs, fd: fileDescriptor, content: body.text };
}

function compare(count: number, seed: number): number {
	const random = randomFrom(seed);
	const texts = Array.from({ length: count }, () => randomText(random));
	const answers = askBuildKit(texts);
	let differences = 0;
	let refused = 0;
	for (const [index, text] of texts.entries()) {
		const want = JSON.stringify(shapeOfTheirs(answers[index] ?? {}));
		const got = JSON.stringify(shapeOfOurs(scan(text)));
		if (answers[index]?.parseError !== undefined) refused++;
		if (got === want) continue;
		differences++;
		if (differences <= SHOWN) console.log(`${JSON.stringify(text)}\n  BuildKit: ${want}\n  ours:     ${got}\n`);
	}
	console.log(`${count} inputs (${refused} of them refused by BuildKit), seed ${seed}: ${differences} differences`);
	return differences;
}

const { values } = parseArgs({ options: { count: { type: "string", default: "20000" }, seed: { type: "string", default: "1" } } });
const count = Number(values.count);
const seed = Number(values.seed);
try {
	if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) throw new Error("--count and --seed are whole numbers");
	process.exitCode = compare(count, seed) === 0 ? 0 : 1;
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 2;
}
