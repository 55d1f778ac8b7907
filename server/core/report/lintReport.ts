import type { LintFinding, Problem } from "../finding.ts";

/** What a lint run found in one file. */
export interface LintedFile {
	/** As the user named it, or relative to the folder that was searched; forward slashes. */
	readonly path: string;
	readonly text: string;
	readonly findings: readonly LintFinding[];
	readonly suppressedCount: number;
}

/** A lint run over any number of files: what every format is made of. */
export interface LintReport {
	readonly files: readonly LintedFile[];
	readonly problems: readonly Problem[];
}
