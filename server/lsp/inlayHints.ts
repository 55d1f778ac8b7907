import { type InlayHint, type InlayHintLabelPart, MarkupKind, type Range } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { type Freshness, freshnessText } from "../core/digest/freshness.ts";
import type { NamedImage } from "../core/digest/namedImages.ts";
import { canonicalName } from "../core/image/reference.ts";
import { recordRows, tableRow, tableText } from "../core/report/imageCard.ts";
import type { Settings } from "../core/settings/schema.ts";
import { lineStartsOf, rangeOf } from "../core/text.ts";
import { CLIENT_COMMANDS } from "../protocol.ts";
import { textEdits } from "./convert.ts";
import { commandLink, momentText, short } from "./imageCard.ts";
import type { KnownImages } from "./knownImages.ts";
import { namedImages } from "./namedImages.ts";
import type { ServerState } from "./state.ts";

/** What decides about hints besides the text. */
export interface HintFacts {
	readonly known: KnownImages;
	readonly wanted: Settings["digest.inlayHints"];
	/** Whether the client has the commands that a hint links to. */
	readonly commands: boolean;
}

/** Behind each reference in the range: how it stands to its tag, as far as a registry was asked. Asks nobody. */
export async function inlayHints(
	state: ServerState,
	document: TextDocument,
	range: Range,
	{ known, wanted, commands }: HintFacts,
): Promise<InlayHint[]> {
	if (wanted === "off") return [];
	const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
	const starts = lineStartsOf(document.getText());
	const images = await namedImages(state, document);
	return images.flatMap((image): readonly InlayHint[] => {
		if (image.span.end < start || image.span.start > end) return [];
		const freshness = known.freshness(image.reference);
		const isStale = freshness.kind === "behind" || freshness.kind === "gone";
		if (freshness.kind === "unknown" || (wanted === "staleOnly" && !isStale)) return [];
		const at = rangeOf(starts, image.span);
		const edit = freshness.kind === "behind" ? image.update(freshness.digest) : undefined;
		const action = commands ? actionFor(image, freshness) : undefined;
		const label: InlayHintLabelPart = {
			value: freshnessText(freshness),
			tooltip: { kind: MarkupKind.Markdown, value: tooltip(image, freshness, known, action, document.uri, at) },
		};
		return [
			{ position: at.end, label: [label], paddingLeft: true, ...(edit === undefined ? {} : { textEdits: textEdits([edit], starts) }) },
		];
	});
}

interface HintAction {
	readonly title: string;
	readonly command: string;
}

function actionFor({ canPin }: NamedImage, { kind }: Freshness): HintAction | undefined {
	if (!canPin) return undefined;
	if (kind === "unpinned") return { title: "Pin digest", command: CLIENT_COMMANDS.pin };
	return kind === "behind" ? { title: "Update digest", command: CLIENT_COMMANDS.update } : undefined;
}

function tooltip(
	{ reference }: NamedImage,
	freshness: Freshness,
	known: KnownImages,
	action: HintAction | undefined,
	uri: string,
	at: Range,
): string {
	const now = freshness.kind === "behind" || freshness.kind === "unpinned" ? freshness.digest : undefined;
	const rows = [
		...(now === undefined ? [] : [tableRow("Tag", short(now))]),
		...(reference.digest === undefined ? [] : [tableRow("Pinned", short(reference.digest))]),
		...recordRows(known.record({ ...reference, digest: now ?? reference.digest }) ?? {}),
		tableRow("Registry", tableText(reference.registry)),
		...("asked" in freshness ? [tableRow("Asked", momentText(freshness.asked))] : []),
	];
	const changes = freshness.kind === "behind" ? freshness.changes.map((change) => `- ${tableText(change)}`) : [];
	return [
		`**${tableText(canonicalName({ ...reference, digest: undefined }))}** · ${freshnessText(freshness)}`,
		"",
		"| | |",
		"|---|---|",
		...rows,
		...(changes.length === 0 ? [] : ["", ...changes]),
		...(action === undefined ? [] : ["", commandLink(action.title, action.command, uri, at)]),
	].join("\n");
}
