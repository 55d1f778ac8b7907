import type { ClientCapabilities, Connection, TextDocuments, WorkspaceFolder } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Project } from "../operations/project.ts";
import type { OtherLinter } from "../protocol.ts";
import { ToolError } from "../tools/errors.ts";
import type { Files } from "../tools/files.ts";
import type { SettingsStore } from "./settings.ts";

/** What the server knows between messages. Everything else is a function of it. */
export interface ServerState {
	readonly connection: Connection;
	readonly documents: TextDocuments<TextDocument>;
	readonly settings: SettingsStore;
	readonly project: Project;
	/** Of the machine, as the editor's open documents have them. */
	readonly files: Files;
	readonly capabilities: ClientCapabilities;
	/** Of this program: documents that it writes name it. */
	readonly version: string;
	/** See `InitializationOptions`. */
	trusted: boolean;
	readonly clientCommands: boolean;
	otherLinters: readonly OtherLinter[];
	folders: readonly WorkspaceFolder[];
	/** The folder where what registries said is kept over restarts; undefined keeps nothing. */
	readonly cacheFolder: string | undefined;
	/** Fires when the connection ends; everything that runs ends with it. */
	readonly ended: AbortSignal;
	/** What is done before the editor is told that the server may be ended. */
	readonly lastActs: (() => Promise<void>)[];
}

/** @throws ToolError for a document that is not open */
export function openDocument(state: ServerState, uri: string): TextDocument {
	const document = state.documents.get(uri);
	if (document !== undefined) return document;
	throw new ToolError("failed", "The Dockerfile is not open", { hint: "Open it, then try again." });
}

/** Whether the client shows a preview for edits that ask for one. */
export function canConfirmEdits({ capabilities }: ServerState): boolean {
	const edit = capabilities.workspace?.workspaceEdit;
	return edit?.documentChanges === true && edit.changeAnnotationSupport !== undefined;
}

/** Whether the client asks for the edit of an action when that is chosen. */
export function canResolveEdits({ capabilities }: ServerState): boolean {
	const action = capabilities.textDocument?.codeAction;
	return action?.dataSupport === true && action.resolveSupport?.properties.includes("edit") === true;
}
