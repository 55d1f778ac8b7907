import { homedir } from "node:os";
import type { OperationContext } from "../operations/context.ts";
import { createHost } from "../operations/host.ts";
import type { DigestResolver } from "../operations/pin.ts";
import { createRegistries } from "../operations/registries.ts";
import { PROGRESS } from "../protocol.ts";
import { createExclusive, type Exclusive, type Waiter } from "./exclusive.ts";
import { tell } from "./handle.ts";
import { pathOf } from "./paths.ts";
import type { ServerState } from "./state.ts";

/** Starts operations for the editor: what they need of the world, with the settings as they are now. */
export interface Work extends Exclusive {
	/** @param uri the document that it is about, for its settings */
	context(uri: string | undefined, waiter: Pick<Waiter, "signal"> & Partial<Waiter>): Promise<OperationContext>;
	registry(context: OperationContext, uri: string | undefined): Promise<Registry>;
	/** Somebody who waits for the answer to a request, and looks at its progress. */
	waiter(signal: AbortSignal, progressId: number): Waiter;
	folderPaths(): readonly string[];
}

/** What asks registries. */
export type Registry = Awaited<ReturnType<ReturnType<typeof createRegistries>["client"]>> & DigestResolver;

export function createWork(state: ServerState): Work {
	const host = createHost(process.env, process.platform);
	const registries = createRegistries({
		environment: process.env,
		homeFolder: homedir(),
		platform: process.platform,
		runHelper: host.runHelper,
	});
	const folderPaths = (): readonly string[] => state.folders.flatMap((folder) => pathOf(folder.uri) ?? []);
	return {
		...createExclusive(),
		folderPaths,
		waiter: (signal, progressId) => ({ signal, progress: (message) => tell(state, PROGRESS, { progressId, message }) }),
		async context(uri, { signal, progress = () => {} }) {
			const settings = await state.settings.get(uri);
			return host.context({
				signal,
				toolPaths: settings["tools.paths"],
				workspaceFolders: folderPaths(),
				trusted: state.trusted,
				progress,
				log: (line) => state.connection.console.log(line),
			});
		},
		async registry(context, uri) {
			const settings = await state.settings.get(uri);
			return registries.client(context, {
				useCredentials: settings["digest.useCredentials"],
				mirrors: state.trusted ? settings["registry.mirrors"] : [],
				workspaceFolders: folderPaths(),
				proxy: await state.settings.proxy(),
			});
		},
	};
}
