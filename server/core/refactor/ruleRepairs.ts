import type { Dockerfile, Stage } from "../dockerfile/model/model.ts";
import { cacheMountMissing } from "../rules/cache/cache-mount-missing.ts";
import { ociLabelsMissing } from "../rules/labels/oci-labels-missing.ts";
import { fixesOfReport, type Report, type Rule } from "../rules/rule.ts";
import { userMissing } from "../rules/user/user-missing.ts";
import { NO_WORKSPACE } from "../rules/workspaceFacts.ts";
import type { Span } from "../text.ts";
import { type Refactorer, type Refactoring, stepsAt, wholeStageAt } from "./refactoring.ts";

/** What repairs of rules do is wanted where the rule is off, too: a user who is not root, labels from build arguments, cache mounts. */
export const repairsAsRefactorings: Refactorer = (file, at) => {
	const stage = wholeStageAt(file, at);
	const [step, ...others] = stepsAt(file, at);
	const run = step?.keyword === "RUN" && others.length === 0 ? step : undefined;
	return [
		...(stage === undefined
			? []
			: [userMissing, ociLabelsMissing].flatMap((rule) => repairsOf(rule, file, ({ span }) => isWithin(span, extentOf(stage))))),
		...(run === undefined || !/\w/.test(run.line.text) ? [] : repairsOf(cacheMountMissing, file, ({ span }) => isWithin(span, run.span))),
	];
};

/** From the FROM of a stage to its end. */
function extentOf({ from, steps }: Stage): Span {
	return { start: from.span.start, end: (steps[steps.length - 1] ?? from).span.end };
}

function isWithin(inner: Span, outer: Span): boolean {
	return outer.start <= inner.start && inner.end <= outer.end;
}

function repairsOf(rule: Rule, file: Dockerfile, isHere: (report: Report) => boolean): readonly Refactoring[] {
	const options = Object.fromEntries((rule.options ?? []).map((option) => [option.name, option.default]));
	const reports = [...rule.check(file, { options, workspace: NO_WORKSPACE })].filter(isHere);
	return reports.flatMap((report) =>
		fixesOfReport(report).flatMap((fix) =>
			fix.safety === "lookup"
				? []
				: [{ title: fix.title, kind: "refactor.rewrite", edits: fix.edits, ...(fix.note === undefined ? {} : { note: fix.note }) }],
		),
	);
}
