import { insertAt, removeWord, replace } from "../../dockerfile/edits/edit.ts";
import { splitsWell } from "../../dockerfile/edits/splitsWell.ts";
import { commentsByLine } from "../../dockerfile/model/comments.ts";
import { continuedLine, escapeOf, lineSpan, quoteReader } from "../../dockerfile/model/continuedLines.ts";
import { innermostInstruction } from "../../dockerfile/model/instructions.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import type { Instruction } from "../../dockerfile/syntax/structure.ts";
import { splitAssignments } from "../../dockerfile/syntax/words.ts";
import type { Fix } from "../../finding.ts";
import { INSTRUCTIONS } from "../../knowledge/instructions.ts";
import type { Span } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

/** An escape character that keeps a blank, and what was meant as a comment. */
const BLANK_AND_COMMENT = /\s[\\`][ \t]+#/;
/** What hands its words to a shell, in which a word may be an escaped blank with a number sign behind it. */
const COMMANDS: ReadonlySet<string> = new Set(["RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"]);
const TAKE_WORDS: ReadonlySet<string> = new Set([...COMMANDS, "ARG", "VOLUME", "MAINTAINER"]);

/** Whether an instruction takes any words: ENV and LABEL do behind a name without an equals sign. */
function takesWords(keyword: string, text: string, escape: string): boolean {
	if (keyword === "ENV" || keyword === "LABEL") return splitAssignments(text, escape)[0]?.text.includes("=") === false;
	return TAKE_WORDS.has(keyword);
}

export const continuationBroken = defineRule({
	id: "continuation-broken",
	title: "A line goes on, or ends, where that is not meant",
	category: "correctness",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["hadolint", "DL1000"]),
	why: "A backslash continues the line only if nothing but blanks stands behind it: with a comment behind it the instruction ends there, or the words of the comment become arguments. The other way round, a backslash too many takes the next instruction in: `USER app` becomes a word of the RUN above, and the container runs as root.",
	remedy: "Put the comment on a line of its own above, and remove the backslash behind the last line of an instruction.",
	references: ["https://docs.docker.com/reference/dockerfile/#format", "https://docs.docker.com/reference/dockerfile/#escape"],
	examples: [
		{
			caption: "A comment on a line of its own",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y \\\n    # for the check\n    curl \\\n    git\n",
		},
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
			caption: "A comment that has a backslash behind it, too",
			bad: "FROM debian:12\nRUN apt-get install -y \\\n    curl «\\ # for downloads» \\\n    git\n",
			fixed: "FROM debian:12\nRUN apt-get install -y \\\n    # for downloads\n    curl \\\n    git\n",
		},
		{
			caption: "Behind two blanks it is a comment, to which the next lines belong",
			bad: "FROM debian:12\nRUN a «\\  # why» \\\n  && b\n",
			fixed: "FROM debian:12\n# why\nRUN a \\\n  && b\n",
		},
		{
			caption: "Words that the builder refuses",
			bad: "FROM debian:12\nENV A=1 «\\ # note» \\\n    B=2\nEXPOSE 80 «\\ # note» \\\n  443\nCOPY a «\\ # src» \\\n  /b/\n",
			fixed: "FROM debian:12\n# note\nENV A=1 \\\n    B=2\n# note\nEXPOSE 80 \\\n  443\n# src\nCOPY a \\\n  /b/\n",
		},
		{
			caption: "A blank and a number sign that a command gets",
			good: "FROM debian:12\nRUN grep -e \\ #x f \\\n  && b\n",
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
			good: 'FROM debian:12\nRUN a \\ \n  # && b \\\n  && c\nRUN echo "FROM x \\\nRUN y" > f\nENV A=1 \\\n  USER=x\nLABEL a=b \\\n  CMD=d\nRUN a \\# b\nRUN a\\\\ # b\nRUN sed "s/a \\ # b \\\n/c/" d\nRUN a \\\n  # b \\ # c \\\n  d\n',
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
		const mayHold = BLANK_AND_COMMENT.test(file.text);
		for (let index = 0; index < file.instructions.length; index++) {
			const instruction = file.instructions[index] as Instruction;
			if (instruction.heredocs.length > 0) continue;
			if (mayHold) reports.push(...commentsWithin(file, instruction));
			const next = file.instructions[index + 1];
			const report =
				commentBehind(file, instruction, next, file.instructions[index + 2]) ?? takenIn(file, instruction) ?? atEnd(file, instruction);
			if (report !== undefined) reports.push(report);
		}
		return reports;
	},
});

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
	const comment = text.slice(hash).trimEnd();
	return {
		span: { start: at, end: next.keywordSpan.start },
		message: `A comment stands behind the ${nameOf(file)}: the instruction ends here`,
		// What follows is no instruction.
		severity: "error",
		fixes:
			// What follows would then be read as a part of the instruction, a heredoc among it.
			mayDirect(comment, instruction.lastLine, instruction) ||
			next.line.text.includes("<<") ||
			(afterNext !== undefined && !INSTRUCTIONS.has(afterNext.keyword))
				? []
				: [moveAbove(file, line.start, comment, { start: at + 1, end: line.end })],
	};
}

/** Whether a comment above a line could become a directive, which stands above the first instruction. */
function mayDirect(comment: string, line: number, { firstLine }: Instruction): boolean {
	return line === firstLine && /^#\s*\w+\s*=/.test(comment);
}

/** Puts a comment above the line that begins at `start`, with its indentation, and takes it out of that. */
function moveAbove({ text, lineBreak }: Dockerfile, start: number, comment: string, removed: Span): Fix {
	let end = start;
	while (text[end] === " " || text[end] === "\t") end++;
	const edits = [insertAt(start, text.slice(start, end) + comment + lineBreak), replace(removed, "")];
	return { title: "Move the comment above", safety: "review", edits };
}

/** `\ # comment \`: the first backslash keeps a blank, the second one continues the line with the comment in it. */
function commentsWithin(file: Dockerfile, instruction: Instruction): readonly Report[] {
	const reports: Report[] = [];
	const quotes = quoteReader(file, instruction.span.start);
	const isComment = commentsByLine(file);
	const { keyword, arguments: args } = innermostInstruction(instruction);
	for (let line = instruction.firstLine; line < instruction.lastLine; line++) {
		const { start, end } = lineSpan(file, line);
		const text = file.text.slice(start, end);
		const found = isComment.has(line) ? null : BLANK_AND_COMMENT.exec(text);
		const last = escapeOf(file, { start, end });
		if (found === null || last === undefined || text[found.index + 1] !== file.escape) continue;
		const at = start + found.index + 1;
		const hash = start + found.index + found[0].length - 1;
		if (hash >= last.start || quotes.isQuotedAt(at)) continue;
		const comment = file.text.slice(hash, last.start).trimEnd();
		// Behind one blank the number sign is a part of the word; behind two a shell begins a comment there.
		const isWord = hash === at + 2;
		if (isWord && COMMANDS.has(keyword) && !/^#+\s/.test(comment)) continue;
		const isRest = !isWord && COMMANDS.has(keyword) && file.escape === "\\";
		reports.push({
			span: { start: at, end: hash + comment.length },
			message: `A comment stands behind the ${nameOf(file)}: ${isRest ? "the rest of the command belongs to it" : "its words become arguments"}`,
			...(takesWords(keyword, args.text, file.escape) ? {} : { severity: "error" as const }),
			fixes: mayDirect(comment, line, instruction) ? [] : [moveAbove(file, start, comment, { start: at, end: last.start })],
		});
	}
	return reports;
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

function nameOf(file: Dockerfile): string {
	return file.escape === "\\" ? "backslash" : "backtick";
}
