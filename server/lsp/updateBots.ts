import { CodeLensRefreshRequest } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { createUpdateBots, type FoundBot } from "../operations/updateBots.ts";
import { inBackground } from "./handle.ts";
import { folderAround, pathOf } from "./paths.ts";
import type { ServerState } from "./state.ts";
import type { WatchFiles } from "./watching.ts";

/** The bots that are set up around open Dockerfiles. Nothing is read before somebody asks. */
export interface BotsAround {
	botOf(document: TextDocument): Promise<FoundBot | undefined>;
	/** Files changed: what was read is forgotten if it was one of theirs. Gives the others. */
	changed<Change extends { readonly uri: string }>(changes: readonly Change[]): readonly Change[];
}

export function createBotsAround(state: ServerState, watch: WatchFiles): BotsAround {
	const { capabilities, connection, documents } = state;
	const bots = createUpdateBots(state.files);
	const watched = capabilities.workspace?.didChangeWatchedFiles;
	// Nobody tells of other files there: each save is a chance to look again.
	if (watched?.dynamicRegistration !== true || watched.relativePatternSupport !== true) documents.onDidSave(() => bots.forget());
	return {
		async botOf({ uri }) {
			const path = pathOf(uri);
			if (path === undefined) return undefined;
			const folders = state.folders.flatMap((folder) => pathOf(folder.uri) ?? []);
			const bot = await bots.botFor(path, folderAround(path, folders));
			watch(bots.lookedFor());
			return bot;
		},
		changed(changes) {
			const own = new Set(bots.lookedFor());
			const others = changes.filter(({ uri }) => !own.has(pathOf(uri) ?? ""));
			if (others.length === changes.length) return changes;
			bots.forget();
			if (capabilities.workspace?.codeLens?.refreshSupport)
				inBackground(state, "refresh of lenses", () => connection.sendRequest(CodeLensRefreshRequest.type));
			return others;
		},
	};
}
