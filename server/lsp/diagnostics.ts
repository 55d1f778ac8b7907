import {
	CodeLensRefreshRequest,
	type Diagnostic,
	type DocumentDiagnosticReport,
	DocumentDiagnosticReportKind,
} from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Settings } from "../core/settings/schema.ts";
import { diagnosticOf } from "./convert.ts";
import type { Linting } from "./linting.ts";
import type { ServerState } from "./state.ts";

/** How long a document has to rest before findings are pushed, for clients that do not ask by themselves. */
const REST_MS = 120;

/** Brings findings to the editor: asked for by clients that can, pushed to the others. */
export interface Diagnostics {
	/** Answers `textDocument/diagnostic`. */
	pull(uri: string, previousResultId: string | undefined): Promise<DocumentDiagnosticReport>;
	changed(document: TextDocument): void;
	saved(document: TextDocument): void;
	closed(uri: string): void;
	/** Something outside the documents changed what is found in them. */
	refresh(): void;
	/** Results of scans changed; what the rules found has not. */
	refreshResults(): void;
}

/** Adds diagnostics of another kind than lint findings, of the document as it is now. */
export type MoreDiagnostics = (document: TextDocument, settings: Settings) => readonly Diagnostic[];

export function createDiagnostics(state: ServerState, linting: Linting, more: MoreDiagnostics): Diagnostics {
	const pulls = state.capabilities.textDocument?.diagnostic !== undefined;
	const timers = new Map<string, NodeJS.Timeout>();
	/** With `lint.run: onSave`, the diagnostics of the last saved text stay. */
	const onSaveOnly = new Map<string, Diagnostic[]>();
	let revision = 0;

	const collect = async (document: TextDocument, saved: boolean): Promise<Diagnostic[]> => {
		const settings = await state.settings.get(document.uri);
		const kept = onSaveOnly.get(document.uri);
		if (settings["lint.run"] === "onSave" && !saved && kept !== undefined) return kept;
		const linted = await linting.of(document);
		if (linted === undefined) return [...more(document, settings)];
		for (const problem of linted.problems)
			state.connection.console.warn(`${problem.path ?? ""} ${problem.message} ${problem.hint ?? ""}`.trim());
		const { file, findings } = linted.result;
		const diagnostics = [...findings.map((finding) => diagnosticOf(finding, document.uri, file.lineStarts)), ...more(document, settings)];
		if (settings["lint.run"] === "onSave") onSaveOnly.set(document.uri, diagnostics);
		return diagnostics;
	};

	const push = (document: TextDocument, saved: boolean, afterMs: number): void => {
		clearTimeout(timers.get(document.uri));
		timers.set(
			document.uri,
			setTimeout(() => {
				timers.delete(document.uri);
				const { uri, version } = document;
				collect(document, saved)
					.then(async (diagnostics) => {
						// An older answer must not replace a newer one.
						if (state.documents.get(uri)?.version === version) await state.connection.sendDiagnostics({ uri, version, diagnostics });
					})
					.catch((error: unknown) => state.connection.console.error(`diagnostics of ${uri}: ${String(error)}`));
			}, afterMs),
		);
	};

	const ask = (): void => {
		revision++;
		onSaveOnly.clear();
		if (pulls) state.connection.languages.diagnostics.refresh();
		else for (const document of state.documents.all()) push(document, true, 0);
	};

	return {
		async pull(uri, previousResultId) {
			const document = state.documents.get(uri);
			if (document === undefined) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
			const resultId = `${revision}.${document.version}`;
			if (resultId === previousResultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
			return { kind: DocumentDiagnosticReportKind.Full, resultId, items: await collect(document, false) };
		},
		changed(document) {
			if (!pulls) push(document, false, REST_MS);
		},
		saved(document) {
			onSaveOnly.delete(document.uri);
			revision++;
			if (pulls) state.connection.languages.diagnostics.refresh();
			else push(document, true, 0);
		},
		closed(uri) {
			clearTimeout(timers.get(uri));
			timers.delete(uri);
			onSaveOnly.delete(uri);
			linting.close(uri);
			if (!pulls) void state.connection.sendDiagnostics({ uri, diagnostics: [] });
		},
		refresh() {
			linting.forget();
			ask();
		},
		refreshResults() {
			ask();
			// The lens above the last FROM shows the result of the last scan.
			if (state.capabilities.workspace?.codeLens?.refreshSupport) void state.connection.sendRequest(CodeLensRefreshRequest.type);
		},
	};
}
