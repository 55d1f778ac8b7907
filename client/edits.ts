import { Position, Range, TextEdit, Uri, WorkspaceEdit, workspace } from "vscode";
import type { Range as CoreRange, TextEdit as CoreTextEdit } from "../server/core/text.ts";
import type { DocumentEdits } from "../server/protocol.ts";

export function toRange(range: CoreRange): Range {
	return new Range(new Position(range.start.line, range.start.character), new Position(range.end.line, range.end.character));
}

export function toTextEdits(edits: readonly CoreTextEdit[]): TextEdit[] {
	return edits.map((edit) => new TextEdit(toRange(edit.range), edit.newText));
}

/**
 * Applies edits of several files in one go, so that one undo takes all of them back; `preview` is what they are called in a preview
 * that is shown first. Nothing is applied if one of the files has changed since, or has changes that the server has not seen.
 */
export async function applyAll(files: readonly DocumentEdits[], preview: string | undefined): Promise<boolean> {
	const all = new WorkspaceEdit();
	for (const { uri, version, edits } of files) {
		const document = await workspace.openTextDocument(Uri.parse(uri));
		if (version === null ? document.isDirty : document.version !== version) return false;
		const metadata = preview === undefined ? undefined : { label: preview, needsConfirmation: true };
		for (const { range, newText } of edits) all.replace(document.uri, toRange(range), newText, metadata);
	}
	// Files that were not open are saved, as after any refactoring.
	return workspace.applyEdit(all, { isRefactoring: true });
}

/** Applies the server's edits to the document that they were made for; false if it has changed since. */
export async function applyEdits({ uri, version, edits }: DocumentEdits): Promise<boolean> {
	const target = Uri.parse(uri);
	const document = await workspace.openTextDocument(target);
	if (version === null ? document.isDirty : document.version !== version) return false;
	const edit = new WorkspaceEdit();
	edit.set(target, toTextEdits(edits));
	return workspace.applyEdit(edit);
}
