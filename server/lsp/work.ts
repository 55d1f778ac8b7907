import { homedir } from "node:os";
import { join } from "node:path";
import type { OperationContext } from "../operations/context.ts";
import { createHost } from "../operations/host.ts";
import { createImageStore, IMAGE_STORE, type ImageStore } from "../operations/imageStore.ts";
import { createRegistries, type Proxies, proxiesOf, type RegistryClient } from "../operations/registries.ts";
import { PROGRESS, RATE_LIMITS } from "../protocol.ts";
import { diskFiles } from "../tools/files.ts";
import { createExclusive, type Exclusive, type Waiter } from "./exclusive.ts";
import { tell } from "./handle.ts";
import { pathOf } from "./paths.ts";
import { createRateLimits } from "./rateLimits.ts";
import type { ServerState } from "./state.ts";

/** Starts operations for the editor: what they need of the world, with the settings as they are now. */
export interface Work extends Exclusive {
	/** @param uri the document that it is about, for its settings */
	context(uri: string | undefined, waiter: Pick<Waiter, "signal"> & Partial<Waiter>): Promise<OperationContext>;
	registry(context: OperationContext, uri: string | undefined): Promise<RegistryClient>;
	/** What stands before addresses, by the environment and the editor\'s settings. */
	proxies(): Promise<Proxies>;
	/** What registries said; takes part in every client. */
	readonly images: ImageStore;
	/** Somebody who waits for the answer to a request, and looks at its progress. */
	waiter(signal: AbortSignal, progressId: number): Waiter;
	folderPaths(): readonly string[];
}

export function createWork(state: ServerState): Work {
	const host = createHost(process.env, process.platform);
	const { cacheFolder, connection } = state;
	const kept = cacheFolder === undefined ? undefined : join(cacheFolder, IMAGE_STORE);
	const images = createImageStore(kept, diskFiles, (line) => connection.console.log(line));
	const limits = createRateLimits((limits) => tell(state, RATE_LIMITS, { limits }));
	const registries = createRegistries({
		environment: process.env,
		homeFolder: homedir(),
		platform: process.platform,
		runHelper: host.runHelper,
		cache: images.cache,
	});
	const folderPaths = (): readonly string[] => state.folders.flatMap((folder) => pathOf(folder.uri) ?? []);
	return {
		...createExclusive(),
		folderPaths,
		images,
		waiter: (signal, progressId) => ({ signal, progress: (message) => tell(state, PROGRESS, { progressId, message }) }),
		async context(uri, { signal, progress = () => {} }) {
			const settings = await state.settings.get(uri);
			return host.context({
				signal,
				toolPaths: settings["tools.paths"],
				workspaceFolders: folderPaths(),
				trusted: state.trusted,
				progress,
				log: (line) => connection.console.log(line),
			});
		},
		proxies: async () => proxiesOf(process.env, await state.settings.proxy()),
		async registry(context, uri) {
			const settings = await state.settings.get(uri);
			const client = await registries.client(context, {
				useCredentials: settings["digest.useCredentials"],
				mirrors: state.trusted ? settings["registry.mirrors"] : [],
				workspaceFolders: folderPaths(),
				proxy: await state.settings.proxy(),
			});
			return limits.noting(client);
		},
	};
}
