import { insertAfter, insertAt, replace } from "../../dockerfile/edits/edit.ts";
import { openPairQuotes } from "../../dockerfile/edits/pairQuotes.ts";
import { moveCommentAbove } from "../../dockerfile/edits/trailingComment.ts";
import { mayHaveSlips, valueSlipOf } from "../../dockerfile/edits/valueSlips.ts";
import { allInstructions } from "../../dockerfile/model/instructions.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import { gapsAround, gapsOfPairs, isPlain, PAIR_NAME, type Part, pairsApart } from "../../dockerfile/syntax/spacedPairs.ts";
import type { Instruction } from "../../dockerfile/syntax/structure.ts";
import { splitAssignments, type Word } from "../../dockerfile/syntax/words.ts";
import type { Fix } from "../../finding.ts";
import { isContiguous, sourceOffset, sourceSpan } from "../../mappedText.ts";
import { type SpanEdit, shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

/** A word of ARG that may declare an argument, or begin a comment. */
const ARGUMENT = /^[A-Za-z_]\w*(?:=|$)|^#/;

export const keyValueSyntax = defineRule({
	id: "key-value-syntax",
	title: "A pair of name and value is broken",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(
			["sonar", "S6574"],
			["dockerfile-utils", "ARGUMENT_REQUIRES_TWO", "SYNTAX_MISSING_EQUALS", "SYNTAX_MISSING_NAMES"],
			["dockerfile-utils", "SYNTAX_MISSING_SINGLE_QUOTE", "SYNTAX_MISSING_DOUBLE_QUOTE"],
			["dockerfilelint", "label_invalid", "invalid_format"],
		),
		...similar(["buildkit", "LegacyKeyValueFormat"], ["hadolint", "DL1000"]),
	],
	supersededBy: ["continuation-broken", "invisible-character"],
	onlyWith: { instructions: ["ARG", "ENV", "LABEL"] },
	why: "Mostly the builder stops. `ENV A =1` and `ENV A = 1` it takes: the values are then `=1` and `= 1`. `ARG A= 1` makes A empty and declares a second argument that is called `1`.",
	remedy: "Write `NAME=value` without blanks around the equals sign, and double quotes around a value that has some.",
	references: ["https://docs.docker.com/reference/dockerfile/#env", "https://docs.docker.com/reference/dockerfile/#label"],
	examples: [
		{ caption: "Blanks around the sign", bad: "FROM debian:12\nENV «LEVEL =» info\n", fixed: "FROM debian:12\nENV LEVEL=info\n" },
		{
			caption: "Blanks around the equals sign, or in its place",
			bad: 'FROM debian:12\nENV «A =» 1\nLABEL «b  =» "c d"\nENV C= «2»\nARG «D =» 3\nARG «E= 4»\nENV «F =»5\nENV «G =»\nENV A=1 «B =»2\nLABEL a="1" «b =» "2"\nENV C="x" D= «"y"»\nARG «VERSION 1.0»\nARG «DEBIAN_FRONTEND noninteractive»\nARG «URL   https://a.b/c?d=e»\nARG «A "b"»\nARG «B= c»\n',
			fixed:
				'FROM debian:12\nENV A=1\nLABEL b="c d"\nENV C=2\nARG D=3\nARG E=4\nENV F=5\nENV G=\nENV A=1 B=2\nLABEL a="1" b="2"\nENV C="x" D="y"\nARG VERSION=1.0\nARG DEBIAN_FRONTEND=noninteractive\nARG URL=https://a.b/c?d=e\nARG A="b"\nARG B=c\n',
		},
		{
			caption: "A value with blanks",
			bad: "FROM debian:12\nLABEL a=b description=An «image» for all of us\nENV X=a «b» Y=c\n",
			fixed: 'FROM debian:12\nLABEL a=b description="An image for all of us"\nENV X="a b" Y=c\n',
		},
		{
			caption: "Several pairs, and a name between quotes",
			bad: 'FROM debian:12\nENV «USER =» bob MODE = all\nLABEL «"a" =» "b"\nLABEL x=y «"c" =» "d"\nLABEL «"e" =» "f g" h = i\n',
			fixed: 'FROM debian:12\nENV USER=bob MODE=all\nLABEL "a"="b"\nLABEL x=y "c"="d"\nLABEL "e"="f g" h=i\n',
		},
		{
			caption: "A comment; the expansion makes no template of the file",
			bad: "ARG T=debian:12\nFROM ${T%%:*}\nENV A=1 «#» one and a half\n",
			fixed: "ARG T=debian:12\nFROM ${T%%:*}\n# one and a half\nENV A=1\n",
		},
		{
			caption: "An open quote",
			bad: 'FROM debian:12\nENV A=«"x y»\nLABEL a=b c=«\'d»\nARG B=«"»\n',
			fixed: 'FROM debian:12\nENV A="x y"\nLABEL a=b c=\'d\'\nARG B=""\n',
		},
		{ caption: "An apostrophe, a name", bad: "FROM debian:12\nENV C «it's»\nLABEL «\"a»=b\nENV «\"A»=b\nARG «A '»\n" },
		{
			caption: "No name, no value",
			bad: "FROM debian:12\nENV «=1» B=2\nARG «=3»\nLABEL «a»\nONBUILD ENV A=1 «B»\n",
			fixed: 'FROM debian:12\nENV =1 B=2\nARG =3\nLABEL a\nONBUILD ENV A="1 B"\n',
		},
		{
			caption: "Pairs as they should be",
			good: 'FROM debian:12\nENV A= B="x y" C=\'d "e\' D=a\\ b\nARG F G= H\nARG TARGETOS TARGETARCH\nARG D e=1\nARG F g\nARG I=$A\nLABEL "j"=k\nENV PS1 \\$ = x\nENV L a == b\nENV V ==1.2\nENV W = a b c\nENV X = a b c = d\n',
		},
		{
			caption: "What the builder takes, and nobody means: separators, a colon, a comment",
			bad: 'FROM debian:12\nLABEL a="b"«,» c="d", e="f"\nENV A=1«;» B=2\nLABEL «vendor:» "Acme"\nENV CYGWIN links:lnk «# for tar»\n',
			fixed: 'FROM debian:12\nLABEL a="b" c="d" e="f"\nENV A=1 B=2\nLABEL vendor="Acme"\n# for tar\nENV CYGWIN links:lnk\n',
		},
		{
			caption: "No shell reads a value",
			bad: 'FROM debian:12\nENV JOBS=«"parallel=$(nproc)"»\nARG DATE=«`date`»\nLABEL date=«"$(date -u)"»\n',
		},
		{
			caption: "Prompts, variables of make, descriptions, lists",
			good: 'FROM debian:12\nENV PS1="$(whoami)$ " FLAGS="-j$(JOBS)" A=\'$(date)\' B="\\$(date)"\nLABEL run="docker run -v $(pwd):/x img" use="`make`"\nENV L=a,b, M=c\nENV N a #\nENV O a,\nENV P red #fff #abc\n',
		},
		{ caption: "Templates", good: "FROM {{ a }}\nENV {{ b }}\nFROM ${T%%:*}:%%TAG%%\n" },
	],
	check(file) {
		if (templateMark(file) !== undefined) return [];
		const reports: Report[] = [];
		for (const instruction of allInstructions(file)) {
			const { keyword } = instruction;
			if (keyword !== "ENV" && keyword !== "LABEL" && keyword !== "ARG") continue;
			const { text } = instruction.arguments;
			if (text === "" || (isPlain(keyword, text) && !mayHaveSlips(text))) continue;
			const words = splitAssignments(text, file.escape);
			const report = keyword === "ARG" ? argumentReport(instruction, words) : pairReport(file, instruction, words);
			const found = report === undefined ? openQuotes(file, instruction) : [report];
			reports.push(...(found.length > 0 ? found : slip(file, instruction)));
		}
		return reports;
	},
});

function argumentReport(instruction: Instruction, words: readonly Word[]): Report | undefined {
	const { arguments: args } = instruction;
	for (const [index, word] of words.entries()) {
		const [before, next] = [words[index - 1], words[index + 1]];
		if (word.text === "=" && before !== undefined && next !== undefined && !before.text.includes("="))
			return blanks(instruction, ...gapsAround(before, word, next), twoArguments(before.text));
		if (word.text.startsWith("="))
			return { span: sourceSpan(args, word.at, word.end), message: `${shortened(word.text, 50)} in ARG has no name` };
		// A name behind it may be a second argument; a number, a path or a word in small letters is the value that was meant.
		const isValue = next !== undefined && (!ARGUMENT.test(next.text) || (/^[A-Z_\d]+=$/.test(word.text) && /^[a-z]\w*$/.test(next.text)));
		const name = word.text.slice(0, -1);
		if (/^\w+=$/.test(word.text) && next !== undefined && isValue)
			return blanks(instruction, { at: word.at, end: next.end }, [{ at: word.end, end: next.at }], twoArguments(name), "warning");
	}
	return withoutEquals(instruction, words);
}

/** `ARG VERSION 1.0`, as ENV takes it: what stands there for the value declares a second argument. */
function withoutEquals(instruction: Instruction, words: readonly Word[]): Report | undefined {
	const [name, value, ...others] = words;
	if (name === undefined || value === undefined || others.length > 0 || !/^\w+$/.test(name.text)) return undefined;
	if (name.text !== "DEBIAN_FRONTEND" && (ARGUMENT.test(value.text) || /^[\w.-]+=/.test(value.text))) return undefined;
	const message = `The blank behind ${shortened(name.text, 30)} makes two arguments of it`;
	return blanks(instruction, { at: name.at, end: value.end }, [{ at: name.end, end: value.at }], message, "warning", "=");
}

function pairReport(file: Dockerfile, instruction: Instruction, words: readonly Word[]): Report | undefined {
	const { arguments: args, keyword } = instruction;
	const [first, second, third] = words;
	if (first === undefined) return undefined;
	if (!first.text.includes("=")) {
		if (second === undefined)
			return { span: sourceSpan(args, first.at, first.end), message: `${keyword} ${shortened(first.text, 60)} has no value` };
		const next = pairsApart(words);
		if (next !== undefined) {
			const told = `${shortened(first.text, 30)} gets all that follows its equals sign: ${shortened(next, 30)} is not set`;
			const [marked] = gapsAround(first, second, third);
			return blanks(instruction, marked, gapsOfPairs(words), told, "warning");
		}
		// `==` and `=>` may be parts of a version; several words need quotes.
		if (!/^=(?![=<>~])/.test(second.text) || words.length > (second.text === "=" ? 3 : 2) || !PAIR_NAME.test(first.text)) return undefined;
		const signs = second.text === "=" && third !== undefined ? "equals sign and a blank become" : "equals sign becomes";
		const message = `The ${signs} part of the value of ${shortened(first.text, 40)}`;
		return blanks(instruction, ...gapsAround(first, second, third), message, "warning");
	}
	const nameless = words.find((word) => word.text.startsWith("="));
	const index = words.findIndex((word) => !word.text.includes("="));
	const wrong = words[index];
	if (wrong === undefined) {
		return (
			nameless && {
				span: sourceSpan(args, nameless.at, nameless.end),
				message: `${shortened(nameless.text, 50)} in ${keyword} has no name`,
			}
		);
	}
	const [equals, value] = words.slice(index + 1);
	if (equals?.text.startsWith("=") && PAIR_NAME.test(wrong.text))
		return blanks(instruction, ...gapsAround(wrong, equals, value), `${blankBeside(wrong.text)} splits the pair in ${keyword}`);
	const span = sourceSpan(args, wrong.at, wrong.end);
	if (wrong.text.startsWith("#")) {
		const edits = moveCommentAbove(file, sourceSpan(args, wrong.at, args.text.length));
		return {
			span,
			message: `# starts no comment behind ${keyword}: a comment needs a line of its own`,
			fixes: edits === undefined ? [] : [{ title: "Move the comment above", safety: "review", edits }],
		};
	}
	return {
		span,
		message: `${shortened(wrong.text, 50)} in ${keyword} has no equals sign`,
		fixes: () => joinFix(instruction, words, index),
	};
}

/** What to do with a word that has no equals sign: it belongs to the value in front of it. */
function joinFix({ arguments: args }: Instruction, words: readonly Word[], index: number): readonly Fix[] {
	const before = words[index - 1];
	if (before === undefined) return [];
	const rest = words.findIndex((word, at) => at > index && word.text.includes("="));
	const last = words[(rest === -1 ? words.length : rest) - 1];
	const word = words[index];
	// The last of them is the name of another pair.
	if (words[rest]?.text.startsWith("=")) return [];
	const start = before.at + before.text.indexOf("=") + 1;
	if (last === undefined || !isContiguous(args, start, last.end)) return [];
	const isQuoted = word !== undefined && /^(?:"[^"'\\`]*"|'[^"'\\`]*')$/.test(word.text);
	if (/["'\\`#]/.test(args.text.slice(start, last.end)) && !(isQuoted && start === before.end)) return [];
	if (start === before.end && last === word)
		return [{ title: "Remove the blank", safety: "review", edits: [replace(sourceSpan(args, start, last.at), "")] }];
	if (start === before.end) return [];
	const edits = [insertAt(sourceOffset(args, start), '"'), insertAfter(sourceSpan(args, start, last.end), '"')];
	return [{ title: "Put the value between quotes", safety: "review", edits }];
}

function twoArguments(name: string): string {
	return `${blankBeside(name)} makes two arguments of it`;
}

function blankBeside(name: string): string {
	return `The blank beside the equals sign of ${shortened(name, 30)}`;
}

/** Quotes are closed, and no escape is last. */
const CLOSED = /^(?:[^"']|"[^"]*"|'[^']*')*(?<![\\`])$/;

function blanks(
	{ arguments: args }: Instruction,
	marked: Part,
	gaps: readonly Part[],
	message: string,
	severity?: "warning",
	sign = "",
): Report {
	const edits: SpanEdit[] = gaps.filter(({ at, end }) => end > at).map(({ at, end }) => replace(sourceSpan(args, at, end), sign));
	const isPlain = gaps.every(({ at, end }) => isContiguous(args, at, end + 1)) && CLOSED.test(args.text.slice(marked.at, marked.end));
	return {
		span: sourceSpan(args, marked.at, marked.end),
		message,
		...(severity === undefined ? {} : { severity }),
		fixes: isPlain ? [{ title: sign === "" ? "Remove the blanks" : "Write an equals sign", safety: "review", edits }] : [],
	};
}

function openQuotes(file: Dockerfile, instruction: Instruction): readonly Report[] {
	return openPairQuotes(file, instruction).map(({ span, message, closing }) => ({
		span,
		message,
		fixes: closing === undefined ? [] : [{ title: "Close the quote", safety: "review", edits: [closing] }],
	}));
}

function slip(file: Dockerfile, instruction: Instruction): readonly Report[] {
	const found = valueSlipOf(file, instruction);
	if (found === undefined) return [];
	const { span, message, fix } = found;
	return [{ span, message, severity: "warning", fixes: fix === undefined ? [] : [{ ...fix, safety: "review" }] }];
}
