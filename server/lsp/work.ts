import { homedir } from "node:os";
import { fileURLToPath } from "node:url";
import type { OperationContext } from "../operations/context.ts";
import { createHost } from "../operations/host.ts";
import type { DigestResolver } from "../operations/pin.ts";
import { createRegistries } from "../operations/registries.ts";
import { PROGRESS } from "../protocol.ts";
import type { ServerState } from "./state.ts";

/** Starts operations for the editor: what they need of the world, with the settings as they are now. */
export interface Work {
	/** @param uri the document that it is about, for its settings */
	context(uri: string | undefined, signal: AbortSignal, progressId?: number): Promise<OperationContext>;
	registry(
		context: OperationContext,
		uri: string | undefined,
	): Promise<Awaited<ReturnType<ReturnType<typeof createRegistries>["client"]>> & DigestResolver>;
	/**
	 * Runs something of which there may be one at a time: with `join` a second call gets the result of the one that runs, with
	 * `replace` the one that runs is cancelled first.
	 */
	exclusive<T>(key: string, how: "join" | "replace", signal: AbortSignal, run: (signal: AbortSignal) => Promise<T>): Promise<T>;
	folderPaths(): readonly string[];
}

export function createWork(state: ServerState): Work {
	const host = createHost(process.env, process.platform);
	const registries = createRegistries({
		environment: process.env,
		homeFolder: homedir(),
		platform: process.platform,
		runHelper: host.runHelper,
	});
	const running = new Map<string, { readonly promise: Promise<unknown>; readonly controller: AbortController; waiting: number }>();
	const folderPaths = (): readonly string[] =>
		state.folders.filter((folder) => folder.uri.startsWith("file:")).map((folder) => fileURLToPath(folder.uri));
	const tellProgress = (progressId: number | undefined, message: string): void => {
		if (progressId !== undefined) void state.connection.sendNotification(PROGRESS.method, { progressId, message });
	};

	return {
		folderPaths,
		async context(uri, signal, progressId) {
			const settings = await state.settings.get(uri);
			return host.context({
				signal,
				toolPaths: settings["tools.paths"],
				workspaceFolders: folderPaths(),
				trusted: state.trusted,
				progress: (message) => tellProgress(progressId, message),
				log: (line) => state.connection.console.log(line),
			});
		},
		async registry(context, uri) {
			const settings = await state.settings.get(uri);
			return registries.client(context, {
				useCredentials: settings["digest.useCredentials"],
				mirrors: state.trusted ? settings["registry.mirrors"] : [],
				workspaceFolders: folderPaths(),
			});
		},
		async exclusive<T>(key: string, how: "join" | "replace", signal: AbortSignal, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
			const before = running.get(key);
			if (before !== undefined && how === "replace") {
				before.controller.abort();
				await before.promise.catch(() => undefined);
			}
			let entry = how === "join" ? before : undefined;
			if (entry === undefined) {
				const controller = new AbortController();
				const promise = run(controller.signal).finally(() => {
					if (running.get(key)?.controller === controller) running.delete(key);
				});
				entry = { promise, controller, waiting: 0 };
				running.set(key, entry);
			}
			return waitFor(entry, signal) as Promise<T>;
		},
	};
}

/** Waits for shared work; it ends when the last one who waits has walked away. */
async function waitFor(
	entry: { readonly promise: Promise<unknown>; readonly controller: AbortController; waiting: number },
	signal: AbortSignal,
): Promise<unknown> {
	entry.waiting++;
	const leave = (): void => {
		if (--entry.waiting === 0) entry.controller.abort();
	};
	if (signal.aborted) leave();
	signal.addEventListener("abort", leave, { once: true });
	try {
		return await entry.promise;
	} finally {
		signal.removeEventListener("abort", leave);
	}
}
