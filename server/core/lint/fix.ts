import type { EditFix, FixSafety, LintFinding } from "../finding.ts";
import { applyEdits, type Span, type SpanEdit } from "../text.ts";
import { type LintResult, lint } from "./lint.ts";
import type { LintOptions } from "./options.ts";

/** Rounds after which fixing stops, whatever is left. */
const MOST_ROUNDS = 10;

export interface FixResult<Result = LintResult> {
	readonly text: string;
	/** What was applied, in order. */
	readonly applied: readonly { readonly rule: string; readonly title: string }[];
	/** What is left, in the fixed text. */
	readonly remaining: Result;
	readonly rounds: number;
}

/**
 * Applies every fix of the given tiers until nothing changes. Fixes that touch the same characters wait for the next round:
 * the engine settles conflicts, rules know nothing of each other.
 */
export function fixAll(text: string, options: LintOptions, tiers: readonly FixSafety[] = ["safe"]): FixResult {
	return fixUntilStable(text, (current) => lint(current, options), tiers);
}

/** The same for a text that is linted in another way. */
export function fixUntilStable<Result extends { readonly findings: readonly LintFinding[] }>(
	text: string,
	lintOf: (text: string) => Result,
	tiers: readonly FixSafety[],
): FixResult<Result> {
	const applied: { rule: string; title: string }[] = [];
	let current = text;
	let result = lintOf(current);
	let rounds = 0;
	while (rounds < MOST_ROUNDS) {
		const chosen = compatibleFixes(result.findings, tiers);
		if (chosen.length === 0) break;
		const next = applyEdits(
			current,
			chosen.flatMap(({ fix }) => fix.edits),
		);
		if (next === current) break;
		applied.push(...chosen.map(({ finding, fix }) => ({ rule: finding.rule, title: fix.title })));
		current = next;
		result = lintOf(current);
		rounds++;
	}
	return { text: current, applied, remaining: result, rounds };
}

export interface ChosenFix {
	readonly finding: LintFinding;
	readonly fix: EditFix;
}

/** The first fix of each finding that is about the Dockerfile itself, as far as they do not touch each other. Earlier places win. */
export function compatibleFixes(findings: readonly LintFinding[], tiers: readonly FixSafety[]): readonly ChosenFix[] {
	const chosen: ChosenFix[] = [];
	const taken: SpanEdit[] = [];
	for (const finding of findings) {
		const fix = finding
			.fixes()
			.find(
				(candidate): candidate is EditFix =>
					candidate.safety !== "lookup" && candidate.edits.length > 0 && tiers.includes(candidate.safety),
			);
		if (fix === undefined) continue;
		const edits = fix.edits.filter((edit) => !taken.some((other) => sameEdit(edit, other)));
		if (edits.some((edit) => taken.some((other) => collide(edit.span, other.span)))) continue;
		taken.push(...edits);
		chosen.push({ finding, fix: { ...fix, edits } });
	}
	return chosen;
}

function sameEdit(a: SpanEdit, b: SpanEdit): boolean {
	return a.span.start === b.span.start && a.span.end === b.span.end && a.newText === b.newText;
}

/** Two edits collide if they share a character or a border: what one inserts could belong to what the other replaces. */
function collide(a: Span, b: Span): boolean {
	return a.start <= b.end && b.start <= a.end;
}
