import { commands, EventEmitter, TabInputTextDiff, type TextDocument, type TextEdit, Uri, WorkspaceEdit, window, workspace } from "vscode";
import type { FixProposal } from "../server/protocol.ts";
import { toTextEdits } from "./edits.ts";
import type { Services } from "./services.ts";

const SCHEME = "hullguard-preview";

/** Shows a fix that somebody should look at beside the text as it is, and applies it on a word. */
export type FixPreview = (proposal: FixProposal) => Promise<void>;

export function createFixPreview({ context }: Services): FixPreview {
	const texts = new Map<string, string>();
	const changed = new EventEmitter<Uri>();
	context.subscriptions.push(
		changed,
		workspace.registerTextDocumentContentProvider(SCHEME, {
			onDidChange: changed.event,
			provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? "",
		}),
	);
	return async ({ uri, version, edits, title, note }) => {
		const document = await workspace.openTextDocument(Uri.parse(uri));
		const changes = toTextEdits(edits);
		const before = window.activeTextEditor;
		const place = before?.viewColumn;
		const preview = document.uri.with({ scheme: SCHEME, authority: "" });
		texts.set(preview.toString(), textAfter(document, changes));
		changed.fire(preview);
		// Below the text, where the question at the top of the window does not cover the change.
		await commands.executeCommand("workbench.action.newGroupBelow");
		await commands.executeCommand("vscode.diff", document.uri, preview, `${title}: preview`);
		const apply = { label: "$(check) Apply", description: title };
		const chosen = await window.showQuickPick([apply, { label: "$(close) Discard" }], {
			title,
			placeHolder: note ?? "Look at the change, then choose",
			ignoreFocusOut: true,
		});
		const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
		const shown = tabs.filter(({ input }) => input instanceof TabInputTextDiff && input.modified.toString() === preview.toString());
		await window.tabGroups.close(shown);
		texts.delete(preview.toString());
		const kept = chosen === apply ? document : (before?.document ?? document);
		await window.showTextDocument(kept, place === undefined ? {} : { viewColumn: place });
		if (chosen !== apply) return;
		if (version !== null && document.version !== version) {
			void window.showWarningMessage(`${workspace.asRelativePath(document.uri)} changed in the meantime; nothing was applied.`);
			return;
		}
		const edit = new WorkspaceEdit();
		edit.set(document.uri, changes);
		await workspace.applyEdit(edit);
	};
}

function textAfter(document: TextDocument, edits: readonly TextEdit[]): string {
	let text = document.getText();
	for (const { range, newText } of [...edits].sort((a, b) => b.range.start.compareTo(a.range.start)))
		text = text.slice(0, document.offsetAt(range.start)) + newText + text.slice(document.offsetAt(range.end));
	return text;
}
