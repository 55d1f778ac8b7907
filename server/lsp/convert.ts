import {
	type CodeDescription,
	type Diagnostic,
	type DiagnosticRelatedInformation,
	DiagnosticSeverity,
	DiagnosticTag,
	type TextEdit,
} from "vscode-languageserver/node";
import type { FindingTag, LintFinding, LintSeverity, Problem } from "../core/finding.ts";
import { rulePageLink } from "../core/links.ts";
import { type LineStarts, rangeOf, type SpanEdit } from "../core/text.ts";
import type { ShownProblem } from "../protocol.ts";

/** The name under which findings stand in the Problems view. */
export const SOURCE = "hullguard";

const SEVERITIES: Readonly<Record<LintSeverity, DiagnosticSeverity>> = {
	error: DiagnosticSeverity.Error,
	warning: DiagnosticSeverity.Warning,
	info: DiagnosticSeverity.Information,
	hint: DiagnosticSeverity.Hint,
};

export function severityOf(severity: LintSeverity): DiagnosticSeverity {
	return SEVERITIES[severity];
}

const TAGS: Readonly<Record<FindingTag, DiagnosticTag>> = { unnecessary: DiagnosticTag.Unnecessary, deprecated: DiagnosticTag.Deprecated };

export function diagnosticOf(finding: LintFinding, uri: string, starts: LineStarts): Diagnostic {
	const codeDescription: CodeDescription = { href: rulePageLink(finding.rule) };
	const related = finding.related.map(
		(other): DiagnosticRelatedInformation => ({ location: { uri, range: rangeOf(starts, other.span) }, message: other.message }),
	);
	return {
		range: finding.range,
		severity: SEVERITIES[finding.severity],
		source: SOURCE,
		code: finding.code,
		codeDescription,
		message: finding.message,
		...(finding.tags.length === 0 ? {} : { tags: finding.tags.map((tag) => TAGS[tag]) }),
		...(related.length === 0 ? {} : { relatedInformation: related }),
	};
}

export function textEdits(edits: readonly SpanEdit[], starts: LineStarts): TextEdit[] {
	return edits.map((edit) => ({ range: rangeOf(starts, edit.span), newText: edit.newText }));
}

export function shownProblem({ kind, message, hint }: Problem): ShownProblem {
	return { kind, message, ...(hint === undefined ? {} : { hint }) };
}
