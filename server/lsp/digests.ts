import { InlayHintRefreshRequest } from "vscode-languageserver/node";
import { IMAGES_CHANGED } from "../protocol.ts";
import { registerBuildArguments } from "./buildArguments.ts";
import { createDailyLookups } from "./dailyLookups.ts";
import { registerDigestRequests } from "./digestRequests.ts";
import { guarded, inBackground, tell } from "./handle.ts";
import type { CardFacts } from "./imageCard.ts";
import { registerImagesView } from "./imagesView.ts";
import { inlayHints } from "./inlayHints.ts";
import type { ServerState } from "./state.ts";
import type { Work } from "./work.ts";
import { createWorkspaceImages } from "./workspaceImages.ts";
import { registerWorkspacePins } from "./workspacePins.ts";

/** Many answers come at once: what shows them waits so long for the next one. */
const REST_MS = 150;

/** Everything about digests that is no diagnostic: hints, requests, and telling the editor when registries said something new. */
export interface Digests {
	/** A setting changed that decides what is shown. */
	refresh(): void;
}

/** @param changed called when registries said something new; soon after, and once for many answers */
export function registerDigests(state: ServerState, work: Work, card: CardFacts, changed: () => void): Digests {
	const { capabilities, connection, documents } = state;
	const refresh = (): void => {
		if (capabilities.workspace?.inlayHint?.refreshSupport)
			inBackground(state, "refresh of hints", () => connection.sendRequest(InlayHintRefreshRequest.type));
	};
	const refreshAll = (): void => {
		changed();
		refresh();
		tell(state, IMAGES_CHANGED, {});
	};

	let timer: NodeJS.Timeout | undefined;
	work.images.onChange(() => {
		clearTimeout(timer);
		timer = setTimeout(refreshAll, REST_MS);
	});
	state.ended.addEventListener("abort", () => clearTimeout(timer));
	state.lastActs.push(() => work.images.flush());
	let loading: Promise<void> | undefined;
	const load = async (): Promise<void> => {
		await work.images.load();
		if (Object.keys(work.images.records().tags).length > 0) refreshAll();
	};
	const fresh = createDailyLookups(state, work);
	documents.onDidOpen(({ document }) =>
		inBackground(state, "images that are known", async () => {
			loading ??= load();
			await loading;
			await fresh.lookUp(document);
		}),
	);
	documents.onDidSave(({ document }) => inBackground(state, "images of a saved file", () => fresh.lookUp(document)));

	connection.languages.inlayHint.on((params, token) =>
		guarded(state, "hints", token, async () => {
			const document = documents.get(params.textDocument.uri);
			if (document === undefined) return [];
			const { "digest.inlayHints": wanted } = await state.settings.get(document.uri);
			return await inlayHints(state, document, params.range, { known: card.known, commands: card.commands, wanted });
		}),
	);
	const files = createWorkspaceImages(state);
	registerDigestRequests(state, work, card);
	registerBuildArguments(state, work);
	registerWorkspacePins(state, work, files);
	registerImagesView(state, work, files, card.known);
	return { refresh };
}
