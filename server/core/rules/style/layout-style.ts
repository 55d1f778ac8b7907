import { insertAt, replace } from "../../dockerfile/edits/edit.ts";
import type { Dockerfile, Stage } from "../../dockerfile/model/model.ts";
import { sourceOffset } from "../../mappedText.ts";
import type { Span } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const layoutStyle = defineRule({
	id: "layout-style",
	title: "Blanks and empty lines are not as everybody has them",
	category: "style",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["tally", "consistent-indentation", "no-multi-spaces", "no-multiple-empty-lines", "no-trailing-spaces", "eol-last"]),
	subCodes: {
		"trailing-blanks": "Blanks stand at the end of a line",
		"final-newline": "The last line has no line break",
		"empty-lines": "Several empty lines follow each other",
		"keyword-blanks": "More than one blank follows a keyword",
		indentation: "An instruction is indented, most others of its stage are not",
	},
	why: "Blanks that nobody sees make changes that nobody meant: an editor takes them away, and a review shows lines in which nothing happened.",
	remedy: "Let the editor trim lines and end the file with a line break (`.editorconfig`), and keep one form.",
	references: ["https://editorconfig.org/"],
	examples: [
		{ caption: "A blank at the end of a line", bad: 'FROM debian:12« »\nCMD ["app"]\n', fixed: 'FROM debian:12\nCMD ["app"]\n' },
		{ caption: "One line break at the end", good: 'FROM debian:12\nCMD ["app"]\n' },
		{
			caption: "At the ends of lines and of the file",
			bad: "FROM debian:12« »\n#  a« \t»\nRUN a \\«  »\n  b«  »\n«  »\nCMD «a»",
			fixed: "FROM debian:12\n#  a\nRUN a \\\n  b\n\nCMD a\n",
		},
		{ caption: "Behind a heredoc", bad: "FROM debian:12\nRUN <<EOF\na\nEO«F»", fixed: "FROM debian:12\nRUN <<EOF\na\nEOF\n" },
		{
			caption: "Empty lines and blanks that are too many; Windows line ends",
			bad: "FROM«  »debian:12\r\n\r\n«\r\n\r\n»RUN«\t »a  b\r\n",
			fixed: "FROM debian:12\r\n\r\nRUN a  b\r\n",
		},
		{ caption: "Empty lines at the end", bad: "FROM debian:12\nRUN a\n«\n\n»", fixed: "FROM debian:12\nRUN a\n" },
		{ caption: "A heredoc that nothing ends", good: "FROM debian:12\nRUN <<EOF\na", notBuilt: true },
		{ caption: "One empty line at the end", good: "FROM debian:12\nRUN a\n\n" },
		{
			caption: "Indented among others that are not",
			bad: "FROM debian:12\nRUN a\n«  »RUN b \\\n    c\nCMD d\n",
			fixed: "FROM debian:12\nRUN a\nRUN b \\\n    c\nCMD d\n",
		},
		{
			caption: "Scripts, columns, a stage that is indented as a whole",
			good: "FROM debian:12\n  RUN <<EOF\na  \n\n\n  b\nEOF\n  ENV a  b\n\nFROM debian:12\nRUN a &&    b\n\tCMD a\n",
		},
	],
	check(file) {
		const inHeredoc = heredocLines(file);
		const reports: Report[] = [...trailing(file, inHeredoc), ...emptyLines(file, inHeredoc)];
		let indented = false;
		for (const { keywordSpan, arguments: args, flags } of file.instructions) {
			indented ||= isBlank(file.text.charCodeAt(keywordSpan.start - 1));
			if (!isBlank(file.text.charCodeAt(keywordSpan.end + 1))) continue;
			if (args.text === "" && flags.length === 0) continue;
			const first = flags[0]?.span.start ?? sourceOffset(args, 0);
			const blanks = { start: keywordSpan.end, end: first };
			if (blanks.end - blanks.start > 1 && /^[\t ]+$/.test(file.text.slice(blanks.start, blanks.end)))
				reports.push(report(blanks, " ", "keyword-blanks", "More than one blank follows the keyword", "Leave one blank"));
		}
		if (indented) for (const stage of file.stages) reports.push(...indentation(file, stage));
		return reports;
	},
});

function report(span: Span, newText: string, subCode: string, message: string, title: string): Report {
	return { span, message, subCode, fixes: [{ title, safety: "safe", edits: [replace(span, newText)] }] };
}

function isBlank(code: number): boolean {
	return code === 0x20 || code === 0x09;
}

/** The lines of heredocs, whose text belongs to somebody else. */
function heredocLines(file: Dockerfile): ReadonlySet<number> {
	const lines = new Set<number>();
	for (const { heredocs } of file.instructions)
		for (const { firstLine, lastLine } of heredocs) for (let line = firstLine; line <= lastLine; line++) lines.add(line);
	return lines;
}

/** Whether the last line is one of a heredoc's body, which nothing ends. */
function endsInBody({ instructions, lineStarts }: Dockerfile): boolean {
	return instructions.at(-1)?.heredocs.some(({ terminated, lastLine }) => !terminated && lastLine === lineStarts.length - 1) === true;
}

/** The end of a line without its line break. */
function lineEnd(file: Dockerfile, line: number): number {
	const next = file.lineStarts[line + 1];
	if (next === undefined) return file.text.length;
	return file.text.charCodeAt(next - 2) === 0x0d ? next - 2 : next - 1;
}

function trailing(file: Dockerfile, inHeredoc: ReadonlySet<number>): readonly Report[] {
	const reports: Report[] = [];
	for (let line = 0; line < file.lineStarts.length; line++) {
		const start = file.lineStarts[line] ?? 0;
		const end = lineEnd(file, line);
		let from = end;
		while (from > start && isBlank(file.text.charCodeAt(from - 1))) from--;
		if (from === end || inHeredoc.has(line)) continue;
		reports.push(report({ start: from, end }, "", "trailing-blanks", "Blanks stand at the end of the line", "Remove them"));
	}
	const last = file.text.length;
	if (last === 0 || file.text.endsWith("\n") || endsInBody(file)) return reports;
	const span = { start: last - 1, end: last };
	reports.push({
		span,
		message: "The last line has no line break",
		subCode: "final-newline",
		fixes: [{ title: "Add a line break", safety: "safe", edits: [insertAt(last, file.lineBreak)] }],
	});
	return reports;
}

function emptyLines(file: Dockerfile, inHeredoc: ReadonlySet<number>): readonly Report[] {
	if (!mayHaveEmptyLines(file)) return [];
	// Between continued lines they are another matter.
	const inside = new Set(file.instructions.flatMap(({ emptyContinuations }) => emptyContinuations));
	const isEmpty = (line: number): boolean => {
		const start = file.lineStarts[line];
		return start !== undefined && !inHeredoc.has(line) && !inside.has(line) && file.text.slice(start, lineEnd(file, line)).trim() === "";
	};
	const count = file.lineStarts.length;
	const reports: Report[] = [];
	for (let line = 0; line < count; line++) {
		if (!isEmpty(line)) continue;
		let last = line;
		while (last + 1 < count && isEmpty(last + 1)) last++;
		const start = file.lineStarts[line + 1];
		const end = file.lineStarts[last + 1];
		// What follows the last line break is no line.
		if (end === undefined && last - line > 1)
			reports.push(
				report(
					{ start: file.lineStarts[line] ?? 0, end: file.text.length },
					"",
					"empty-lines",
					`${last - line} empty lines stand at the end of the file`,
					"Remove them",
				),
			);
		if (start !== undefined && end !== undefined && last > line)
			reports.push(report({ start, end }, "", "empty-lines", `${last - line + 1} empty lines follow each other`, "Leave one of them"));
		line = last;
	}
	return reports;
}

/** Whether two lines follow each other that hold nothing, or something else than plain text behind their indentation. */
function mayHaveEmptyLines({ text, lineStarts }: Dockerfile): boolean {
	let before = false;
	for (let line = 0; line < lineStarts.length; line++) {
		let at = lineStarts[line] ?? 0;
		while (isBlank(text.charCodeAt(at))) at++;
		const code = text.charCodeAt(at);
		// What is not ASCII may be white space, too; behind the end there is no code.
		const isOpen = !(code > 0x20 && code < 0x7f);
		if (isOpen && before) return true;
		before = isOpen;
	}
	return false;
}

function indentation(file: Dockerfile, { steps }: Stage): readonly Report[] {
	const indented = steps.filter(({ firstLine, span }) => span.start > (file.lineStarts[firstLine] ?? 0));
	if (indented.length * 2 >= steps.length) return [];
	const reports: Report[] = [];
	for (const { firstLine, span } of indented) {
		const blanks = { start: file.lineStarts[firstLine] ?? 0, end: span.start };
		if (!/^[\t ]+$/.test(file.text.slice(blanks.start, blanks.end))) continue;
		reports.push(report(blanks, "", "indentation", "The instruction is indented, most others are not", "Remove the indentation"));
	}
	return reports;
}
