import { runSteps, scriptsOf } from "../../dockerfile/commands/scripts.ts";
import { chainOf } from "../../dockerfile/edits/runHeredoc.ts";
import type { Dockerfile, Step } from "../../dockerfile/model/model.ts";
import type { Fix } from "../../finding.ts";
import { sourceOffset } from "../../mappedText.ts";
import { lineAt, type Span, type SpanEdit } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const dockerfileShapeLimits = defineRule({
	id: "dockerfile-shape-limits",
	title: "A file or a line is longer than agreed",
	category: "style",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [...same(["sonar", "S7020"]), ...similar(["tally", "max-lines"])],
	subCodes: { file: "The file has more lines than agreed", line: "A line of a RUN is longer than agreed" },
	why: "What does not fit on a screen is not read in a review: the one command that matters stands at column 300.",
	remedy: "Break a RUN at `&&`, or write it as a heredoc; take what a file does besides its image into a script or a base image.",
	references: ["https://docs.docker.com/build/building/best-practices/#run"],
	options: [
		{ name: "lines", description: "The most lines of a file, comments and empty ones not counted; 0 for no limit.", default: 0 },
		{ name: "lineLength", description: "The most characters of a line in a RUN; 0 for no limit.", default: 120 },
	],
	examples: [
		{
			caption: "Broken at each command",
			bad: "FROM debian:12\nRUN apt-get update && apt-get «install -y curl»\nRUN mkdir /a\n",
			fixed: "FROM debian:12\nRUN apt-get update \\\n    && apt-get install -y curl\nRUN mkdir /a\n",
			options: { lineLength: 32 },
		},
		{
			caption: "Windows line ends, and a line among others",
			bad: "FROM debian:12\r\nRUN apt-get update \\\r\n  && mkdir -p /a/b && mkdir -p «/c/d»\r\n",
			fixed: "FROM debian:12\r\nRUN apt-get update \\\r\n  && mkdir -p /a/b \\\r\n    && mkdir -p /c/d\r\n",
			options: { lineLength: 33 },
		},
		{ caption: "Too many lines", bad: "FROM debian:12\n# a\nRUN a\n«RUN» b\nRUN c\n", options: { lines: 2 } },
		{
			caption: "Short, or one word that cannot be broken",
			good: "FROM debian:12\nRUN curl https://example.com/a/very/long/address/of/a/file\nRUN <<EOF\necho a line in a script that is longer than thirty\nEOF\nCMD echo another line that is longer than thirty\n",
			options: { lineLength: 30 },
		},
	],
	check(file, { options }) {
		const lines = Number(options["lines"]);
		const length = Number(options["lineLength"]);
		const reports: Report[] = [];
		if (lines > 0) reports.push(...tooLong(file, lines));
		if (length <= 0) return reports;
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				const end = step.heredocs[0] === undefined ? step.lastLine : step.firstLine;
				for (let line = step.firstLine; line <= end; line++) {
					const span = excess(file, line, length);
					if (span === undefined) continue;
					reports.push({
						span,
						message: `A line of this RUN has more than ${length} characters`,
						subCode: "line",
						fixes: () => fixesOf(file, step, line, length),
					});
				}
			}
		}
		return reports;
	},
});

/** The first instruction behind the last line that the file may have. */
function tooLong(file: Dockerfile, most: number): readonly Report[] {
	if (file.lineStarts.length <= most) return [];
	const commented = new Set(file.comments.map(({ line }) => line));
	let count = 0;
	for (const { firstLine, lastLine, keywordSpan } of file.instructions) {
		for (let line = firstLine; line <= lastLine; line++) if (!commented.has(line)) count++;
		if (count <= most) continue;
		return [{ span: keywordSpan, message: `The file has more than ${most} lines of instructions`, subCode: "file" }];
	}
	return [];
}

/** What stands behind the last column; undefined if the line is short, or is one word that nobody can break. */
function excess(file: Dockerfile, line: number, length: number): Span | undefined {
	const start = file.lineStarts[line] ?? 0;
	const next = file.lineStarts[line + 1] ?? file.text.length;
	if (next - start <= length) return undefined;
	const whole = file.text.slice(start, next).trimEnd();
	// An operator at the end is in nobody's way.
	const text = whole.endsWith(file.escape) ? whole.slice(0, -1).replace(/[\t ;&|]{1,8}$/, "") : whole;
	if (text.length <= length || text.trimStart().startsWith("#")) return undefined;
	const words = text.trim().split(/\s+/);
	if (words.some((word) => word.length > length / 2)) return undefined;
	const from = text.lastIndexOf(" ", length) + 1;
	return { start: start + Math.max(from, text.length - text.trimStart().length), end: start + text.length };
}

/** Breaks a line at each `&&` between commands, where that makes all of it short enough. */
function fixesOf(file: Dockerfile, step: Step, line: number, length: number): readonly Fix[] {
	const [script] = scriptsOf(step);
	const chain = script === undefined || script.form !== "line" ? undefined : chainOf(script);
	if (script === undefined || chain === undefined) return [];
	const edits: SpanEdit[] = [];
	let from = file.lineStarts[line] ?? 0;
	const pieces: number[] = [];
	for (const command of chain.slice(1)) {
		const { text } = script.source;
		const at = text.lastIndexOf("&&", command.at);
		const start = sourceOffset(script.source, text.slice(0, at).trimEnd().length - 1) + 1;
		const end = sourceOffset(script.source, at);
		if (lineAt(file.lineStarts, start) !== line || lineAt(file.lineStarts, end) !== line) continue;
		if (file.text.slice(file.lineStarts[line], start).trim() === "") continue;
		pieces.push(start - from);
		from = end - 4;
		edits.push({ span: { start, end }, newText: ` ${file.escape}${file.lineBreak}    ` });
	}
	const lineEnd = (file.lineStarts[line + 1] ?? file.text.length + 1) - 1;
	pieces.push(lineEnd - from);
	return edits.length === 0 || pieces.some((piece) => piece > length - 2)
		? []
		: [{ title: "Break the line at &&", safety: "review", edits }];
}
