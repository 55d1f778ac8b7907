import { LINT_SEVERITIES, type LintFinding, type LintSeverity, type Problem } from "../finding.ts";
import { lineStartsOf } from "../text.ts";
import type { Colors } from "./colors.ts";
import type { LintedFile, LintReport } from "./lintReport.ts";

/** The report for people: each finding with its line and carets below the marked part, and one summary line at the end. */
export function lintText(report: LintReport, colors: Colors): string {
	const parts = report.files.flatMap((file) => file.findings.map((finding) => findingText(file, finding, colors)));
	return `${parts.join("\n")}${parts.length > 0 ? "\n" : ""}${summaryLine(report, colors)}\n`;
}

/** `file:line:column: severity: message [rule]`, the line, carets, and what repairs it. */
function findingText(file: LintedFile, finding: LintFinding, colors: Colors): string {
	const { start, end } = finding.range;
	const severity = colors.bold(severityColor(finding.severity, colors)(finding.severity));
	const head = `${colors.bold(`${file.path}:${start.line + 1}:${start.character + 1}`)}: ${severity}: ${finding.message} ${colors.dim(`[${finding.code}]`)}`;
	const line = lineText(file.text, start.line);
	const number = String(start.line + 1);
	const gutter = " ".repeat(number.length);
	const length = Math.max(1, (end.line === start.line ? end.character : line.length) - start.character);
	// Tabs stay tabs below the line, so that the carets stand where the eye expects them.
	const indentation = line.slice(0, start.character).replace(/[^\t]/g, " ");
	const shown = [
		`  ${colors.dim(`${number} |`)} ${line}`,
		`  ${colors.dim(`${gutter} |`)} ${indentation}${severityColor(finding.severity, colors)("^".repeat(length))}`,
	];
	const fix = finding.fixes[0];
	if (fix !== undefined) {
		const how = fix.safety === "safe" ? "safe" : fix.safety === "review" ? "needs a look" : "asks a registry";
		shown.push(`  ${gutter} ${colors.dim("=")} ${colors.green("fix")}: ${fix.title} ${colors.dim(`(${how})`)}`);
	}
	return [head, ...shown, ""].join("\n");
}

/** The one line that ends the output. */
export function summaryLine(report: LintReport, colors: Colors): string {
	const findings = report.files.flatMap((file) => file.findings);
	const files = count(report.files.length, "file");
	const problems = report.problems.length === 0 ? "" : ` ${colors.yellow(count(report.problems.length, "problem"))}.`;
	const suppressed = report.files.reduce((sum, file) => sum + file.suppressedCount, 0);
	const silenced = suppressed === 0 ? "" : ` ${suppressed} suppressed.`;
	if (findings.length === 0) return `${colors.green("No findings")} in ${files}.${silenced}${problems}`;
	const by = LINT_SEVERITIES.map((severity) => [severity, findings.filter((finding) => finding.severity === severity).length] as const)
		.filter(([, number]) => number > 0)
		.map(([severity, number]) => severityColor(severity, colors)(severity === "info" ? `${number} info` : count(number, severity)))
		.join(", ");
	const safe = findings.filter((finding) => finding.fixes[0]?.safety === "safe").length;
	const fixable = safe === 0 ? "" : ` ${safe} can be repaired by "hullguard fix".`;
	return `${count(findings.length, "finding")} in ${files}: ${by}.${fixable}${silenced}${problems}`;
}

export function problemText(problem: Problem, colors: Colors): string {
	const place =
		problem.path === undefined
			? ""
			: `${problem.path}${problem.range === undefined ? "" : `:${problem.range.start.line + 1}:${problem.range.start.character + 1}`}: `;
	const hint = problem.hint === undefined ? "" : `\n  ${problem.hint}`;
	return `${colors.bold(colors.red("hullguard:"))} ${place}${problem.message}${hint}`;
}

function severityColor(severity: LintSeverity, colors: Colors): (text: string) => string {
	return { error: colors.red, warning: colors.yellow, info: colors.blue, hint: colors.cyan }[severity];
}

function lineText(text: string, line: number): string {
	const starts = lineStartsOf(text);
	return text.slice(starts[line] ?? 0, starts[line + 1] ?? text.length).replace(/[\r\n]+$/, "");
}

export function count(number: number, noun: string): string {
	return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
