import {
	CodeLensRefreshRequest,
	type Diagnostic,
	DiagnosticRefreshRequest,
	type DocumentDiagnosticReport,
	DocumentDiagnosticReportKind,
} from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Settings } from "../core/settings/schema.ts";
import { diagnosticOf } from "./convert.ts";
import { inBackground } from "./handle.ts";
import type { Linting } from "./linting.ts";
import { kindOf } from "./parsed.ts";
import type { ServerState } from "./state.ts";

/** How long a document has to rest before findings are pushed, for clients that do not ask by themselves. */
const REST_MS = 120;

/** Brings findings to the editor: asked for by clients that can, pushed to the others. */
export interface Diagnostics {
	/** Answers `textDocument/diagnostic`. */
	pull(uri: string, previousResultId: string | undefined): Promise<DocumentDiagnosticReport>;
	changed(document: TextDocument): void;
	/** With the document other files may have been saved: those around it are looked at again. */
	saved(document: TextDocument): void;
	closed(document: TextDocument): void;
	/** Something outside the documents changed what is found in them. */
	refresh(): void;
	/** Results of scans changed; what the rules found has not. */
	refreshResults(): void;
}

/** Adds diagnostics of another kind than lint findings, of the document as it is now. */
export type MoreDiagnostics = (document: TextDocument, settings: Settings) => readonly Diagnostic[];

/** The diagnostics of a text, under a name that no other text, setting or result has had. */
interface Report {
	readonly resultId: string;
	/** Of the text. */
	readonly version: number;
	readonly items: Diagnostic[];
}

export function createDiagnostics(state: ServerState, linting: Linting, more: MoreDiagnostics): Diagnostics {
	const { capabilities, connection, documents } = state;
	const pulls = capabilities.textDocument?.diagnostic !== undefined;
	const timers = new Map<string, NodeJS.Timeout>();
	/** With `lint.run: onSave`, the report of the last saved text stays, and the editor moves it with the text. */
	let saved = new WeakMap<TextDocument, Report>();
	const numbers = new WeakMap<TextDocument, number>();
	let lastNumber = 0;
	let revision = 0;

	const resultIdOf = (document: TextDocument): string => {
		const number = numbers.get(document) ?? ++lastNumber;
		numbers.set(document, number);
		return `${revision}.${number}.${document.version}`;
	};

	const report = async (document: TextDocument): Promise<Report> => {
		// What changes from here on has another name.
		const resultId = resultIdOf(document);
		const kept = saved;
		const settings = await state.settings.get(document.uri);
		const onSave = settings["lint.run"] === "onSave";
		const last = onSave ? kept.get(document) : undefined;
		if (last !== undefined) return last;
		const linted = await linting.of(document);
		const found = linted === undefined ? [] : linted.findings.map((finding) => diagnosticOf(finding, document.uri, linted.lineStarts));
		const own: Report = { resultId, version: document.version, items: [...found, ...more(document, settings)] };
		if (onSave) kept.set(document, own);
		return own;
	};

	const push = (document: TextDocument, afterMs: number): void => {
		if (kindOf(document) === "configuration") return;
		const { uri } = document;
		clearTimeout(timers.get(uri));
		const send = async (): Promise<void> => {
			timers.delete(uri);
			const { version } = document;
			const before = saved.get(document);
			const own = await report(document);
			// An older answer must not replace a newer one, and one that stays is there already.
			if (documents.get(uri) !== document || document.version !== version || own === before) return;
			await connection.sendDiagnostics({ uri, version, diagnostics: own.items });
		};
		timers.set(
			uri,
			setTimeout(() => inBackground(state, `diagnostics of ${uri}`, send), afterMs),
		);
	};

	const ask = (kept: readonly TextDocument[] = []): void => {
		revision++;
		const before = saved;
		saved = new WeakMap();
		for (const document of kept) {
			const last = before.get(document);
			if (last !== undefined) saved.set(document, last);
		}
		if (!pulls) for (const document of documents.all()) push(document, 0);
		else if (capabilities.workspace?.diagnostics?.refreshSupport)
			inBackground(state, "refresh of diagnostics", () => connection.sendRequest(DiagnosticRefreshRequest.type));
		// Lenses come and go with settings, and the one above the last FROM shows the result of the last scan.
		if (capabilities.workspace?.codeLens?.refreshSupport)
			inBackground(state, "refresh of lenses", () => connection.sendRequest(CodeLensRefreshRequest.type));
	};

	return {
		async pull(uri, previousResultId) {
			const document = documents.get(uri);
			if (document === undefined) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
			if (resultIdOf(document) === previousResultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId: previousResultId };
			const { resultId, items } = await report(document);
			if (resultId === previousResultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
			return { kind: DocumentDiagnosticReportKind.Full, resultId, items };
		},
		changed(document) {
			if (!pulls) push(document, REST_MS);
		},
		saved(document) {
			state.project.forget();
			linting.forget();
			// With `onSave`, what stands in the others is not saved.
			ask(documents.all().filter((other) => other !== document));
		},
		closed(document) {
			const { uri } = document;
			clearTimeout(timers.get(uri));
			timers.delete(uri);
			state.settings.drop(uri);
			if (pulls || kindOf(document) === "configuration") return;
			inBackground(state, `diagnostics of ${uri}`, () => connection.sendDiagnostics({ uri, diagnostics: [] }));
		},
		refresh() {
			linting.forget();
			ask();
		},
		refreshResults() {
			// With `onSave`, what was written since stays unseen.
			ask(documents.all().filter((document) => saved.get(document)?.version !== document.version));
		},
	};
}
