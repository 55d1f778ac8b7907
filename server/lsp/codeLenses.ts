import type { CodeLens } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { imageUsesOf } from "../core/dockerfile/imageUses.ts";
import { finalStage } from "../core/dockerfile/stages.ts";
import { rangeOf } from "../core/text.ts";
import { CLIENT_COMMANDS } from "../protocol.ts";
import { dockerfileOf } from "./parsed.ts";

/** What decides about lenses besides the text. */
export interface LensFacts {
	/** Without trust nothing is built. */
	readonly trusted: boolean;
	/** What the last scan says of the Dockerfile: `2 critical, 5 high, 3 fixable`; undefined without one. */
	readonly scanSummary: string | undefined;
}

/** *Pin digest* above each FROM that has none, *Build and scan* above the last one, and the result of the last scan. */
export function codeLenses(document: TextDocument, { trusted, scanSummary }: LensFacts): CodeLens[] {
	const file = dockerfileOf(document);
	if (file === undefined) return [];
	const lenses: CodeLens[] = [];
	for (const use of imageUsesOf(file)) {
		if (use.kind !== "from" || use.step === undefined || use.reference.digest !== undefined || use.written === undefined) continue;
		const range = rangeOf(file.lineStarts, use.step.keywordSpan);
		lenses.push({
			range,
			command: { title: "Pin digest", command: CLIENT_COMMANDS.pin, arguments: [document.uri, rangeOf(file.lineStarts, use.span)] },
		});
	}
	const last = finalStage(file);
	if (last === undefined) return lenses;
	const range = rangeOf(file.lineStarts, last.from.keywordSpan);
	if (trusted)
		lenses.push({ range, command: { title: "Build and scan", command: CLIENT_COMMANDS.buildAndScan, arguments: [document.uri] } });
	if (scanSummary !== undefined)
		lenses.push({ range, command: { title: scanSummary, command: CLIENT_COMMANDS.showFindings, arguments: [document.uri] } });
	return lenses;
}
