import { replace } from "../../dockerfile/edits/edit.ts";
import { allInstructions, innermostInstruction } from "../../dockerfile/model/instructions.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import { mayBecomeAnything, templateMark } from "../../dockerfile/model/template.ts";
import type { Instruction, StructureError } from "../../dockerfile/syntax/structure.ts";
import { splitAssignments } from "../../dockerfile/syntax/words.ts";
import { openQuoteOf } from "../../dockerfile/variables/openQuotes.ts";
import type { Fix } from "../../finding.ts";
import { isContiguous, sourceSpan } from "../../mappedText.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

const WITH_ARRAY = new Set(["ADD", "COPY", "VOLUME"]);

export const parseError = defineRule({
	id: "parse-error",
	title: "The builder cannot read the file",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(
			["sonar", "S2260"],
			["hadolint", "DL1000"],
			["dockerfilelint", "invalid_line", "invalid_format"],
			["dockerfile-utils", "INVALID_SYNTAX", "NO_SOURCE_IMAGE"],
			["droast", "DF071"],
		),
		...similar(["sonar", "S7030"], ["kics", "34945ae8-730d-424c-8279-b064d9f108de"]),
	],
	supersededBy: ["directive-invalid", "heredoc-invalid", "key-value-syntax", "json-form-malformed", "shell-instruction-not-json"],
	why: "The builder stops before it runs anything. It names the first mistake only; here all of them are listed, and the rest of the file is checked as far as it can be read.\n\nA file that a template engine makes a Dockerfile of is reported once, as an information: what it will become is not known.",
	remedy:
		"Correct the line. Comments stand on lines of their own, a heredoc ends with its name alone on a line, ENV and LABEL take `NAME=value`.",
	references: ["https://docs.docker.com/reference/dockerfile/#format"],
	examples: [
		{ caption: "A number where a string belongs", bad: 'FROM node:22\nCMD «["serve", "--port", 8080]»\n' },
		{ caption: "Strings", good: 'FROM node:22\nCMD ["serve", "--port", "8080"]\n' },
		{ caption: "An array that holds more than strings", bad: 'FROM debian:12\nCMD «["a", 1]»\nONBUILD RUN «[["b"]]»\n' },
		{ caption: "What more specific rules describe", good: "# escape=x\nFROM debian:12\nENV A=1 # one\nLABEL a\nRUN cat <<EOF > /f\na\n" },
		{
			caption: "Quotes keep no blanks together in COPY, ADD and VOLUME",
			bad: "FROM debian:12\nCOPY --chown=1 «\"My» App/$A.csv\" 'b c' /c/\nVOLUME «\"/a» b\"\nONBUILD ADD «'d» e' /f/\n",
			fixed: 'FROM debian:12\nCOPY --chown=1 ["My App/$A.csv", "b c", "/c/"]\nVOLUME ["/a b"]\nONBUILD ADD ["d e", "/f/"]\n',
		},
		{
			caption: "Open quotes",
			bad: "FROM «\"debian:12»\nWORKDIR «it's»\nUSER «it's»\nSTOPSIGNAL «\"SIGTERM»\nCOPY «it's» /c\nCOPY --chown=\"«a'b»\" a /a\nVOLUME [\"«it's»\"]\nCOPY «'$A» b' /c/\n",
		},
		{
			caption: "Closed quotes, escapes, what a shell reads, and comments, which are another mistake",
			good: 'FROM "debian:12"\nWORKDIR "/a b"\nUSER it\\\'s\nCOPY "a" \'b\' "it\'s" /c/\nRUN echo it\\\'s\nCOPY a /b/ # it\'s\nMAINTAINER it\'s\nSHELL ["it\'s"]\nCOPY <<E /e\nit\'s\nE\n',
		},
		{ caption: "Nothing in it", bad: "«# only»\n# comments\n" },
		{ caption: "A template", bad: "FROM «{{» image }}\n{% if x %}\nENV A\n{% endif %}\nRUN a\n" },
		{ caption: "An m4 template", bad: "«define(»`X', `1')dnl\nFROM debian:12\nENV A\n" },
		{ caption: "A template for a port", bad: "FROM debian:12\nEXPOSE «{{» port }}\nUSER {{ user }}\nENV A\n" },
		{
			caption: "Values that a dev container fills in: the rest is checked",
			bad: "FROM mcr.microsoft.com/devcontainers/base:0-${templateOption:imageVariant}\nCMD «[1]»\n",
		},
		{
			caption: "Nothing else is wrong with such a file",
			good: "FROM mcr.microsoft.com/devcontainers/base:0-${templateOption:imageVariant}\nRUN a\n",
		},
		{
			caption: "Braces that are text",
			good: "FROM debian:12\nLABEL a='{{ b }}'\nRUN docker inspect --format '{{ .Id }}' x \\\n {{}}\nHEALTHCHECK CMD a '{{ b }}'\nCOPY a{{b /c/\nCMD [1\n",
		},
	],
	check(file) {
		const mark = mayBecomeAnything(file) ? templateMark(file) : undefined;
		if (mark !== undefined)
			return [{ span: mark.span, message: `${mark.text} marks a template: what it will become is not checked`, severity: "info" }];
		const refused = file.errors.map((error) => describe(file, error));
		return templateMark(file) === undefined ? [...refused, ...openQuotes(file)] : refused;
	},
});

/** What the builder reads, and refuses to substitute variables in. Ports and pairs are other rules'. */
function openQuotes(file: Dockerfile): readonly Report[] {
	return allInstructions(file).flatMap((instruction) => {
		const open = instruction.keyword === "EXPOSE" ? undefined : openQuoteOf(instruction, file);
		if (open === undefined) return [];
		const message = `${shortened(open.text, 50)} has an open ${open.quote} quote`;
		const array = quotedArray(instruction, file.escape);
		if (array === undefined) return [{ span: open.span, message }];
		const { arguments: args, keyword } = instruction;
		const fixes: readonly Fix[] = [
			{ title: "Write a JSON array", safety: "review", edits: [replace(sourceSpan(args, 0, args.text.length), array)] },
		];
		return [{ span: open.span, message: `${message}: ${keyword} splits at blanks, quoted or not`, fixes }];
	});
}

/** The words of COPY, ADD or VOLUME as a JSON array, where quotes were meant to keep blanks in some of them. */
function quotedArray({ keyword, arguments: args, exec, heredocs }: Instruction, escape: string): string | undefined {
	if (!WITH_ARRAY.has(keyword) || exec !== undefined || heredocs.length > 0 || !isContiguous(args, 0, args.text.length)) return undefined;
	const words = splitAssignments(args.text, escape).map(({ text }) => /^(?:"([^"'\\`]+)"|'([^"'\\`$]+)'|([^"'\\`[\]]+))$/.exec(text));
	const values = words.map((match) => match?.slice(1).find((value) => value !== undefined));
	if (!values.some((value) => value !== undefined && /\s/.test(value))) return undefined;
	return values.every((value) => value !== undefined) ? `[${values.map((value) => JSON.stringify(value)).join(", ")}]` : undefined;
}

/** BuildKit's wording made readable, at the smallest place. */
function describe(file: Dockerfile, error: StructureError): { readonly span: Span; readonly message: string } {
	const { message, span } = error;
	const instruction = file.instructions.find((candidate) => candidate.span.start <= span.start && span.start < candidate.span.end);
	if (message.startsWith("dockerfile line greater"))
		return { span, message: "The line is longer than the 65535 bytes that the builder reads" };
	if (message.startsWith("file with no")) return { span: firstLine(file), message: "The file has no instructions" };
	if (message.startsWith("only one")) return { span, message: `The directive ${message.split(" ")[2]} is given twice` };
	if (message.startsWith("invalid escape")) {
		return { span, message: `The escape character is \\ or \`, not ${shortened(file.text.slice(span.start, span.end), 20)}` };
	}
	if (message === "unterminated heredoc") {
		return { span, message: `The heredoc ${shortened(file.text.slice(span.start, span.end), 40)} has no end` };
	}
	return instruction === undefined
		? { span, message: shortened(message, 100) }
		: describeLine(innermostInstruction(instruction), error, file.escape);
}

function firstLine(file: Dockerfile): Span {
	const end = file.text.search(/\r?\n|$/);
	return { start: 0, end };
}

function describeLine(instruction: Instruction, error: StructureError, escape: string): { readonly span: Span; readonly message: string } {
	const { arguments: args, keyword } = instruction;
	const whole = sourceSpan(args, 0, args.text.length);
	if (error.message.includes("array syntax")) return { span: whole, message: `${keyword} takes a JSON array of strings alone` };
	if (error.message.includes("two arguments")) return { span: whole, message: `${keyword} ${shortened(args.text, 60)} has no value` };
	const wrong = splitAssignments(args.text, escape).find((word) => !word.text.includes("="));
	if (wrong === undefined) return { span: whole, message: shortened(error.message, 100) };
	const comment = wrong.text.startsWith("#");
	return {
		span: sourceSpan(args, wrong.at, wrong.end),
		message: comment
			? `# starts no comment behind ${keyword}: a comment needs a line of its own`
			: `${shortened(wrong.text, 50)} in ${keyword} has no equals sign`,
	};
}
