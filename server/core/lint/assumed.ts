import type { Step } from "../dockerfile/model/model.ts";
import type { AssumedBuild } from "../dockerfile/parse/assumedBuilds.ts";
import type { Fix, LintFinding } from "../finding.ts";
import { remembered } from "../memo.ts";
import { findRule } from "../rules/registry.ts";
import { NO_WORKSPACE } from "../rules/workspaceFacts.ts";
import { lineAt, type Span } from "../text.ts";
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
	const ordered = steps.toSorted((a, b) => a.span.start - b.span.start);
	const starts = ordered.map(({ span }) => span.start);
	return found.flatMap((finding) => {
		const step = ordered[lineAt(starts, finding.span.start)];
		if (
			step === undefined ||
			!isInside(step.span, finding.span) ||
			step.span.start >= finding.span.end ||
			told.has(placeOf(finding)) ||
			(isForeign && findRule(finding.rule)?.inOnbuild === false)
		)
			return [];
		return [{ ...finding, fixes: () => finding.fixes().filter((fix) => staysInside(step, fix)) }];
	});
}

function placeOf({ code, span }: LintFinding): string {
	return `${code} ${span.start} ${span.end}`;
}

function isInside(outer: Span, inner: Span): boolean {
	return outer.start <= inner.start && inner.end <= outer.end;
}

/** What a registry or a server may answer: the edits are the same for every digest. */
const ANY_DIGEST = `sha256:${"0".repeat(64)}`;

function staysInside({ keywordSpan, span }: Step, fix: Fix): boolean {
	if ("otherFile" in fix) return false;
	const edits = "edits" in fix ? fix.edits : fix.finish(ANY_DIGEST);
	const behindKeyword = { start: keywordSpan.end, end: span.end };
	return edits.length > 0 && edits.every((edit) => isInside(behindKeyword, edit.span) && !/[\r\n]/.test(edit.newText));
}
