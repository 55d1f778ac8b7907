import type { OtherFileEdit } from "./otherFile.ts";
import type { Range, Span, SpanEdit } from "./text.ts";

/** How much a weakness matters, from most to least. */
export type LintSeverity = "error" | "warning" | "info" | "hint";

export const LINT_SEVERITIES: readonly LintSeverity[] = ["error", "warning", "info", "hint"];

/** Whether `severity` is `threshold` or worse. */
export function reaches(severity: LintSeverity, threshold: LintSeverity): boolean {
	return LINT_SEVERITIES.indexOf(severity) <= LINT_SEVERITIES.indexOf(threshold);
}

/**
 * `safe`: the build succeeds or fails exactly as before, with and without network, and the image behaves the same.
 * `review`: a choice that somebody has to make. `lookup`: needs an answer from outside the file first.
 */
export type FixSafety = "safe" | "review" | "lookup";

/** A repair. With a `need`, the edits exist only once the answer is there. */
export type Fix = EditFix | LookupFix;

export interface EditFix {
	readonly title: string;
	readonly safety: "safe" | "review";
	/** Edits of the Dockerfile; none if another file is repaired. */
	readonly edits: readonly SpanEdit[];
	readonly otherFile?: OtherFileEdit;
	/** What to know before applying it: one sentence. */
	readonly note?: string;
}

export interface LookupFix {
	readonly title: string;
	readonly safety: "lookup";
	readonly need: Need;
	/** The edits that the answer makes possible. */
	readonly finish: (answer: string) => readonly SpanEdit[];
	readonly note?: string;
}

/** A question that the file cannot answer. */
export type Need =
	/** The digest that a registry has for a reference: `sha256:…` of the index where there is one. */
	| { readonly kind: "imageDigest"; readonly reference: string }
	/** The sha256 of what an address serves, as `sha256:…`. */
	| { readonly kind: "fileDigest"; readonly url: string };

/** Another place that belongs to a finding. */
export interface Related {
	readonly span: Span;
	readonly message: string;
}

/** A weakness at a place in a Dockerfile. */
export interface LintFinding {
	readonly rule: string;
	/** The rule, or `rule/sub-code`. */
	readonly code: string;
	readonly severity: LintSeverity;
	/** The fact first; at most 100 characters, no full stop. */
	readonly message: string;
	readonly span: Span;
	readonly range: Range;
	/** The preferred one first. Worked out when somebody asks: who only shows findings does not wait for them. */
	readonly fixes: () => readonly Fix[];
	readonly related: readonly Related[];
	readonly tags: readonly FindingTag[];
}

export type FindingTag = "unnecessary" | "deprecated";

/** Something that could not be done. It travels beside results, never instead of them. */
export interface Problem {
	readonly kind: ProblemKind;
	readonly message: string;
	/** What to do about it. */
	readonly hint?: string;
	/** What the tool said; for the log. */
	readonly detail?: string;
	/** The file, and the place in it, that the problem is about. */
	readonly path?: string;
	readonly range?: Range;
}

export const PROBLEM_KINDS = [
	"settings",
	"file",
	"notFound",
	"tooOld",
	"unreachable",
	"denied",
	"rateLimited",
	"failed",
	"badOutput",
	"timedOut",
	"untrusted",
	"invalid",
] as const;

export type ProblemKind = (typeof PROBLEM_KINDS)[number];
