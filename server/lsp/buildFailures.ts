import { type Diagnostic, DiagnosticSeverity } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { createLineMap } from "../core/attribution/currentLines.ts";
import { parseDockerfile } from "../core/dockerfile/parse.ts";
import { type Range, rangeOf } from "../core/text.ts";
import type { FailedBuild } from "../operations/build.ts";
import { SOURCE } from "./convert.ts";

/** The last failed build of each Dockerfile, shown on the instruction that failed until that is changed. */
export interface BuildFailureNote {
	note(uri: string, failed: FailedBuild | undefined): void;
	/** Where the failure stands in the text as it is now; undefined if there is none, or its instruction has changed. */
	range(document: TextDocument): Range | undefined;
	diagnostic(document: TextDocument): Diagnostic | undefined;
	/** The end of the log of the step that failed, as Markdown, if it stands at the offset's line. */
	card(document: TextDocument, line: number): string | undefined;
}

export function createBuildFailures(): BuildFailureNote {
	const failures = new Map<string, FailedBuild>();
	const rangeIn = (document: TextDocument): Range | undefined => {
		const failed = failures.get(document.uri);
		if (failed?.failure.lines === undefined) return undefined;
		const file = parseDockerfile(document.getText());
		const place = createLineMap(failed.text, file)(failed.failure.lines);
		return place?.state === "same" ? rangeOf(file.lineStarts, place.instruction.keywordSpan) : undefined;
	};
	return {
		note(uri, failed) {
			if (failed === undefined) failures.delete(uri);
			else failures.set(uri, failed);
		},
		range: rangeIn,
		diagnostic(document) {
			const range = rangeIn(document);
			const failed = failures.get(document.uri);
			if (range === undefined || failed === undefined) return undefined;
			const log = failed.failure.log.slice(-3).join("\n");
			return {
				range,
				severity: DiagnosticSeverity.Error,
				source: SOURCE,
				code: "build-failed",
				message: `The build failed here: ${failed.failure.message}${log === "" ? "" : `\n${log}`}`,
			};
		},
		card(document, line) {
			const range = rangeIn(document);
			const failed = failures.get(document.uri);
			if (range === undefined || failed === undefined || line !== range.start.line || failed.failure.log.length === 0) return undefined;
			const fence = "`".repeat(Math.max(3, ...failed.failure.log.map((text) => (/`+/.exec(text)?.[0].length ?? 0) + 1)));
			return `**The last build failed here**: ${failed.failure.message}\n\n${fence}text\n${failed.failure.log.join("\n")}\n${fence}${failed.hint === undefined ? "" : `\n\n${failed.hint}`}`;
		},
	};
}
