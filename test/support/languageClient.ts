import { PassThrough } from "node:stream";
import { pathToFileURL } from "node:url";
import { createConnection } from "vscode-languageserver/node";
import {
	type ClientCapabilities,
	type CodeAction,
	type CodeLens,
	createProtocolConnection,
	type Diagnostic,
	type Hover,
	type InitializeResult,
	type InlayHint,
	type Position,
	type ProtocolConnection,
	type Range,
	type Registration,
	StreamMessageReader,
	StreamMessageWriter,
} from "vscode-languageserver-protocol/node";
import { startServer } from "../../server/lsp/server.ts";
import {
	BUILD_LOG,
	IMAGES_CHANGED,
	type InitializationOptions,
	type NotificationName,
	PROGRESS,
	RATE_LIMITS,
	RESULTS_CHANGED,
	type RequestName,
} from "../../server/protocol.ts";

/** A language client in this process, connected to a real server over a pair of streams. */
export interface LanguageClient {
	readonly connection: ProtocolConnection;
	readonly initialized: InitializeResult;
	/** @param languageId without it a Dockerfile's */
	open(uri: string, text: string, languageId?: string): Promise<void>;
	change(uri: string, version: number, text: string): Promise<void>;
	save(uri: string): Promise<void>;
	/** Changes a part of the text. */
	edit(uri: string, version: number, range: Range, text: string): Promise<void>;
	close(uri: string): Promise<void>;
	/** What the server finds, asked for as an editor does. */
	pull(uri: string): Promise<readonly Diagnostic[]>;
	/** The same, with whether anything changed since the report of that name. */
	report(uri: string, previousResultId?: string): Promise<{ readonly kind: string; readonly resultId?: string }>;
	/** The light bulb's menu at a place. */
	actions(uri: string, at: Position, only?: readonly string[]): Promise<readonly CodeAction[]>;
	resolve(action: CodeAction): Promise<CodeAction>;
	/** The card at a place, as Markdown; empty without one. */
	hover(uri: string, at: Position): Promise<string>;
	lenses(uri: string): Promise<readonly CodeLens[]>;
	/** The hints of a whole document. */
	hints(uri: string): Promise<readonly InlayHint[]>;
	ask<Params, Result>(request: RequestName<Params, Result>, params: Params): Promise<Result>;
	/** The next diagnostics that the server pushes for a document. */
	nextPush(uri: string): Promise<Push>;
	/** Changes the settings and tells the server. */
	configure(settings: Readonly<Record<string, unknown>>): Promise<void>;
	/** What the server told with one of our notifications, in order. */
	told<Params>(notification: NotificationName<Params>): readonly Params[];
	/** Everything that the server pushed, in order. */
	readonly pushes: readonly Push[];
	/** How often the server asked the editor to ask again. */
	readonly refreshes: { diagnostics: number; lenses: number; hints: number };
	/** What the server asked the editor to tell it about. */
	readonly registrations: readonly Registration[];
	/** Everything that the server wrote into the log. */
	readonly log: readonly string[];
	stop(): Promise<void>;
}

export interface Push {
	readonly uri: string;
	readonly version: number | undefined;
	readonly diagnostics: readonly Diagnostic[];
}

export interface LanguageClientOptions {
	readonly initializationOptions?: InitializationOptions;
	readonly settings?: Readonly<Record<string, unknown>>;
	/** Without it: an editor that pulls, previews and can be asked for settings. */
	readonly capabilities?: ClientCapabilities;
	/** Where the server keeps things over restarts; without it nowhere. */
	readonly cacheFolder?: string;
	/** Paths of the workspace's folders. */
	readonly folders?: readonly string[];
}

const FULL: ClientCapabilities = {
	workspace: {
		configuration: true,
		workspaceFolders: true,
		workspaceEdit: { documentChanges: true, changeAnnotationSupport: { groupsOnLabel: true } },
		diagnostics: { refreshSupport: true },
		codeLens: { refreshSupport: true },
		inlayHint: { refreshSupport: true },
	},
	textDocument: {
		diagnostic: { dynamicRegistration: false, relatedDocumentSupport: false },
		codeAction: { dataSupport: true, resolveSupport: { properties: ["edit"] } },
	},
	window: { workDoneProgress: true },
};

export async function startLanguageClient(options: LanguageClientOptions = {}): Promise<LanguageClient> {
	const toServer = new PassThrough();
	const toClient = new PassThrough();
	startServer(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)), "0.0.0-test", options.cacheFolder);
	const connection = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
	const log: string[] = [];
	let settings = options.settings ?? {};
	const waiting = new Map<string, ((pushed: Push) => void)[]>();
	const pushes: Push[] = [];
	const refreshes = { diagnostics: 0, lenses: 0, hints: 0 };
	const told: { readonly method: string; readonly params: unknown }[] = [];
	for (const { method } of [PROGRESS, BUILD_LOG, RESULTS_CHANGED, RATE_LIMITS, IMAGES_CHANGED]) {
		connection.onNotification(method, (params: unknown) => {
			told.push({ method, params });
		});
	}
	connection.onNotification("window/logMessage", (message: { readonly message: string }) => {
		log.push(message.message);
	});
	connection.onRequest("workspace/configuration", ({ items }: { readonly items: readonly unknown[] }) => items.map(() => settings));
	const registrations: Registration[] = [];
	connection.onRequest("client/registerCapability", (params: { readonly registrations: readonly Registration[] }) => {
		registrations.push(...params.registrations);
		return null;
	});
	connection.onRequest("workspace/diagnostic/refresh", () => {
		refreshes.diagnostics++;
		return null;
	});
	connection.onRequest("workspace/codeLens/refresh", () => {
		refreshes.lenses++;
		return null;
	});
	connection.onRequest("workspace/inlayHint/refresh", () => {
		refreshes.hints++;
		return null;
	});
	connection.onRequest("window/workDoneProgress/create", () => null);
	connection.onNotification("textDocument/publishDiagnostics", ({ uri, version, diagnostics }: Push) => {
		const push = { uri, version, diagnostics };
		pushes.push(push);
		for (const resolve of waiting.get(uri)?.splice(0) ?? []) resolve(push);
	});
	connection.listen();
	const initialized: InitializeResult = await connection.sendRequest("initialize", {
		processId: null,
		rootUri: null,
		capabilities: options.capabilities ?? FULL,
		initializationOptions: options.initializationOptions ?? { trusted: true, commands: true },
		workspaceFolders: options.folders?.map((folder) => ({ uri: pathToFileURL(folder).href, name: folder })) ?? null,
	});
	await connection.sendNotification("initialized", {});
	return {
		connection,
		initialized,
		log,
		open: (uri, text, languageId = "dockerfile") =>
			connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId, version: 1, text } }),
		change: (uri, version, text) =>
			connection.sendNotification("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text }] }),
		edit: (uri, version, range, text) =>
			connection.sendNotification("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ range, text }] }),
		close: (uri) => connection.sendNotification("textDocument/didClose", { textDocument: { uri } }),
		save: (uri) => connection.sendNotification("textDocument/didSave", { textDocument: { uri } }),
		async pull(uri) {
			const report: { readonly kind: string; readonly items?: readonly Diagnostic[] } = await connection.sendRequest(
				"textDocument/diagnostic",
				{ textDocument: { uri } },
			);
			return report.items ?? [];
		},
		report: (uri, previousResultId) =>
			connection.sendRequest("textDocument/diagnostic", {
				textDocument: { uri },
				...(previousResultId === undefined ? {} : { previousResultId }),
			}),
		actions: (uri, at, only) =>
			connection.sendRequest("textDocument/codeAction", {
				textDocument: { uri },
				range: { start: at, end: at },
				context: { diagnostics: [], ...(only === undefined ? {} : { only }) },
			}),
		resolve: (action) => connection.sendRequest("codeAction/resolve", action),
		async hover(uri, position) {
			const hover: Hover | null = await connection.sendRequest("textDocument/hover", { textDocument: { uri }, position });
			return hover === null ? "" : (hover.contents as { readonly value: string }).value;
		},
		lenses: (uri) => connection.sendRequest("textDocument/codeLens", { textDocument: { uri } }),
		hints: (uri) =>
			connection.sendRequest("textDocument/inlayHint", {
				textDocument: { uri },
				range: { start: { line: 0, character: 0 }, end: { line: 1e6, character: 0 } },
			}),
		told: <Params>({ method }: NotificationName<Params>): readonly Params[] =>
			told.filter((each) => each.method === method).map(({ params }) => params as Params),
		pushes,
		refreshes,
		registrations,
		ask: <Params, Result>(request: RequestName<Params, Result>, params: Params): Promise<Result> =>
			connection.sendRequest(request.method, params as object),
		nextPush: (uri) => new Promise((resolve) => waiting.set(uri, [...(waiting.get(uri) ?? []), resolve])),
		async configure(next) {
			settings = next;
			await connection.sendNotification("workspace/didChangeConfiguration", { settings: { hullguard: next } });
		},
		async stop() {
			await connection.sendRequest("shutdown");
			connection.dispose();
			toServer.end();
			toClient.end();
		},
	};
}
