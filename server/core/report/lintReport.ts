import type { LintFinding, Problem } from "../finding.ts";

/** What a lint run found in one file. */
export interface LintedFile {
	/** As the user named it, or relative to the folder that was searched; forward slashes. */
	readonly path: string;
	readonly text: string;
	readonly findings: readonly LintFinding[];
	readonly suppressedCount: number;
}

/** Writes the report of a lint run file by file, so that a run over thousands of files keeps none of them. */
export interface LintReporter {
	file(file: LintedFile): void;
	/** Ends the report. */
	end(problems: readonly Problem[]): void;
}
