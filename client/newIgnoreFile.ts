import { Uri, WorkspaceEdit, window, workspace } from "vscode";
import { NEW_IGNORE_FILE } from "../server/protocol.ts";
import type { Services } from "./services.ts";

/**
 * Creates a `.dockerignore` that fits a build context, and opens it; one that is there is opened as it is.
 * @param dockerfile address of the Dockerfile in whose folder it goes; without it people choose
 */
export async function createIgnoreFile({ connection }: Services, dockerfile?: string): Promise<void> {
	const active = window.activeTextEditor?.document;
	const own = dockerfile ?? (active?.languageId === "dockerfile" ? active.uri.toString() : undefined);
	const folder = dockerfile === undefined ? await chooseFolder(own) : Uri.joinPath(Uri.parse(dockerfile), "..");
	if (folder === undefined) return;
	const target = Uri.joinPath(folder, ".dockerignore");
	if (!(await exists(target))) {
		const { text } = await connection.ask(NEW_IGNORE_FILE, {
			folder: folder.toString(),
			...(own === undefined ? {} : { dockerfile: own }),
		});
		const edit = new WorkspaceEdit();
		edit.createFile(target, { ignoreIfExists: true, contents: new TextEncoder().encode(text) });
		if (!(await workspace.applyEdit(edit))) return;
	}
	await window.showTextDocument(target);
}

/** The folder of the build context: that of the Dockerfile, or one of the workspace. */
async function chooseFolder(dockerfile: string | undefined): Promise<Uri | undefined> {
	const own = dockerfile === undefined ? [] : [Uri.joinPath(Uri.parse(dockerfile), "..")];
	const all = [...own, ...(workspace.workspaceFolders ?? []).map(({ uri }) => uri)];
	const folders = [...new Map(all.map((uri) => [uri.toString().replace(/\/$/, ""), uri])).values()];
	if (folders.length < 2) return folders[0];
	const items = folders.map((uri) => ({ label: workspace.asRelativePath(uri, true), uri }));
	return (await window.showQuickPick(items, { title: "New .dockerignore", placeHolder: "Folder of the build context" }))?.uri;
}

async function exists(uri: Uri): Promise<boolean> {
	return workspace.fs.stat(uri).then(
		() => true,
		() => false,
	);
}
