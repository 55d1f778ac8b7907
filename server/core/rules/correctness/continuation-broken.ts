import { insertAt, removeWord, replace } from "../../dockerfile/edits/edit.ts";
import { commentsByLine } from "../../dockerfile/model/comments.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import { scan } from "../../dockerfile/model/scan.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import type { Instruction } from "../../dockerfile/syntax/structure.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import { flagKind } from "../../knowledge/instructionFlags.ts";
import { INSTRUCTIONS } from "../../knowledge/instructions.ts";
import { applyEdits, type Span, type SpanEdit } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const continuationBroken = defineRule({
	id: "continuation-broken",
	title: "A line goes on, or ends, where that is not meant",
	category: "correctness",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["hadolint", "DL1000"]),
	why: "A backslash continues the line only if nothing but blanks stands behind it: with a comment behind it the instruction ends there. The other way round, a backslash too many takes the next instruction in: `USER app` becomes a word of the RUN above, and the container runs as root.",
	remedy: "Put the comment on a line of its own above, and remove the backslash behind the last line of an instruction.",
	references: ["https://docs.docker.com/reference/dockerfile/#format", "https://docs.docker.com/reference/dockerfile/#escape"],
	examples: [
		{
			caption: "A comment behind the backslash",
			bad: "FROM debian:12\nRUN apt-get install -y \\\n    curl «\\ # for the check\n    »git \\\n    make\n",
			fixed: "FROM debian:12\nRUN apt-get install -y \\\n    # for the check\n    curl \\\n    git \\\n    make\n",
		},
		{
			caption: "On the first line",
			bad: "FROM debian:12\nRUN a «\\ # why\n  »&& b\n",
			fixed: "FROM debian:12\n# why\nRUN a \\\n  && b\n",
		},
		{
			caption: "The next instruction is taken in",
			bad: 'FROM debian:12\nRUN a \\\n  && b «\\»\nUSER app\nENV A=1 «\\»\n\n# note\nCMD ["a"]\n',
			fixed: 'FROM debian:12\nRUN a \\\n  && b\nUSER app\nENV A=1\n\n# note\nCMD ["a"]\n',
		},
		{
			caption: "Nothing follows",
			bad: "FROM debian:12\r\nRUN a \\\r\n  && b «\\» \r\n\r\n# end\r\n",
			fixed: "FROM debian:12\r\nRUN a \\\r\n  && b \r\n\r\n# end\r\n",
		},
		{
			caption: "Another escape character",
			bad: "# escape=`\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nRUN a «`»\nUSER b\n",
			fixed: "# escape=`\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nRUN a\nUSER b\n",
		},
		{
			caption: "Continued as meant",
			good: 'FROM debian:12\nRUN a \\ \n  # && b \\\n  && c\nRUN echo "FROM x \\\nRUN y" > f\nENV A=1 \\\n  USER=x\nLABEL a=b \\\n  CMD=d\nRUN a \\# b\nRUN a\\\\ # b\n',
		},
		{
			caption: "Words of commands",
			good: "FROM debian:12\nRUN mysql -e ' \\\nADD x; \\\nUSER y'\nRUN make \\\n  ADD \\\n  COPY\nRUN <<EOF\na \\\nUSER b\nEOF\n",
		},
		{
			caption: "With the backtick as escape character the backslash is ordinary",
			good: "# escape=`\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nWORKDIR C:\\\nUSER b\n",
		},
	],
	check(file) {
		if (templateMark(file) !== undefined) return [];
		const reports: Report[] = [];
		for (let index = 0; index < file.instructions.length; index++) {
			const instruction = file.instructions[index] as Instruction;
			if (instruction.heredocs.length > 0) continue;
			const next = file.instructions[index + 1];
			const report =
				commentBehind(file, instruction, next, file.instructions[index + 2]) ?? takenIn(file, instruction) ?? atEnd(file, instruction);
			if (report !== undefined) reports.push(report);
		}
		return reports;
	},
});

function lineSpan(file: Dockerfile, line: number): Span {
	const start = file.lineStarts[line] ?? 0;
	const next = file.lineStarts[line + 1];
	const end = next === undefined ? file.text.length : next - 1;
	return { start, end: end > start && file.text[end - 1] === "\r" ? end - 1 : end };
}

/** `\ # comment`, with a line below that is no instruction. */
function commentBehind(
	file: Dockerfile,
	instruction: Instruction,
	next: Instruction | undefined,
	afterNext: Instruction | undefined,
): Report | undefined {
	if (next === undefined || INSTRUCTIONS.has(next.keyword) || next.firstLine !== instruction.lastLine + 1) return undefined;
	const line = lineSpan(file, instruction.lastLine);
	const text = file.text.slice(line.start, line.end);
	const hash = text.indexOf("#");
	const before = text.slice(0, hash);
	const escapeAt = before.trimEnd().length - 1;
	if (hash === -1 || text.trimStart().startsWith("#") || before[escapeAt] !== file.escape || escapeAt === before.length - 1)
		return undefined;
	if (escapeAt > 0 && !/\s/.test(before[escapeAt - 1] ?? "")) return undefined;
	const at = line.start + escapeAt;
	const indentation = /^\s*/.exec(text)?.[0] ?? "";
	// Above the first instruction it could become a directive.
	const mayDirect = instruction.firstLine === instruction.lastLine && /^#\s*\w+\s*=/.test(text.slice(hash));
	return {
		span: { start: at, end: next.keywordSpan.start },
		message: `A comment stands behind the ${nameOf(file)}: the instruction ends here`,
		fixes:
			// What follows would then be read as a part of the instruction, a heredoc among it.
			mayDirect || next.line.text.includes("<<") || (afterNext !== undefined && !INSTRUCTIONS.has(afterNext.keyword))
				? []
				: [
						{
							title: "Move the comment above",
							safety: "review",
							edits: [
								insertAt(line.start, indentation + text.slice(hash).trimEnd() + file.lineBreak),
								replace({ start: at + 1, end: line.end }, ""),
							],
						},
					],
	};
}

/** A line inside an instruction that is an instruction itself. */
function takenIn(file: Dockerfile, instruction: Instruction): Report | undefined {
	if (instruction.firstLine === instruction.lastLine) return undefined;
	const quotes = quoteReader(file, instruction.span.start);
	for (let line = instruction.firstLine + 1; line <= instruction.lastLine; line++) {
		// Few lines begin with a capital letter.
		const code = file.text.charCodeAt(file.lineStarts[line] ?? 0);
		if (code < 0x41 || code > 0x5a) continue;
		const span = lineSpan(file, line);
		const keyword = /^([A-Z]+)[ \t]+[^ \t=\\`&|;)]/.exec(file.text.slice(span.start, span.end))?.[1];
		if (keyword === undefined || !INSTRUCTIONS.has(keyword) || quotes.isQuotedAt(span.start)) continue;
		const escape = escapeOf(file, continuedLine(file, instruction, line));
		if (escape === undefined) continue;
		const edit = removeWord(file, escape);
		return {
			span: escape,
			message: `The ${nameOf(file)} takes the ${keyword} below into this instruction`,
			related: [{ span: { start: span.start, end: span.start + keyword.length }, message: "What is taken in" }],
			fixes: splitsWell(file, instruction, edit) ? [{ title: `Remove the ${nameOf(file)}`, safety: "review", edits: [edit] }] : [],
		};
	}
	return undefined;
}

/** The line of an instruction that one below it continues: the nearest that is neither a comment nor empty. */
function continuedLine(file: Dockerfile, { firstLine }: Instruction, line: number): Span {
	const isComment = commentsByLine(file);
	for (let above = line - 1; above > firstLine; above--) {
		const span = lineSpan(file, above);
		if (!isComment.has(above) && file.text.slice(span.start, span.end).trim() !== "") return span;
	}
	return lineSpan(file, firstLine);
}

/** Whether the builder takes what an instruction becomes by an edit in it. */
function splitsWell(file: Dockerfile, { span }: Instruction, edit: SpanEdit): boolean {
	if (edit.span.start < span.start) return false;
	const moved = { span: { start: edit.span.start - span.start, end: edit.span.end - span.start }, newText: edit.newText };
	const head = file.escape === "\\" ? "" : "# escape=`\n";
	const { errors, instructions } = scan(head + applyEdits(file.text.slice(span.start, span.end), [moved]));
	return (
		errors.length === 0 &&
		instructions
			.flatMap((part) => (part.trigger === undefined ? [part] : [part, part.trigger]))
			.every(
				(part) =>
					hasItsArguments(part) &&
					(part.keyword !== "SHELL" || part.exec !== undefined) &&
					part.flags.every(({ name }) => flagKind(part.keyword, name) !== undefined),
			)
	);
}

/** As far as the keyword tells how many there have to be. */
function hasItsArguments(part: Instruction): boolean {
	const { keyword, arguments: args, exec, heredocs } = part;
	const words = exec?.values ?? splitAtBlanks(args).map(({ text }) => text);
	if (args.text === "" || startsNoComment(part) || (exec === undefined && /^\[\s*['"]/.test(args.text))) return false;
	if (keyword === "COPY" || keyword === "ADD")
		return heredocs.length > 0 || words.length === 2 || (words.length > 2 && words.at(-1)?.endsWith("/") === true);
	if (keyword === "FROM") return words.length === 1 || (words.length === 3 && words[1]?.toLowerCase() === "as");
	return words.length === 1 || !/^(?:USER|STOPSIGNAL)$/.test(keyword);
}

/** `USER app # note`: there are no comments behind arguments, and commands alone are read by a shell that has them. */
function startsNoComment({ keyword, arguments: { text } }: Instruction): boolean {
	return !/^(?:RUN|CMD|ENTRYPOINT)$/.test(keyword) && /[ \t]#/.test(text);
}

/** Tells of places in an instruction, in rising order, whether they stand between quotes, as a shell reads it. */
function quoteReader({ text, escape }: Dockerfile, start: number): { isQuotedAt(offset: number): boolean } {
	let at = start;
	let quote = "";
	return {
		isQuotedAt(offset) {
			for (; at < offset; at++) {
				const character = text[at];
				if (character === escape && quote !== "'") at++;
				else if (quote === "" && (character === "'" || character === '"')) quote = character;
				else if (character === quote) quote = "";
			}
			return quote !== "";
		},
	};
}

/** A continuation with nothing to continue: the file ends. */
function atEnd(file: Dockerfile, instruction: Instruction): Report | undefined {
	if (file.instructions[file.instructions.length - 1] !== instruction) return undefined;
	const isComment = commentsByLine(file);
	for (let line = instruction.lastLine; line >= instruction.firstLine; line--) {
		const span = lineSpan(file, line);
		if (isComment.has(line) || file.text.slice(span.start, span.end).trim() === "") continue;
		const escape = escapeOf(file, span);
		if (escape === undefined) return undefined;
		const edit = removeWord(file, escape);
		return {
			span: escape,
			message: `Nothing follows the ${nameOf(file)}`,
			fixes: splitsWell(file, instruction, edit) ? [{ title: `Remove the ${nameOf(file)}`, safety: "safe", edits: [edit] }] : [],
		};
	}
	return undefined;
}

/** The escape character that ends a line; blanks may follow it. */
function escapeOf(file: Dockerfile, line: Span): Span | undefined {
	let end = line.end;
	while (end > line.start && /[ \t\r]/.test(file.text[end - 1] ?? "")) end--;
	if (file.text[end - 1] !== file.escape || file.text[end - 2] === file.escape) return undefined;
	return { start: end - 1, end };
}

function nameOf(file: Dockerfile): string {
	return file.escape === "\\" ? "backslash" : "backtick";
}
