import { insertAt, replace } from "../../dockerfile/edits/edit.ts";
import { allInstructions } from "../../dockerfile/model/instructions.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import type { Heredoc } from "../../dockerfile/syntax/heredoc.ts";
import type { Instruction } from "../../dockerfile/syntax/structure.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import type { Fix } from "../../finding.ts";
import { INSTRUCTIONS } from "../../knowledge/instructions.ts";
import { sourceSpan } from "../../mappedText.ts";
import { editDistance } from "../../nearest.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

const WITH_HEREDOC = new Set(["RUN", "COPY", "ADD"]);
const WITHOUT = new Set(["CMD", "ENTRYPOINT", "HEALTHCHECK", "ENV", "LABEL", "SHELL", "WORKDIR", "USER", "ARG", "EXPOSE", "VOLUME"]);

export const heredocInvalid = defineRule({
	id: "heredoc-invalid",
	title: "A heredoc has no end, or stands where none can be",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { texts: ["<<"] },
	why: "A heredoc ends with a line that holds its name and nothing else. Without one it takes the rest of the file, and the builder stops. RUN, COPY and ADD alone have heredocs: behind CMD the lines that follow are taken for instructions.",
	remedy:
		"Write the name alone on a line, without blanks; behind `<<-` tabs may stand in front of it. A shift such as `$((1 << 2))` needs another form: `$((1 * 4))`.",
	references: ["https://docs.docker.com/reference/dockerfile/#here-documents"],
	examples: [
		{ caption: "The end stands alone on its line", good: "FROM debian:12\nRUN <<EOF\napt-get update\napt-get install -y curl\nEOF\n" },
		{
			caption: "The end is indented with blanks, or has some behind it",
			bad: "FROM debian:12\nRUN «<<EOF»\n  a\n  EOF\nUSER 1\n",
			fixed: "FROM debian:12\nRUN <<EOF\n  a\nEOF\nUSER 1\n",
		},
		{
			caption: "The end is indented with tabs",
			bad: "FROM debian:12\r\nRUN cat «<<'EOF'» > /a\r\n\ta\r\n\tEOF\r\n",
			fixed: "FROM debian:12\r\nRUN cat <<-'EOF' > /a\r\n\ta\r\n\tEOF\r\n",
		},
		{ caption: "Nearly its end", bad: "FROM debian:12\nCOPY «<<EOF» /a\nb\nEOFF\n", fixed: "FROM debian:12\nCOPY <<EOF /a\nb\nEOF\n" },
		{ caption: "No end at all", bad: "FROM debian:12\nRUN «<<EOF»\na", fixed: "FROM debian:12\nRUN <<EOF\na\nEOF\n" },
		{ caption: "Nobody knows where it ends", bad: "FROM debian:12\nRUN «<<EOF»\na\nUSER 1\n" },
		{ caption: "Its end continues the first line", bad: "FROM debian:12\nRUN cat «<<EOF» > /a \\\na \\\nEOF\n" },
		{ caption: "A shift", bad: "FROM debian:12\nRUN echo $((1 «<< 2))»\n" },
		{ caption: "Where there are none", bad: "FROM debian:12\nCMD «<<EOF»\necho a\nEOF\n" },
		{ caption: "As a value, and as a folder", bad: "FROM debian:12\nENV A=«<<EOF»\necho a\nEOF\nWORKDIR «<<E»\na\nE\n" },
		{ caption: "As a destination", bad: "FROM debian:12\nCOPY a «<<EOF»\nEOF\n" },
		{
			caption: "With an end",
			good: "FROM debian:12\nRUN <<-EOF cat <<B\n\ta\n\tEOF\nb\nB\nCOPY <<'x y' <<z /a/\nb\nx y\nz\nRUN cat <<< EOF\nONBUILD RUN <<C\nC\n",
		},
		{ caption: "No heredoc", good: "FROM debian:12\nCMD cat <<EOF\nENV A=\"<<B\"\nRUN echo '<<C'\n" },
	],
	check(file) {
		if (!file.text.includes("<<") || templateMark(file) !== undefined) return [];
		const reports: Report[] = [];
		for (const instruction of allInstructions(file)) {
			if (!instruction.arguments.text.includes("<<")) continue;
			if (WITH_HEREDOC.has(instruction.keyword)) {
				for (const heredoc of instruction.heredocs) if (!heredoc.terminated) reports.push(openReport(file, instruction, heredoc));
				reports.push(...asDestination(instruction));
			} else if (WITHOUT.has(instruction.keyword)) reports.push(...misplaced(file, instruction));
		}
		return reports;
	},
});

function openReport(file: Dockerfile, instruction: Instruction, heredoc: Heredoc): Report {
	const { wordSpan, at, name } = heredoc;
	const word = file.text.slice(wordSpan.start, wordSpan.end);
	const inArithmetic = /\$?\(\([^)]*$/.test(instruction.line.text.slice(Math.max(0, at - 200), at));
	return {
		span: wordSpan,
		message: inArithmetic
			? `${shortened(word, 40)} is taken for the start of a heredoc`
			: `The heredoc ${shortened(word, 40)} has no line ${shortened(name, 30)} that ends it`,
		fixes: () => (inArithmetic || instruction.heredocs.length > 1 ? [] : endFix(file, heredoc)),
	};
}

/** A line further down that would end the heredoc but for the blanks in it. */
function endFix(file: Dockerfile, { name, wordSpan, body, stripTabs }: Heredoc): readonly Fix[] {
	let at = body.pieces[0]?.source ?? file.text.length;
	while (at < file.text.length) {
		const next = file.text.indexOf("\n", at);
		const end = next === -1 ? file.text.length : next;
		const line = file.text.slice(at, end).replace(/\r$/, "");
		if (line.trim() === name) {
			const lead = line.slice(0, line.indexOf(name));
			const tail = line.slice(lead.length + name.length);
			if (/^\t+$/.test(lead) && tail === "" && !stripTabs) {
				const angles = file.text.indexOf("<<", wordSpan.start) + 2;
				return [{ title: "Remove leading tabs with <<-", safety: "review", edits: [insertAt(angles, "-")] }];
			}
			// The line that names the heredoc goes on to here: the body begins below.
			if (line === name) return [];
			const span = { start: at, end: at + line.length };
			return [{ title: `Write ${shortened(name, 30)} without blanks`, safety: "review", edits: [replace(span, name)] }];
		}
		at = end + 1;
	}
	return closingFix(file, name, body.text);
}

/** A line at the end of the file, or the last line if it is nearly the one that is missing; none where instructions seem to follow. */
function closingFix(file: Dockerfile, name: string, body: string): readonly Fix[] {
	const lines = body.split(/\r?\n/);
	if (lines.some((line) => INSTRUCTIONS.has(/^\s*(\w+)\s/.exec(line)?.[1]?.toUpperCase() ?? "")) || !/^\w+$/.test(name)) return [];
	const last = lines.findLast((line) => line.trim() !== "")?.trim();
	const { text } = file;
	if (last !== undefined && name.length > 2 && editDistance(last, name, 2) < 2) {
		const start = text.lastIndexOf(last);
		return [{ title: `Change to ${name}`, safety: "review", edits: [replace({ start, end: start + last.length }, name)] }];
	}
	const line = `${text.endsWith("\n") ? "" : file.lineBreak}${name}${file.lineBreak}`;
	return [{ title: `Append the line ${shortened(name, 30)}`, safety: "review", edits: [insertAt(text.length, line)] }];
}

function asDestination({ keyword, arguments: args, exec }: Instruction): readonly Report[] {
	if (keyword === "RUN" || exec !== undefined) return [];
	const words = splitAtBlanks(args);
	const last = words[words.length - 1];
	const isHeredoc = last !== undefined && words.length > 1 && /^<<-?\w/.test(last.text);
	return isHeredoc ? [{ span: last.span, message: `A heredoc cannot be the destination of ${keyword}` }] : [];
}

/** `CMD <<EOF`, with a line further down that was meant as its end. */
function misplaced(file: Dockerfile, { keyword, arguments: args, lastLine }: Instruction): readonly Report[] {
	const match = /(?:^|\s|=)(<<-?\s*(["']?)(\w+)\2)(?=\s|$)/.exec(args.text);
	if (match === null) return [];
	const below = file.text.slice(file.lineStarts[lastLine + 1] ?? file.text.length);
	if (!below.split("\n").some((line) => line.trim() === match[3])) return [];
	const at = match.index + match[0].indexOf("<<");
	return [
		{
			span: sourceSpan(args, at, at + (match[1]?.length ?? 0)),
			message: `${keyword} has no heredocs: the lines below are taken for instructions`,
		},
	];
}
