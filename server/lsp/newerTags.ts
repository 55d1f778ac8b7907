import { type CodeAction, CodeActionKind, type Range } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { shownReference } from "../core/digest/plan.ts";
import { hasNewerTags } from "../core/image/newerTags.ts";
import { lineStartsOf, rangeOf } from "../core/text.ts";
import { CLIENT_COMMANDS } from "../protocol.ts";
import { SOURCE } from "./convert.ts";
import { namedImages } from "./namedImages.ts";
import type { ServerState } from "./state.ts";

export const NEWER_TAG_KIND = `${CodeActionKind.RefactorRewrite}.${SOURCE}`;

/** Offers to look for a newer tag of the image at a place. The registry is asked only by who chooses it. */
export async function newerTagActions(state: ServerState, document: TextDocument, range: Range): Promise<CodeAction[]> {
	const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
	const starts = lineStartsOf(document.getText());
	const images = await namedImages(state, document);
	return images
		.filter(({ reference, span }) => span.start <= end && start <= span.end && hasNewerTags(reference))
		.map(({ reference, span }) => {
			const title = `Look for a newer tag of ${shownReference(reference)}`;
			const command = { title, command: CLIENT_COMMANDS.newerTag, arguments: [document.uri, rangeOf(starts, span)] };
			return { title, kind: NEWER_TAG_KIND, command };
		});
}
