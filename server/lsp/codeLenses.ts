import type { CodeLens } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { pinPlace } from "../core/digest/place.ts";
import type { Dockerfile } from "../core/dockerfile/model/model.ts";
import { finalStage } from "../core/dockerfile/model/stages.ts";
import { type ImageUse, imageUsesOf } from "../core/dockerfile/variables/imageUses.ts";
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
	/** A bot that updates the images of the file: what is said of it, and the address of its configuration. */
	readonly bot: { readonly text: string; readonly configuration: string } | undefined;
}

/** More on one line is noise: what says least stays away. */
const MOST_ON_LINE = 3;

/** *Pin digest* above each FROM that has none, *Update digest* above one that is behind its tag, *Build and scan* above the last one, the result of the last scan, and once, above the first image, the bot that keeps them up to date. */
export function codeLenses(document: TextDocument, facts: LensFacts): CodeLens[] {
	const file = dockerfileOf(document);
	if (file === undefined) return [];
	const { trusted, scanSummary, known, bot } = facts;
	const lenses: CodeLens[] = [];
	for (const use of imageUsesOf(file)) {
		const action = digestAction(file, use, known);
		if (use.kind !== "from" || use.step === undefined || action === undefined) continue;
		const range = rangeOf(file.lineStarts, use.step.keywordSpan);
		lenses.push({ range, command: { ...action, arguments: [document.uri, rangeOf(file.lineStarts, use.span)] } });
	}
	const last = finalStage(file);
	if (last !== undefined) {
		const range = rangeOf(file.lineStarts, last.from.keywordSpan);
		if (trusted)
			lenses.push({ range, command: { title: "Build and scan", command: CLIENT_COMMANDS.buildAndScan, arguments: [document.uri] } });
		if (scanSummary !== undefined)
			lenses.push({ range, command: { title: scanSummary, command: CLIENT_COMMANDS.showFindings, arguments: [document.uri] } });
	}
	const first = imageUsesOf(file).find(({ kind, step }) => kind === "from" && step !== undefined)?.step;
	if (bot === undefined || first === undefined) return lenses;
	const range = rangeOf(file.lineStarts, first.keywordSpan);
	if (lenses.filter((lens) => lens.range.start.line === range.start.line).length < MOST_ON_LINE)
		lenses.push({ range, command: { title: bot.text, command: CLIENT_COMMANDS.showBot, arguments: [bot.configuration] } });
	return lenses;
}

/** What there is to do about an image's digest, as far as is known. */
function digestAction(
	file: Dockerfile,
	use: ImageUse,
	known: KnownImages,
): { readonly title: string; readonly command: string } | undefined {
	const { reference, written } = use;
	if (written === undefined || pinPlace(file, use).kind === "passed") return undefined;
	if (reference.digest === undefined) return { title: "Pin digest", command: CLIENT_COMMANDS.pin };
	const freshness = known.freshness(reference);
	if (freshness.kind !== "behind") return undefined;
	const age = freshness.days === 0 ? "" : ` (${freshness.days} d)`;
	return { title: `Update digest${age}`, command: CLIENT_COMMANDS.update };
}
