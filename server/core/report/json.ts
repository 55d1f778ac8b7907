import type { Fix, LintFinding, Problem } from "../finding.ts";
import { rulePageLink } from "../links.ts";
import { type LineStarts, lineStartsOf, rangeOf } from "../text.ts";
import type { LintReport } from "./lintReport.ts";

/** The report as JSON: a contract. Positions are zero-based and count UTF-16 units. */
export function lintJson(report: LintReport): string {
	const files = report.files.map((file) => {
		const starts = lineStartsOf(file.text);
		return { path: file.path, findings: file.findings.map((finding) => findingJson(finding, starts)) };
	});
	return `${JSON.stringify({ files, problems: report.problems.map(problemJson) })}\n`;
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
		fixes: finding.fixes.map((fix) => fixJson(fix, starts)),
		help: rulePageLink(finding.rule),
	};
}

/** A fix that asks something first has no edits yet, and says what it needs. */
function fixJson(fix: Fix, starts: LineStarts): object {
	if (fix.safety === "lookup") return { title: fix.title, safety: fix.safety, edits: [], needs: fix.need };
	return {
		title: fix.title,
		safety: fix.safety,
		edits: fix.edits.map((edit) => ({ range: rangeOf(starts, edit.span), newText: edit.newText })),
	};
}
