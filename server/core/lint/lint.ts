import { compareTexts } from "../compareTexts.ts";
import { revealsSyntax } from "../dockerfile/model/hiddenSyntax.ts";
import type { Dockerfile } from "../dockerfile/model/model.ts";
import { mayBecomeAnything } from "../dockerfile/model/template.ts";
import { assumedBuildsOf } from "../dockerfile/parse/assumedBuilds.ts";
import { parseDockerfile, withTargets } from "../dockerfile/parse/parse.ts";
import { type Fix, LINT_SEVERITIES, type LintFinding, type LintSeverity } from "../finding.ts";
import { RULES } from "../rules/registry.ts";
import { fixesOfReport, type Report, type Rule } from "../rules/rule.ts";
import { joinedEdits, rangeOf, readable } from "../text.ts";
import { assumedFindings, foreignOptions } from "./assumed.ts";
import type { LintOptions } from "./options.ts";
import { contextOf, REGISTERED_RULES, type RegisteredRule, severitiesOf } from "./plan.ts";
import { relevance } from "./relevance.ts";
import { counts, covering, names } from "./silences.ts";
import { replacedRules, withoutSuperseded } from "./superseding.ts";
import type { Suppression } from "./suppression.ts";
import { suppressionFaultsOf, suppressionsOf } from "./suppressions.ts";
import { type UnusedFound, unusedSuppressions } from "./unusedSuppressions.ts";

export interface LintResult {
	readonly file: Dockerfile;
	/** By place, worst first at one place. */
	readonly findings: readonly LintFinding[];
	/** Those that a comment silences, with the comment. */
	readonly suppressed: readonly { readonly finding: LintFinding; readonly by: Suppression }[];
}

/** Runs the rules over a Dockerfile and applies the suppressions in it. Pure, synchronous, never throws. */
export function lint(text: string, options: LintOptions): LintResult {
	return lintParsed(parseDockerfile(text), options);
}

/** The same for a file that somebody has parsed already. */
export function lintParsed(file: Dockerfile, options: LintOptions): LintResult {
	return lintTogether([{ file, options }])[0] as LintResult;
}

/** A Dockerfile, and how it is linted. */
export interface LintJob {
	readonly file: Dockerfile;
	readonly options: LintOptions;
}

/** The same for several files, with a result for each, in order. That is faster than one by one; a few dozen files at once are enough. */
export function lintTogether(jobs: readonly LintJob[]): readonly LintResult[] {
	const runs = jobs.map(startRun);
	check(runs);
	for (const run of runs) checkAssumed(run);
	return runs.map(finish);
}

interface Run extends LintJob {
	/** By the number of the rule. */
	readonly severities: readonly (LintSeverity | undefined)[];
	/** By the number of the rule. */
	readonly relevant: Uint8Array;
	readonly findings: LintFinding[];
}

function startRun({ file: parsed, options }: LintJob): Run {
	const file = options.targets === undefined ? parsed : withTargets(parsed, options.targets);
	const relevant = mayBecomeAnything(file) ? IN_TEMPLATES : relevance(file);
	return { file, options, severities: severitiesOf(options.rules), relevant, findings: [] };
}

/** What a template engine will make of a file nobody knows: that it is one is said, and a credential stays one. */
const IN_TEMPLATES = Uint8Array.from(RULES, ({ id }) => (id === "parse-error" || id === "secret-literal-in-file" ? 1 : 0));

/** Each rule looks at all files before the next one does: its code stays in the processor's cache. */
function check(runs: readonly Run[]): void {
	REGISTERED_RULES.forEach((registered, number) => {
		for (let index = 0; index < runs.length; index++) {
			const run = runs[index] as Run;
			if (run.relevant[number] === 1) checkRule(registered, run.severities[number], run);
		}
	});
}

function checkRule(registered: RegisteredRule, severity: LintSeverity | undefined, { file, options, findings }: Run): void {
	if (severity === undefined) return;
	const reports = registered.check(file, contextOf(registered, options));
	for (const report of reports) findings.push(findingOf(file, registered.rule, severity, report));
}

/** What builds do that are not in the file has to be looked at in files of their own. */
function checkAssumed({ file, options, findings }: Run): void {
	for (const build of assumedBuildsOf(file)) {
		const run = startRun({ file: build.file, options: build.isForeign ? foreignOptions(options) : options });
		check([run]);
		findings.push(...assumedFindings(build, run.findings, findings));
	}
}

function finish({ file, options, findings }: Run): LintResult {
	const suppressions = suppressionsOf(file);
	const all = withLevels(findings, options.codes);
	const kept = withoutSuperseded(all);
	if (suppressions.length === 0 && suppressionFaultsOf(file).length === 0)
		return { file, findings: kept.toSorted(byPlace), suppressed: [] };
	const used = new Set<Suppression>();
	const open: LintFinding[] = [];
	const suppressed: { finding: LintFinding; by: Suppression }[] = [];
	const inForce = suppressions.filter((suppression) => counts(suppression, options.today));
	const byCode = new Map<string, readonly Suppression[]>();
	const replaced = replacedRules(all);
	const silence = (found: readonly LintFinding[]): void => {
		for (const finding of found) {
			const rules = [finding.rule, ...replaced(finding)];
			const key = [finding.code, ...rules].join();
			const naming = byCode.get(key) ?? inForce.filter((suppression) => names(suppression, finding, rules));
			byCode.set(key, naming);
			const by = covering(naming, finding, rules, file);
			for (const suppression of by) used.add(suppression);
			const first = by[0];
			if (first === undefined) open.push(finding);
			else suppressed.push({ finding, by: first });
		}
	};
	silence(kept);
	const findingsOf = (found: UnusedFound): readonly LintFinding[] =>
		found.map(([rule, severity, report]) => findingOf(file, rule, severity, report));
	// In a template most rules have not looked.
	if (!mayBecomeAnything(file)) open.push(...findingsOf(unusedSuppressions(file, used, options, (found) => silence(findingsOf(found)))));
	return { file, findings: open.sort(byPlace), suppressed };
}

function findingOf(file: Dockerfile, rule: Rule, severity: LintSeverity, report: Report): LintFinding {
	return {
		rule: rule.id,
		code: report.subCode === undefined ? rule.id : `${rule.id}/${report.subCode}`,
		severity: loweredSeverity(rule, severity, report),
		message: readable(report.message),
		span: report.span,
		range: rangeOf(file.lineStarts, report.span),
		fixes: report.fixes === undefined ? noFixes : allowedFixes(file, report),
		related: report.related ?? [],
		tags: report.tags ?? [],
	};
}

/** Those that leave the file's syntax as it is; asked for once at most. */
function allowedFixes(file: Dockerfile, report: Report): LintFinding["fixes"] {
	let known: readonly Fix[] | undefined;
	return () => {
		known ??= fixesOfReport(report)
			.map(inAnyOrder)
			.filter((fix) => !("edits" in fix && revealsSyntax(file, fix.edits)));
		return known;
	};
}

/** A repair whose edits are the same in whatever order they are applied. */
function inAnyOrder(fix: Fix): Fix {
	return fix.safety === "lookup"
		? { ...fix, finish: (answer) => joinedEdits(fix.finish(answer)) }
		: { ...fix, edits: joinedEdits(fix.edits) };
}

const noFixes: LintFinding["fixes"] = () => [];

/** A report that matters less keeps its distance from the rule's usual severity when that was changed. */
export function loweredSeverity(rule: Rule, severity: LintSeverity, report: Pick<Report, "severity">): LintSeverity {
	if (report.severity === undefined) return severity;
	const steps = LINT_SEVERITIES.indexOf(report.severity) - LINT_SEVERITIES.indexOf(rule.severity);
	const index = Math.min(LINT_SEVERITIES.length - 1, Math.max(0, LINT_SEVERITIES.indexOf(severity) + steps));
	return LINT_SEVERITIES[index] as LintSeverity;
}

/** What sub-codes have levels of their own for has those. */
function withLevels(findings: readonly LintFinding[], levels: LintOptions["codes"]): readonly LintFinding[] {
	if (levels === undefined || levels.size === 0) return findings;
	return findings.flatMap((finding) => {
		const level = levels.get(finding.code);
		return level === undefined ? [finding] : level === "off" ? [] : [{ ...finding, severity: level }];
	});
}

function byPlace(a: LintFinding, b: LintFinding): number {
	return (
		a.span.start - b.span.start ||
		a.span.end - b.span.end ||
		LINT_SEVERITIES.indexOf(a.severity) - LINT_SEVERITIES.indexOf(b.severity) ||
		compareTexts(a.code, b.code)
	);
}
