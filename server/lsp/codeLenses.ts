import type { CodeLens } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { imageUsesOf } from "../core/dockerfile/imageUses.ts";
import { parseDockerfile } from "../core/dockerfile/parse.ts";
import { finalStage } from "../core/dockerfile/stages.ts";
import { rangeOf } from "../core/text.ts";
import { CLIENT_COMMANDS } from "../protocol.ts";

/** What the last scan of a Dockerfile's image says above its last FROM: `2 critical, 5 high, 3 fixable`. */
export type ScanSummary = (uri: string) => string | undefined;

/** *Pin digest* above each FROM that has none, *Build and scan* above the last one, and the result of the last scan. */
export function codeLenses(document: TextDocument, scanSummary: ScanSummary): CodeLens[] {
	const file = parseDockerfile(document.getText());
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
	lenses.push({ range, command: { title: "Build and scan", command: CLIENT_COMMANDS.buildAndScan, arguments: [document.uri] } });
	const summary = scanSummary(document.uri);
	if (summary !== undefined)
		lenses.push({ range, command: { title: summary, command: CLIENT_COMMANDS.showFindings, arguments: [document.uri] } });
	return lenses;
}
