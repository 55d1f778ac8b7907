import { Position, Range, TextEdit, Uri, WorkspaceEdit, workspace } from "vscode";
import type { Range as CoreRange, TextEdit as CoreTextEdit } from "../server/core/text.ts";
import type { DocumentEdits } from "../server/protocol.ts";

export function toRange(range: CoreRange): Range {
	return new Range(new Position(range.start.line, range.start.character), new Position(range.end.line, range.end.character));
}

export function toTextEdits(edits: readonly CoreTextEdit[]): TextEdit[] {
	return edits.map((edit) => new TextEdit(toRange(edit.range), edit.newText));
}

/** Applies the server's edits to the document that they were made for; false if it has changed since. */
export async function applyEdits({ uri, version, edits }: DocumentEdits): Promise<boolean> {
	const target = Uri.parse(uri);
	const document = await workspace.openTextDocument(target);
	if (version !== null && document.version !== version) return false;
	const edit = new WorkspaceEdit();
	edit.set(target, toTextEdits(edits));
	return workspace.applyEdit(edit);
}
