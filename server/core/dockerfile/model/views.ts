import { DockerfileParser, type Instruction as ParsedInstruction, type PropertyInstruction } from "dockerfile-ast";
import { type MappedText, sliceMapped, sourceSpan } from "../../mappedText.ts";
import { memo } from "../../memo.ts";
import type { Span } from "../../text.ts";
import { isSeparator, isSpace } from "../syntax/characters.ts";
import type { Instruction } from "../syntax/structure.ts";
import { type PlacedWord, splitAssignments, splitAtBlanks, type Word } from "../syntax/words.ts";

/**
 * Typed views of single instructions. Names that are quoted or escaped are read by `dockerfile-ast` from a normalised text: the
 * keyword and the arguments on one line, without flags. Its answer is taken only if it fits the words that BuildKit sees.
 */

/** What FROM names. */
export interface FromView {
	readonly image: PlacedWord | undefined;
	/** The name behind AS. */
	readonly stage: PlacedWord | undefined;
}

/** `NAME=value` in ENV, LABEL or ARG. */
export interface Assignment {
	/** Without quotes. */
	readonly name: string;
	readonly nameSpan: Span;
	/** As written, quotes included; undefined for `ARG NAME`. */
	readonly value: string | undefined;
	readonly valueSpan: Span | undefined;
	readonly span: Span;
	/** `ENV NAME value`: the rest of the line is the value. */
	readonly legacy: boolean;
}

export function fromView(instruction: Instruction): FromView {
	const words = splitAtBlanks(instruction.arguments);
	return { image: words[0], stage: words[1]?.text.toLowerCase() === "as" ? words[2] : undefined };
}

/** By the arguments, which an instruction and the step made from it have in common. */
const known = memo<MappedText, readonly Assignment[]>();

/** The assignments of ENV, LABEL and ARG, in order. Empty where BuildKit refuses the instruction. */
export function assignmentsOf(instruction: Instruction, escape: string): readonly Assignment[] {
	const before = known.get(instruction.arguments);
	if (before !== undefined) return before;
	const assignments = readAssignments(instruction, escape);
	known.set(instruction.arguments, assignments);
	return assignments;
}

function readAssignments(instruction: Instruction, escape: string): readonly Assignment[] {
	const { arguments: args, keyword } = instruction;
	const words = splitAssignments(args.text, escape);
	const first = words[0];
	if (first === undefined) return [];
	if (keyword !== "ARG" && !first.text.includes("=")) return legacyAssignment(instruction);
	const parsed = keyword === "ARG" || words.every(hasPlainName) ? undefined : propertiesOf(instruction, escape, words);
	return words.map((word, index) => assignment(instruction, word, parsed?.[index]));
}

/** Whether nothing in front of the equals sign could be quoted or escaped. */
function hasPlainName(word: Word): boolean {
	return /^[\w.-]+=/.test(word.text);
}

function legacyAssignment(instruction: Instruction): readonly Assignment[] {
	const { arguments: args } = instruction;
	let end = 0;
	while (end < args.text.length && !isSeparator(args.text.charCodeAt(end))) end++;
	let value = end;
	while (value < args.text.length && isSeparator(args.text.charCodeAt(value))) value++;
	if (value === args.text.length) return [];
	return [
		{
			name: args.text.slice(0, end),
			nameSpan: sourceSpan(args, 0, end),
			value: args.text.slice(value),
			valueSpan: sourceSpan(args, value, args.text.length),
			span: sourceSpan(args, 0, args.text.length),
			legacy: true,
		},
	];
}

function assignment(instruction: Instruction, word: Word, parsedName: string | undefined): Assignment {
	const { arguments: args } = instruction;
	const equals = word.text.indexOf("=");
	const nameEnd = word.at + (equals === -1 ? word.text.length : equals);
	const written = args.text.slice(word.at, nameEnd);
	return {
		name: parsedName ?? withoutQuotes(written),
		nameSpan: sourceSpan(args, word.at, nameEnd),
		value: equals === -1 ? undefined : word.text.slice(equals + 1),
		valueSpan: equals === -1 ? undefined : sourceSpan(args, nameEnd + 1, word.end),
		span: sourceSpan(args, word.at, word.end),
		legacy: false,
	};
}

function withoutQuotes(name: string): string {
	return name.startsWith('"') || name.startsWith("'") ? name.replace(/^(["'])(.*)\1$/su, "$2") : name;
}

/** The names of the properties as the library reads them; undefined unless there is one for each word. */
function propertiesOf(instruction: Instruction, escape: string, words: readonly Word[]): readonly string[] | undefined {
	const parsed = parseAlone(instruction.keyword, instruction, escape) as PropertyInstruction | undefined;
	const names = parsed?.getProperties?.().map((property) => property.getName());
	return names?.length === words.length ? names : undefined;
}

function parseAlone(keyword: string, instruction: Instruction, escape: string): ParsedInstruction | undefined {
	let text = "";
	for (const character of sliceMapped(instruction.arguments, 0, instruction.arguments.text.length).text) {
		text += isSpace(character.charCodeAt(0)) ? " " : character;
	}
	if (text.endsWith(escape)) return undefined;
	const directive = escape === "\\" ? "" : `# escape=${escape}\n`;
	try {
		const instructions = DockerfileParser.parse(`${directive}${keyword} ${text}\n`).getInstructions();
		return instructions.length === 1 ? instructions[0] : undefined;
	} catch {
		return undefined;
	}
}
