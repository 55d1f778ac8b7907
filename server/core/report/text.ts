import { LINT_SEVERITIES, type LintFinding, type LintSeverity, type Problem } from "../finding.ts";
import { lineStartsOf } from "../text.ts";
import type { Colors } from "./colors.ts";
import { markedExcerpt, type Source } from "./excerpt.ts";
import type { LintReporter } from "./lintReport.ts";
import { terminalText } from "./terminalText.ts";

/** The report for people: each finding with its line and carets below the marked part, and one summary line at the end. */
export function textReporter(write: (text: string) => void, colors: Colors): LintReporter {
	const counts: Counts = { files: 0, by: new Map(), repairable: 0, suppressed: 0 };
	return {
		file(file) {
			counts.files++;
			counts.suppressed += file.suppressedCount;
			for (const finding of file.findings) {
				counts.by.set(finding.severity, (counts.by.get(finding.severity) ?? 0) + 1);
				if (finding.fixes()[0]?.safety === "safe") counts.repairable++;
			}
			if (file.findings.length === 0) return;
			const source = { text: file.text, starts: lineStartsOf(file.text) };
			write(file.findings.map((finding) => `${findingText(file.path, source, finding, colors)}\n`).join(""));
		},
		end: (problems) => write(`${summaryLine(counts, problems.length, colors)}\n`),
	};
}

interface Counts {
	files: number;
	readonly by: Map<LintSeverity, number>;
	repairable: number;
	suppressed: number;
}

/** `file:line:column: severity: message [rule]`, the line, carets, and what repairs it. */
function findingText(path: string, source: Source, finding: LintFinding, colors: Colors): string {
	const { start } = finding.range;
	const paint = severityColor(finding.severity, colors);
	const place = `${terminalText(path)}:${start.line + 1}:${start.character + 1}`;
	const lines = [
		`${colors.bold(place)}: ${colors.bold(paint(finding.severity))}: ${terminalText(finding.message)} ${colors.dim(`[${finding.code}]`)}`,
		...markedExcerpt(source, finding.range, paint, colors),
	];
	const fix = finding.fixes()[0];
	if (fix !== undefined) {
		const gutter = " ".repeat(String(start.line + 1).length);
		lines.push(`  ${gutter} ${colors.dim("=")} ${colors.green("fix")}: ${terminalText(fix.title)} ${colors.dim(`(${HOW[fix.safety]})`)}`);
	}
	return [...lines, ""].join("\n");
}

const HOW = { safe: "safe", review: "needs a look", lookup: "asks a registry" } as const;

function summaryLine(counts: Counts, problemCount: number, colors: Colors): string {
	const files = count(counts.files, "file");
	const problems = problemCount === 0 ? "" : ` ${colors.yellow(count(problemCount, "problem"))}.`;
	const silenced = counts.suppressed === 0 ? "" : ` ${counts.suppressed} suppressed.`;
	const total = [...counts.by.values()].reduce((sum, number) => sum + number, 0);
	if (counts.files === 0) return `Nothing was checked.${problems}`;
	if (total === 0) return `${colors.green("No findings")} in ${files}.${silenced}${problems}`;
	const by = LINT_SEVERITIES.map((severity) => [severity, counts.by.get(severity) ?? 0] as const)
		.filter(([, number]) => number > 0)
		.map(([severity, number]) => severityColor(severity, colors)(severity === "info" ? `${number} info` : count(number, severity)))
		.join(", ");
	const repairable = counts.repairable === 0 ? "" : ` "hullguard fix" repairs ${counts.repairable}.`;
	return `${count(total, "finding")} in ${files}: ${by}.${repairable}${silenced}${problems}`;
}

/** `hullguard: place: what happened`, and below it what to do. The place is left out where the sentence names the file. */
export function problemText(problem: Problem, colors: Colors): string {
	const hint = problem.hint === undefined ? "" : `\n  ${terminalText(problem.hint)}`;
	return `${colors.bold(colors.red("hullguard:"))} ${problemPlace(problem)}${terminalText(problem.message)}${hint}`;
}

function problemPlace({ path, range, message }: Problem): string {
	if (path === undefined || (range === undefined && message.includes(path))) return "";
	const position = range === undefined ? "" : `:${range.start.line + 1}:${range.start.character + 1}`;
	return `${terminalText(path)}${position}: `;
}

function severityColor(severity: LintSeverity, colors: Colors): (text: string) => string {
	return { error: colors.red, warning: colors.yellow, info: colors.blue, hint: colors.cyan }[severity];
}

/** `1 file`, `2 files`. */
export function count(number: number, noun: string): string {
	return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
