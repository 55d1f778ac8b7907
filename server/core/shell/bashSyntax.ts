import type * as Tree from "unbash";
import { forEachChild } from "unbash";
import { anyPattern } from "../anyPattern.ts";
import { BASH_COMMANDS, type BashSyntaxKind } from "../knowledge/bashSyntax.ts";
import { type MappedText, sourceSpan } from "../mappedText.ts";
import type { Span } from "../text.ts";
import { shellTree } from "./tree.ts";

/** A place in a script that asks for bash, or another shell of its kind. */
export interface BashSyntax {
	readonly kind: BashSyntaxKind;
	/** As written. */
	readonly text: string;
	/** The smallest part that says so, in the user's text. */
	readonly span: Span;
}

/** None of them can be in a text without one of these. */
const TRACES = anyPattern([
	// `==` is a word of its own; in `[[ … ]]` it is found by the brackets.
	/\[\[|<<<|[<>]\(|\|&|\$'|\s==(?!\w)|\(\(|\+=|=\(/,
	/&>|>&[ \t]{0,8}[\w./]{0,100}[A-Za-z/]/,
	// `${!A}`, `${A[0]}`, `${A/b/c}`, `${A:1}`, `${A^}`, `${A,}`.
	/\$\{(?:!|[\w@*#?$!-]{1,100}(?:[[/^,@]|:(?![-=+?])))/,
	/\{[^\s{}]{0,200}(?:,|\.\.)|\{[^\s{}]{0,200}\{/,
	/\becho\s{1,8}["']?-|\bpipefail\b/,
	new RegExp(`\\b(?:function|select|let|${[...BASH_COMMANDS, "source"].join("|")})\\b`),
]);

/** Programs that take names of files as they are: a brace that is not expanded becomes a part of the name. */
const TAKES_FILES = new Set(["mkdir", "touch", "rm", "rmdir", "cp", "mv", "chmod", "chown", "ln", "cat", "ls", "install"]);

/** What of a script only bash understands, in order. What scripts inside of it (`bash -c '…'`) say is not looked at. */
export function bashSyntaxIn(source: MappedText): readonly BashSyntax[] {
	if (!TRACES.test(source.text)) return [];
	const found: BashSyntax[] = [];
	const waiting: Tree.SyntaxNode[] = [shellTree(source.text)];
	for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
		// Positions in a decoded text are not those of the source.
		if (node.type === "Script" && node.source !== undefined) continue;
		for (const [kind, at, end] of syntaxOf(node, source.text))
			found.push({ kind, text: source.text.slice(at, end), span: sourceSpan(source, at, end) });
		forEachChild(node, (child) => waiting.push(child));
	}
	return found.sort((a, b) => a.span.start - b.span.start);
}

type Place = readonly [kind: BashSyntaxKind, at: number, end: number];

function syntaxOf(node: Tree.SyntaxNode, text: string): readonly Place[] {
	const { pos } = node;
	switch (node.type) {
		case "TestCommand":
			return text.startsWith("[[", pos) ? [["test", pos, pos + 2]] : [];
		case "ArrayValue":
			return [["array", pos, pos + 1]];
		case "Assignment":
			return node.append === true ? [["append", pos, pos + node.name.length + 2]] : [];
		case "HereString":
			return [["hereString", text.indexOf("<<<", pos), text.indexOf("<<<", pos) + 3]];
		case "ProcessSubstitution":
			return [["processSubstitution", pos, pos + 2]];
		case "Function":
			return text.startsWith("function", pos) ? [["functionKeyword", pos, pos + "function".length]] : [];
		case "Redirect":
			return bothOutputs(node, text);
		case "Pipeline":
			return bothPiped(node, text);
		case "ParameterExpansion":
			return expansion(node);
		case "AnsiCQuoted":
			return [["ansiQuotes", pos, pos + 2]];
		case "ArithmeticCommand":
			return text.startsWith("((", pos) ? [["arithmeticCommand", pos, pos + 2]] : [];
		case "ArithmeticFor":
			return [["arithmeticLoop", text.indexOf("((", pos), text.indexOf("((", pos) + 2]];
		case "Select":
			return [["select", pos, pos + "select".length]];
		case "For":
			return (node.wordlist ?? []).flatMap(braces);
		case "Command":
			return command(node);
		default:
			return [];
	}
}

function bothOutputs(node: Tree.Redirect, text: string): readonly Place[] {
	const at = text.indexOf(node.operator, node.pos);
	if (node.operator === "&>" || node.operator === "&>>") return [["bothOutputs", at, at + node.operator.length]];
	// `>&2` and `>&-` name a descriptor, `>&FILE` a file.
	const target = node.target?.value;
	return node.operator === ">&" && node.descriptor === undefined && target !== undefined && /^[\w./]*[A-Za-z/]/.test(target)
		? [["bothOutputs", at, at + 2]]
		: [];
}

function bothPiped(node: Tree.Pipeline, text: string): readonly Place[] {
	return node.operators.flatMap((operator, index): readonly Place[] => {
		const before = node.commands[index];
		if (operator !== "|&" || before === undefined) return [];
		const at = text.indexOf("|&", before.end);
		return [["bothPiped", at, at + 2]];
	});
}

function expansion({ prefix, index, operation, pos, end }: Tree.ParameterExpansionPart): readonly Place[] {
	if (prefix === "!") return [["indirection", pos, end]];
	if (index !== undefined) return [["array", pos, end]];
	switch (operation?.type) {
		case "Replace":
			return [["replacement", pos, end]];
		case "Slice":
			return [["slice", pos, end]];
		case "CaseModification":
			return [["letterCase", pos, end]];
		default:
			return [];
	}
}

function braces(word: Tree.Word): readonly Place[] {
	return (word.parts ?? []).flatMap((part): readonly Place[] => (part.type === "BraceExpansion" ? [["braces", part.pos, part.end]] : []));
}

function command(node: Tree.Command): readonly Place[] {
	const name = node.name?.value;
	const { name: word } = node;
	if (name === undefined || word === undefined) return [];
	const words = node.args.filter((argument) => argument.type === "Word");
	if (name === "source" && words.length > 0) return [["source", word.pos, word.end]];
	if (name === "let" && words.length > 0) return [["let", word.pos, word.end]];
	if (BASH_COMMANDS.has(name)) return [["command", word.pos, word.end]];
	if (name === "[" || name === "test")
		return words.filter(({ text }) => text === "==").map(({ pos, end }): Place => ["doubleEquals", pos, end]);
	const first = words[0];
	if (name === "echo") return first !== undefined && /^-[en]*e[en]*$/.test(first.text) ? [["echoOption", first.pos, first.end]] : [];
	if (name === "set") return pipefail(words);
	return TAKES_FILES.has(name) ? words.flatMap(braces) : [];
}

function pipefail(words: readonly Tree.Word[]): readonly Place[] {
	return words.flatMap((word, index): readonly Place[] =>
		word.value === "pipefail" && /^-[a-z]*o$/.test(words[index - 1]?.value ?? "") ? [["pipefail", word.pos, word.end]] : [],
	);
}
