import type { AssumedBuild } from "../dockerfile/assumedBuilds.ts";
import type { Step } from "../dockerfile/model.ts";
import type { Fix, LintFinding } from "../finding.ts";
import { remembered } from "../memo.ts";
import { findRule } from "../rules/registry.ts";
import { NO_WORKSPACE } from "../rules/rule.ts";
import type { Span } from "../text.ts";
import type { LintOptions } from "./options.ts";

/** How the build of another project is linted: nobody knows its files. */
export const foreignOptions = remembered(
	(options: LintOptions): LintOptions => ({ ...options, workspace: { ...NO_WORKSPACE, today: options.workspace?.today } }),
);

/**
 * Of what was `found` in an assumed build those findings that stand in its own steps and are not `known` already, with the repairs that change
 * nothing else: inside ONBUILD, what would stand above or below the instruction would have to be ONBUILD, too.
 */
export function assumedFindings(
	{ steps, isForeign }: AssumedBuild,
	found: readonly LintFinding[],
	known: readonly LintFinding[],
): readonly LintFinding[] {
	const told = new Set(known.map(placeOf));
	return found.flatMap((finding) => {
		const step = steps.find(({ span }) => isInside(span, finding.span));
		if (step === undefined || told.has(placeOf(finding)) || (isForeign && findRule(finding.rule)?.inOnbuild === false)) return [];
		return [{ ...finding, fixes: finding.fixes.filter((fix) => staysInside(step, fix)) }];
	});
}

function placeOf({ code, span }: LintFinding): string {
	return `${code} ${span.start} ${span.end}`;
}

function isInside(outer: Span, inner: Span): boolean {
	return outer.start <= inner.start && inner.end <= outer.end && outer.start < inner.end;
}

function staysInside({ keywordSpan, span }: Step, fix: Fix): boolean {
	if (!("edits" in fix) || fix.otherFile !== undefined || fix.edits.length === 0) return false;
	const inside = (edit: Span): boolean => keywordSpan.end <= edit.start && edit.end <= span.end;
	return fix.edits.every((edit) => inside(edit.span) && !/[\r\n]/.test(edit.newText));
}
