import { type Diagnostic, DiagnosticSeverity } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { createLineMap } from "../core/attribution/currentLines.ts";
import { type Range, rangeOf } from "../core/text.ts";
import type { FailedBuild } from "../operations/build.ts";
import { SOURCE } from "./convert.ts";
import { dockerfileOf } from "./parsed.ts";

/** The last failed build of each Dockerfile, shown on the instruction that failed until that is changed. */
export interface BuildFailures {
	/** Notes how the last build ended; undefined if it succeeded. False if that changes nothing. */
	note(uri: string, failed: FailedBuild | undefined): boolean;
	/** Where the failure stands in the text as it is now; undefined if there is none, or its instruction has changed. */
	range(document: TextDocument): Range | undefined;
	diagnostic(document: TextDocument): Diagnostic | undefined;
	/** The end of the log of the step that failed, as Markdown, if its instruction starts on the line. */
	card(document: TextDocument, line: number): string | undefined;
}

interface PlacedFailure extends FailedBuild {
	readonly range: Range;
}

export function createBuildFailures(): BuildFailures {
	const failures = new Map<string, FailedBuild>();
	const placed = (document: TextDocument): PlacedFailure | undefined => {
		const failed = failures.get(document.uri);
		if (failed?.failure.lines === undefined) return undefined;
		const file = dockerfileOf(document);
		const place = file === undefined ? undefined : createLineMap(failed.text, file)(failed.failure.lines);
		if (file === undefined || place?.state !== "same") return undefined;
		return { ...failed, range: rangeOf(file.lineStarts, place.instruction.keywordSpan) };
	};
	return {
		note(uri, failed) {
			if (failed === undefined) return failures.delete(uri);
			failures.set(uri, failed);
			return true;
		},
		range: (document) => placed(document)?.range,
		diagnostic(document) {
			const found = placed(document);
			if (found === undefined) return undefined;
			const { range, failure } = found;
			const log = failure.log.slice(-3).join("\n");
			return {
				range,
				severity: DiagnosticSeverity.Error,
				source: SOURCE,
				code: "build-failed",
				message: `The build failed here: ${failure.message}${log === "" ? "" : `\n${log}`}`,
			};
		},
		card(document, line) {
			const found = placed(document);
			if (found === undefined || line !== found.range.start.line || found.failure.log.length === 0) return undefined;
			const { failure, hint } = found;
			const fence = "`".repeat(Math.max(3, ...failure.log.map((text) => longestRun(text) + 1)));
			return `**The last build failed here**: ${failure.message}\n\n${fence}text\n${failure.log.join("\n")}\n${fence}${hint === undefined ? "" : `\n\n${hint}`}`;
		},
	};
}

/** How many backticks stand in a row, at most: a fence around the text has to be longer. */
function longestRun(text: string): number {
	return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
