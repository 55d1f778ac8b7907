import { type CodeAction, commands, type Diagnostic, type Event, type Extension, extensions, languages, Uri, workspace } from "vscode";

/** Where the suite leaves what it saw; the test that started the editor reads it. */
export interface HostReport {
	readonly tests: { readonly title: string; readonly state: "passed" | "failed" | "pending"; readonly error?: string }[];
	/** Milliseconds that were measured, by what they are of. */
	readonly figures: Record<string, number>;
	/** Processes that the extension started. */
	readonly processes: number[];
}

export const report: HostReport = { tests: [], figures: {}, processes: [] };

export const TEXT = "FROM debian:12\nRUN apt-get update && apt-get install curl\nUSER 1000:1000\n";
export const WITHOUT_YES = "apt-install-without-yes";

/** The extension under test. */
export function hullguard(): Extension<unknown> {
	const extension = extensions.getExtension("hullguard.hullguard");
	if (extension === undefined) throw new Error("the extension is not there");
	return extension;
}

/** A file of the workspace, written anew. */
export async function fileWith(name: string, text: string): Promise<Uri> {
	const folder = workspace.workspaceFolders?.[0];
	if (folder === undefined) throw new Error("no folder is open");
	const uri = Uri.joinPath(folder.uri, name);
	await workspace.fs.writeFile(uri, new TextEncoder().encode(text));
	return uri;
}

/** Resolves as soon as `fact` holds: it is asked now and after each of the events. */
export function when(event: Event<unknown>, fact: () => boolean): Promise<void> {
	return new Promise((resolve) => {
		const subscription = event(() => look());
		const look = (): void => {
			if (!fact()) return;
			subscription.dispose();
			resolve();
		};
		look();
	});
}

/** What Hullguard reports of a file now, by rule. */
export function codesOf(uri: Uri): readonly string[] {
	return findingsOf(uri).map(({ code }) => String(typeof code === "object" ? code.value : code));
}

export function findingsOf(uri: Uri): readonly Diagnostic[] {
	return languages.getDiagnostics(uri).filter(({ source }) => source === "hullguard");
}

/** Waits until Hullguard's findings in a file fit. */
export function findings(uri: Uri, fits: (codes: readonly string[]) => boolean): Promise<void> {
	return when(languages.onDidChangeDiagnostics, () => fits(codesOf(uri)));
}

/** Asks a provider again and again until its answer fits: one that another extension registers meanwhile cancels a request. */
export async function asked<Result>(command: string, args: readonly unknown[], fits: (result: Result) => boolean): Promise<Result> {
	for (;;) {
		const result = await commands.executeCommand<Result>(command, ...args);
		if (fits(result)) return result;
	}
}

/** A code action at a finding, by its title. */
export async function actionAt(uri: Uri, diagnostic: Diagnostic, title: string): Promise<CodeAction> {
	const named = (actions: readonly CodeAction[]): CodeAction | undefined => actions.find((action) => action.title === title);
	const actions = await asked<CodeAction[]>("vscode.executeCodeActionProvider", [uri, diagnostic.range], (all) => named(all) !== undefined);
	return named(actions) as CodeAction;
}
