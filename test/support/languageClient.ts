import { PassThrough } from "node:stream";
import { createConnection } from "vscode-languageserver/node";
import {
	type ClientCapabilities,
	createProtocolConnection,
	type Diagnostic,
	type InitializeResult,
	type ProtocolConnection,
	StreamMessageReader,
	StreamMessageWriter,
} from "vscode-languageserver-protocol/node";
import { startServer } from "../../server/lsp/server.ts";
import type { InitializationOptions, RequestName } from "../../server/protocol.ts";

/** A language client in this process, connected to a real server over a pair of streams. */
export interface LanguageClient {
	readonly connection: ProtocolConnection;
	readonly initialized: InitializeResult;
	open(uri: string, text: string): Promise<void>;
	change(uri: string, version: number, text: string): Promise<void>;
	save(uri: string): Promise<void>;
	/** What the server finds, asked for as an editor does. */
	pull(uri: string): Promise<readonly Diagnostic[]>;
	ask<Params, Result>(request: RequestName<Params, Result>, params: Params): Promise<Result>;
	/** The next diagnostics that the server pushes for a document. */
	nextPush(uri: string): Promise<{ readonly version: number | undefined; readonly diagnostics: readonly Diagnostic[] }>;
	/** Changes the settings and tells the server. */
	configure(settings: Readonly<Record<string, unknown>>): Promise<void>;
	/** Everything that the server wrote into the log. */
	readonly log: readonly string[];
	stop(): Promise<void>;
}

export interface LanguageClientOptions {
	readonly initializationOptions?: InitializationOptions;
	readonly settings?: Readonly<Record<string, unknown>>;
	/** Without it: an editor that pulls, previews and can be asked for settings. */
	readonly capabilities?: ClientCapabilities;
	readonly folder?: string;
}

const FULL: ClientCapabilities = {
	workspace: {
		configuration: true,
		workspaceFolders: true,
		workspaceEdit: { documentChanges: true, changeAnnotationSupport: { groupsOnLabel: true } },
		diagnostics: { refreshSupport: true },
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
	startServer(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)), "0.0.0-test");
	const connection = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
	const log: string[] = [];
	let settings = options.settings ?? {};
	const waiting = new Map<string, ((pushed: { version: number | undefined; diagnostics: Diagnostic[] }) => void)[]>();
	connection.onNotification("window/logMessage", (message: { readonly message: string }) => {
		log.push(message.message);
	});
	connection.onRequest("workspace/configuration", ({ items }: { readonly items: readonly unknown[] }) => items.map(() => settings));
	connection.onRequest("client/registerCapability", () => null);
	connection.onRequest("workspace/diagnostic/refresh", () => null);
	connection.onRequest("window/workDoneProgress/create", () => null);
	connection.onNotification(
		"textDocument/publishDiagnostics",
		(params: { readonly uri: string; readonly version?: number; readonly diagnostics: Diagnostic[] }) => {
			for (const resolve of waiting.get(params.uri)?.splice(0) ?? []) resolve({ version: params.version, diagnostics: params.diagnostics });
		},
	);
	connection.listen();
	const initialized: InitializeResult = await connection.sendRequest("initialize", {
		processId: null,
		rootUri: null,
		capabilities: options.capabilities ?? FULL,
		initializationOptions: options.initializationOptions ?? { trusted: true, commands: true },
		workspaceFolders: options.folder === undefined ? null : [{ uri: `file://${options.folder}`, name: "folder" }],
	});
	await connection.sendNotification("initialized", {});
	return {
		connection,
		initialized,
		log,
		open: (uri, text) =>
			connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "dockerfile", version: 1, text } }),
		change: (uri, version, text) =>
			connection.sendNotification("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text }] }),
		save: (uri) => connection.sendNotification("textDocument/didSave", { textDocument: { uri } }),
		async pull(uri) {
			const report: { readonly kind: string; readonly items?: readonly Diagnostic[] } = await connection.sendRequest(
				"textDocument/diagnostic",
				{ textDocument: { uri } },
			);
			return report.items ?? [];
		},
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
