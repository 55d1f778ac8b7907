import { addTo } from "../addTo.ts";
import { type LintFinding, reaches } from "../finding.ts";
import { findRule, RULES } from "../rules/registry.ts";
import { lineAt, type Span } from "../text.ts";

/** By the general rule: the more specific ones. */
const SUPERSEDED = new Map(RULES.flatMap(({ id, supersededBy }) => (supersededBy === undefined ? [] : [[id, supersededBy] as const])));
/** By the specific rule: the general ones that are no less grave. A comment about what matters less says nothing about what matters more. */
const STANDS_FOR = standsFor();

function standsFor(): ReadonlyMap<string, readonly string[]> {
	const general = new Map<string, string[]>();
	for (const rule of RULES) {
		for (const id of rule.supersededBy ?? []) {
			const specific = findRule(id);
			if (specific === undefined || !reaches(rule.severity, specific.severity)) continue;
			addTo(general, id, rule.id);
		}
	}
	return general;
}

/** One place, one finding: where a more specific rule marks the same characters, the general one is silent. */
export function withoutSuperseded(findings: readonly LintFinding[]): readonly LintFinding[] {
	const found = new Set(findings.map(({ rule }) => rule));
	if (!findings.some(({ rule }) => SUPERSEDED.get(rule)?.some((other) => found.has(other)))) return findings;
	const touches = touching(findings);
	return findings.filter(({ rule, span }) => !SUPERSEDED.get(rule)?.some((other) => touches(other, span)));
}

/** Tells of one of the findings in the place of which general rules it speaks; `findings` are all, with those of general rules. */
export function replacedRules(findings: readonly LintFinding[]): (finding: LintFinding) => readonly string[] {
	if (!findings.some(({ rule }) => STANDS_FOR.has(rule))) return () => [];
	const touches = touching(findings);
	return ({ rule, span }) => (STANDS_FOR.get(rule) ?? []).filter((general) => touches(general, span));
}

/** Tells whether a finding of a rule shares a character or a border with a span. */
function touching(findings: readonly LintFinding[]): (rule: string, span: Span) => boolean {
	const byRule = new Map<string, LintFinding[]>();
	for (const finding of findings) addTo(byRule, finding.rule, finding);
	const tests = new Map<string, (span: Span) => boolean>();
	return (rule, span) => {
		const found = byRule.get(rule);
		if (found === undefined) return false;
		const test = tests.get(rule) ?? touchingAny(found.map((finding) => finding.span));
		tests.set(rule, test);
		return test(span);
	};
}

/** The same for one of many spans. */
function touchingAny(spans: readonly Span[]): (span: Span) => boolean {
	const ordered = spans.toSorted((a, b) => a.start - b.start);
	const starts = ordered.map(({ start }) => start);
	let furthest = -1;
	const ends = ordered.map(({ end }) => {
		furthest = Math.max(furthest, end);
		return furthest;
	});
	return ({ start, end }) => (starts[0] ?? end + 1) <= end && start <= (ends[lineAt(starts, end)] ?? -1);
}
