import type { CodeLens } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { type ImageUse, imageUsesOf } from "../core/dockerfile/imageUses.ts";
import { finalStage } from "../core/dockerfile/stages.ts";
import { rangeOf } from "../core/text.ts";
import { CLIENT_COMMANDS } from "../protocol.ts";
import type { KnownImages } from "./knownImages.ts";
import { dockerfileOf } from "./parsed.ts";

/** What decides about lenses besides the text. */
export interface LensFacts {
	/** Without trust nothing is built. */
	readonly trusted: boolean;
	/** What the last scan says of the Dockerfile: `2 critical, 5 high, 3 fixable`; undefined without one. */
	readonly scanSummary: string | undefined;
	readonly known: KnownImages;
}

/** *Pin digest* above each FROM that has none, *Update digest* above one that is behind its tag, *Build and scan* above the last one, and the result of the last scan. */
export function codeLenses(document: TextDocument, { trusted, scanSummary, known }: LensFacts): CodeLens[] {
	const file = dockerfileOf(document);
	if (file === undefined) return [];
	const lenses: CodeLens[] = [];
	for (const use of imageUsesOf(file)) {
		const action = digestAction(use, known);
		if (use.kind !== "from" || use.step === undefined || action === undefined) continue;
		const range = rangeOf(file.lineStarts, use.step.keywordSpan);
		lenses.push({ range, command: { ...action, arguments: [document.uri, rangeOf(file.lineStarts, use.span)] } });
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

/** What there is to do about an image's digest, as far as is known. */
function digestAction(
	{ reference, written }: ImageUse,
	known: KnownImages,
): { readonly title: string; readonly command: string } | undefined {
	if (written === undefined) return undefined;
	if (reference.digest === undefined) return { title: "Pin digest", command: CLIENT_COMMANDS.pin };
	const freshness = known.freshness(reference);
	if (freshness.kind !== "behind") return undefined;
	const age = freshness.days === 0 ? "" : ` (${freshness.days} d)`;
	return { title: `Update digest${age}`, command: CLIENT_COMMANDS.update };
}
