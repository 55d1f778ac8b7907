import {
	CodeActionKind,
	type Connection,
	DidChangeConfigurationNotification,
	type InitializeParams,
	type InitializeResult,
	TextDocumentSyncKind,
	TextDocuments,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { createProject } from "../operations/project.ts";
import type { InitializationOptions } from "../protocol.ts";
import { diskFiles } from "../tools/files.ts";
import { FIX_ALL_KIND, OPEN_PAGE } from "./codeActions.ts";
import { registerFeatures } from "./features.ts";
import { withOpenDocuments } from "./filesAround.ts";
import { inBackground } from "./handle.ts";
import { REFACTORING_KINDS } from "./refactorings.ts";
import { createSettingsStore } from "./settings.ts";
import type { ServerState } from "./state.ts";
import { watchWorkspace } from "./watching.ts";

/**
 * Answers on a connection until it ends; `cacheFolder` is where things are kept over restarts. Nothing is read and no process started before the first document is opened.
 */
export function startServer(connection: Connection, version: string, cacheFolder: string | undefined): void {
	const ended = new AbortController();
	const lastActs: ServerState["lastActs"] = [];
	connection.onInitialize((params) => {
		const state = createState(connection, params, { ended: ended.signal, lastActs, version, cacheFolder });
		const foldersChanged = registerFeatures(state);
		connection.onInitialized(() => inBackground(state, "registration", () => registerDynamically(state, foldersChanged)));
		return initializeResult(state);
	});
	connection.onShutdown(async () => {
		ended.abort();
		await Promise.allSettled(lastActs.map((act) => act()));
	});
	connection.onExit(() => ended.abort());
	connection.listen();
}

function createState(
	connection: Connection,
	params: InitializeParams,
	own: Pick<ServerState, "ended" | "lastActs" | "version" | "cacheFolder">,
): ServerState {
	const options = (params.initializationOptions ?? {}) as InitializationOptions;
	const documents = new TextDocuments(TextDocument);
	const files = withOpenDocuments(diskFiles, () => documents.all());
	const { capabilities } = params;
	const state: ServerState = {
		connection,
		documents,
		...own,
		capabilities,
		settings: createSettingsStore(connection, () => capabilities.workspace?.configuration === true, options.settings),
		project: createProject(files),
		files,
		trusted: options.trusted ?? false,
		clientCommands: options.commands ?? false,
		otherLinters: options.otherLinters ?? [],
		folders: params.workspaceFolders ?? [],
	};
	documents.listen(connection);
	return state;
}

function initializeResult(state: ServerState): InitializeResult {
	const pulls = state.capabilities.textDocument?.diagnostic !== undefined;
	return {
		serverInfo: { name: "hullguard", version: state.version },
		capabilities: {
			textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
			...(pulls ? { diagnosticProvider: { identifier: "hullguard", interFileDependencies: true, workspaceDiagnostics: false } } : {}),
			codeActionProvider: {
				codeActionKinds: [CodeActionKind.QuickFix, ...REFACTORING_KINDS, FIX_ALL_KIND],
				resolveProvider: true,
			},
			hoverProvider: true,
			documentLinkProvider: {},
			codeLensProvider: {},
			inlayHintProvider: true,
			completionProvider: { triggerCharacters: [" ", ","] },
			...(state.clientCommands ? {} : { executeCommandProvider: { commands: [OPEN_PAGE] } }),
			workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
		},
	};
}

/** What can be asked for only once the editor is ready. */
async function registerDynamically(state: ServerState, foldersChanged: () => void): Promise<void> {
	const { connection, capabilities } = state;
	if (capabilities.workspace?.didChangeConfiguration?.dynamicRegistration) {
		await connection.client.register(DidChangeConfigurationNotification.type, { section: "hullguard" });
	}
	await watchWorkspace(state);
	if (capabilities.workspace?.workspaceFolders) {
		connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
			const gone = new Set(removed.map((folder) => folder.uri));
			state.folders = [...state.folders.filter((folder) => !gone.has(folder.uri)), ...added];
			foldersChanged();
		});
	}
}
