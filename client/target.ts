import { Uri, window } from "vscode";

/** The file that a command is about: the one it was called for, else the one in the active editor. */
export function targetUri(target: string | Uri | undefined): Uri | undefined {
	if (typeof target === "string") return Uri.parse(target);
	return target ?? window.activeTextEditor?.document.uri;
}
