import type { LintFinding } from "../finding.ts";
import { type IgnoreFacts, lintIgnoreFile } from "../ignoreFile/lintIgnoreFile.ts";
import { loweredSeverity } from "../lint/lint.ts";
import type { LintOptions } from "../lint/options.ts";
import { findRule } from "../rules/registry.ts";
import { type LineStarts, rangeOf } from "../text.ts";

/** What is found in an ignore file stands under this rule, whose page explains it. */
const RULE = "dockerignore-ineffective-pattern";

/** The findings in an ignore file, on its own lines; none where their rule is off. */
export function ignoreFileFindings(text: string, starts: LineStarts, facts: IgnoreFacts, options: LintOptions): readonly LintFinding[] {
	const severity = options.rules.get(RULE);
	const rule = findRule(RULE);
	if (severity === undefined || rule === undefined) return [];
	return lintIgnoreFile(text, facts).map((found) => ({
		rule: RULE,
		code: `${RULE}/${found.code}`,
		severity: loweredSeverity(rule, severity, found),
		message: found.message,
		span: found.span,
		range: rangeOf(starts, found.span),
		fixes: () => found.fixes,
		related: found.related,
		tags: [],
	}));
}
