import type { LintSeverity, Problem } from "../finding.ts";
import { lineStartsOf, type Range, rangeOf, type Span } from "../text.ts";

/**
 * A fault in a VEX document. `error`: a scanner refuses the whole file, so nothing in it is used here either.
 * `warning`: a scanner silently leaves the statement out, or the document breaks the specification. `info`: odd, and harmless.
 */
export interface VexProblem extends Problem {
	readonly severity: LintSeverity;
	readonly range: Range;
}

/** Collects the faults of one document. */
export interface Complaints {
	/** In the order in which they were found. */
	readonly problems: readonly VexProblem[];
	/** Adds one: the fact without a full stop, and what to do or what follows from it. */
	add(severity: "error" | "warning" | "info", span: Span, message: string, hint: string): void;
	/** Whether a scanner refuses the file. */
	fatal(): boolean;
}

/** An empty collection for a text; `path` is where its file is, as far as it has one. */
export function complaintsAbout(text: string, path: string | undefined): Complaints {
	const problems: VexProblem[] = [];
	const starts = lineStartsOf(text);
	return {
		problems,
		add(severity, span, message, hint) {
			const range = rangeOf(starts, span);
			problems.push({ kind: "invalid", severity, message, hint, range, ...(path === undefined ? {} : { path }) });
		},
		fatal: () => problems.some((problem) => problem.severity === "error"),
	};
}

/** What scanners do with a file that they cannot read. Measured with Trivy 0.76 and Grype 0.120. */
export const REFUSED_BY_BOTH = "Trivy and Grype refuse the whole file and stop the scan";
export const REFUSED_BY_GRYPE = "Grype refuses the whole file and stops the scan";
/** What they do with a statement that says nothing to them: no warning, no effect. */
export const SILENTLY_IGNORED = "Trivy and Grype leave the statement out without a warning";
