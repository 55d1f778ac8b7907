import type { Fix, LintFinding, Problem } from "../finding.ts";
import { rulePageLink } from "../links.ts";
import { type LineStarts, lineStartsOf, rangeOf, type SpanEdit } from "../text.ts";
import type { LintedFile, LintReporter } from "./lintReport.ts";

/** The report as JSON: a contract (lintReportSchema.ts). Positions are zero-based and count UTF-16 units. One line for each file, so that a line tool can cut it. */
export function jsonReporter(write: (text: string) => void): LintReporter {
	let before = '{"files":[';
	return {
		file(file) {
			write(`${before}${JSON.stringify(fileJson(file))}`);
			before = ",\n";
		},
		end(problems) {
			const open = before === ",\n" ? "" : before;
			write(`${open}],"problems":${JSON.stringify(problems.map(problemJson))}}\n`);
		},
	};
}

function fileJson(file: LintedFile): object {
	const starts = lineStartsOf(file.text);
	return { path: file.path, findings: file.findings.map((finding) => findingJson(finding, starts)) };
}

export function problemJson(problem: Problem): object {
	const { kind, message, hint, path, range } = problem;
	return {
		kind,
		message,
		...(hint === undefined ? {} : { hint }),
		...(path === undefined ? {} : { path }),
		...(range === undefined ? {} : { range }),
	};
}

function findingJson(finding: LintFinding, starts: LineStarts): object {
	return {
		rule: finding.code,
		severity: finding.severity,
		message: finding.message,
		range: finding.range,
		fixes: finding.fixes().map((fix) => fixJson(fix, starts)),
		help: rulePageLink(finding.rule),
	};
}

/** A fix that asks something first has no edits yet, and says what it needs; one of another file names it. */
function fixJson(fix: Fix, starts: LineStarts): object {
	if (fix.safety === "lookup") return { title: fix.title, safety: fix.safety, edits: [], needs: fix.need };
	const { title, safety, edits, otherFile } = fix;
	if (otherFile === undefined) return { title, safety, edits: editsJson(edits, starts) };
	return { title, safety, file: otherFile.path, edits: editsJson(otherFile.edits, lineStartsOf(otherFile.text)) };
}

function editsJson(edits: readonly SpanEdit[], starts: LineStarts): readonly object[] {
	return edits.map((edit) => ({ range: rangeOf(starts, edit.span), newText: edit.newText }));
}
