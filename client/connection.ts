import { type CancellationToken, type ExtensionContext, extensions, type LogOutputChannel, workspace } from "vscode";
import type { LanguageClient, LanguageClientOptions, ServerOptions } from "vscode-languageclient/node";
import {
	type FailureData,
	type InitializationOptions,
	type NotificationName,
	OTHER_LINTERS,
	type OtherLinter,
	type RequestName,
	TRUST_GRANTED,
} from "../server/protocol.ts";
import { DOCUMENTS } from "./documents.ts";

/** Extensions that show findings of their own in Dockerfiles, and the linter that they have them from. */
const LINTING_EXTENSIONS: readonly (readonly [string, OtherLinter])[] = [
	["docker.docker", "buildkit"],
	["ms-azuretools.vscode-containers", "dockerfile-utils"],
];

/** The language server: started on first need, restarted on wish. */
export interface Connection {
	/** Starts the server if it does not run. */
	start(): Promise<void>;
	restart(): Promise<void>;
	stop(): Promise<void>;
	ask<Params, Result>(request: RequestName<Params, Result>, params: Params, token?: CancellationToken): Promise<Result>;
	/** Calls `listener` whenever an answer failed because of a tool's set-up. */
	onToolTrouble(listener: () => void): void;
	/** Calls `listener` whenever the server says so, also after a restart. */
	listen<Params>(notification: NotificationName<Params>, listener: (params: Params) => void): void;
}

export function createConnection(context: ExtensionContext, output: LogOutputChannel): Connection {
	const module = context.asAbsolutePath("dist/server.cjs");
	const options = (): LanguageClientOptions => ({
		documentSelector: [...DOCUMENTS],
		outputChannel: output,
		initializationOptions: initializationOptions(),
		// A command link in a hover may call ours alone.
		markdown: {
			isTrusted: {
				enabledCommands: [
					"hullguard.digest.pin",
					"hullguard.digest.update",
					"hullguard.digest.refresh",
					"hullguard.scan.base",
					"hullguard.lint.explainRule",
				],
			},
		},
		diagnosticPullOptions: { onChange: true, onSave: true, onTabs: false },
	});
	const listeners: { readonly method: string; readonly listener: (params: unknown) => void }[] = [];
	const troubled: (() => void)[] = [];
	let client: LanguageClient | undefined;
	let starting: Promise<void> | undefined;

	const create = async (): Promise<void> => {
		// Loaded with the first server: it is most of the bundle, and activation must not wait for it.
		const library = await import("vscode-languageclient/node");
		const transport = library.TransportKind.ipc;
		const server: ServerOptions = {
			run: { module, transport },
			debug: { module, transport, options: { execArgv: ["--nolazy", "--inspect=6011"] } },
		};
		client = new library.LanguageClient("hullguard", "Hullguard", server, options());
		for (const { method, listener } of listeners) client.onNotification(method, listener);
		await client.start();
	};
	const start = (): Promise<void> => {
		starting ??= create();
		return starting;
	};
	const stop = async (): Promise<void> => {
		const started = starting;
		starting = undefined;
		// What is still starting cannot be told to end.
		await started?.catch(() => undefined);
		const running = client;
		client = undefined;
		// One that never came up, or that gave up, refuses to be stopped.
		if (running?.needsStop()) await running.dispose();
	};
	const tell = (method: string, params: object): void => {
		if (client?.isRunning()) void client.sendNotification(method, params);
	};
	context.subscriptions.push(
		workspace.onDidGrantWorkspaceTrust(() => tell(TRUST_GRANTED.method, {})),
		extensions.onDidChange(() => tell(OTHER_LINTERS.method, { linters: otherLinters() })),
	);
	return {
		start,
		stop,
		async restart() {
			await stop();
			await start();
		},
		async ask<Params, Result>(request: RequestName<Params, Result>, params: Params, token?: CancellationToken) {
			await start();
			if (client === undefined) throw new Error("The language server was stopped");
			try {
				// An argument that is undefined would be sent as one.
				return await (token === undefined
					? client.sendRequest<Result>(request.method, params)
					: client.sendRequest<Result>(request.method, params, token));
			} catch (error) {
				if (failureOf(error)?.tool !== undefined) for (const listener of troubled) listener();
				throw error;
			}
		},
		onToolTrouble: (listener) => troubled.push(listener),
		listen(notification, listener) {
			const entry = { method: notification.method, listener: listener as (params: unknown) => void };
			listeners.push(entry);
			client?.onNotification(entry.method, entry.listener);
		},
	};
}

function initializationOptions(): InitializationOptions {
	return { trusted: workspace.isTrusted, commands: true, otherLinters: otherLinters() };
}

function otherLinters(): readonly OtherLinter[] {
	return LINTING_EXTENSIONS.filter(([id]) => extensions.getExtension(id) !== undefined).map(([, linter]) => linter);
}

/** What the server says of an answer that failed; undefined for every other error. */
export function failureOf(error: unknown): FailureData | undefined {
	return error instanceof Error && "data" in error && isFailure(error.data) ? error.data : undefined;
}

function isFailure(data: unknown): data is FailureData {
	return typeof data === "object" && data !== null && "kind" in data && typeof data.kind === "string";
}
