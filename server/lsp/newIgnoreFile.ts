import { dirname, join } from "node:path";
import type { CreateFile, TextDocumentEdit, WorkspaceEdit } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { ignoreFileFor } from "../operations/ignoreFileFor.ts";
import { dockerfileOf } from "./parsed.ts";
import { pathOf, uriOf } from "./paths.ts";
import type { ServerState } from "./state.ts";

/** The edit that creates a `.dockerignore` beside a Dockerfile; undefined for one in no file, and for clients that cannot create files. */
export async function newIgnoreFileEdit(state: ServerState, document: TextDocument): Promise<WorkspaceEdit | undefined> {
	const path = pathOf(document.uri);
	const edits = state.capabilities.workspace?.workspaceEdit;
	if (path === undefined || edits?.documentChanges !== true || edits.resourceOperations?.includes("create") !== true) return undefined;
	const newText = await ignoreFileFor(state.files, dirname(path), dockerfileOf(document));
	const uri = uriOf(join(dirname(path), ".dockerignore"));
	const created: CreateFile = { kind: "create", uri, options: { overwrite: false, ignoreIfExists: false } };
	const start = { line: 0, character: 0 };
	const text: TextDocumentEdit = { textDocument: { uri, version: null }, edits: [{ range: { start, end: start }, newText }] };
	return { documentChanges: [created, text] };
}
