import type { Dockerfile, Step } from "../dockerfile/model.ts";
import type { Fix, LintFinding } from "../finding.ts";
import { remembered } from "../memo.ts";
import { findRule } from "../rules/registry.ts";
import { NO_WORKSPACE } from "../rules/rule.ts";
import type { Span } from "../text.ts";
import type { LintOptions } from "./options.ts";

/** How the instructions inside ONBUILD are linted: the files around them are those of another project, which nobody knows. */
export const deferredOptions = remembered(
	(options: LintOptions): LintOptions => ({ ...options, workspace: { ...NO_WORKSPACE, today: options.workspace?.today } }),
);

/**
 * Of what was found in a child build those findings that stand inside ONBUILD and are not `known` already, with the repairs that change
 * nothing else: what would stand above or below the instruction would have to be ONBUILD, too.
 */
export function deferredFindings(child: Dockerfile, found: readonly LintFinding[], known: readonly LintFinding[]): readonly LintFinding[] {
	const outer = new Set(child.instructions.flatMap(({ trigger }) => (trigger === undefined ? [] : [trigger.span.start])));
	const steps = child.stages.flatMap((stage) => stage.steps.filter((step) => !step.deferred && outer.has(step.span.start)));
	const told = new Set(known.map(placeOf));
	return found.flatMap((finding) => {
		const step = steps.find(({ span }) => isInside(span, finding.span));
		if (step === undefined || told.has(placeOf(finding)) || findRule(finding.rule)?.inOnbuild === false) return [];
		return [{ ...finding, fixes: finding.fixes.filter((fix) => staysInside(step, fix)) }];
	});
}

function placeOf({ code, span }: LintFinding): string {
	return `${code} ${span.start} ${span.end}`;
}

function isInside(outer: Span, inner: Span): boolean {
	return outer.start <= inner.start && inner.end <= outer.end;
}

function staysInside({ keywordSpan, span }: Step, fix: Fix): boolean {
	if (!("edits" in fix) || fix.otherFile !== undefined || fix.edits.length === 0) return false;
	return fix.edits.every((edit) => isInside({ start: keywordSpan.end, end: span.end }, edit.span) && !/[\r\n]/.test(edit.newText));
}
