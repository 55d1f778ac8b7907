import type { ClientCapabilities, Connection, TextDocuments, WorkspaceFolder } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Project } from "../operations/project.ts";
import type { SettingsStore } from "./settings.ts";

/** What the server knows between messages. Everything else is a function of it. */
export interface ServerState {
	readonly connection: Connection;
	readonly documents: TextDocuments<TextDocument>;
	readonly settings: SettingsStore;
	readonly project: Project;
	readonly capabilities: ClientCapabilities;
	/** Of this program: documents that it writes name it. */
	readonly version: string;
	/** See `InitializationOptions`. */
	trusted: boolean;
	readonly clientCommands: boolean;
	dockerExtension: boolean;
	folders: readonly WorkspaceFolder[];
	/** Fires when the connection ends; everything that runs ends with it. */
	readonly ended: AbortSignal;
}

/** Whether the client shows a preview for edits that ask for one. */
export function canConfirmEdits(state: ServerState): boolean {
	const edit = state.capabilities.workspace?.workspaceEdit;
	return edit?.documentChanges === true && edit.changeAnnotationSupport !== undefined;
}
