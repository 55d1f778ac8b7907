import { anonymous } from "../tools/credentials/credential.ts";
import { dockerCredentials } from "../tools/credentials/dockerCredentials.ts";
import type { HelperRunner } from "../tools/credentials/helper.ts";
import { engineInfoCommand, readEngineInfo } from "../tools/docker.ts";
import { isCancellation } from "../tools/errors.ts";
import type { RegistryCache } from "../tools/registry/cache.ts";
import { type RegistryClient, registryClient } from "../tools/registry/client.ts";
import { type ProxyWish, proxiesOf } from "../tools/registry/proxies.ts";
import type { OperationContext } from "./context.ts";

/** What a shell knows of registries. */
export interface RegistryOptions {
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly homeFolder: string;
	/** `process.platform`. */
	readonly platform: string;
	readonly runHelper: HelperRunner;
	/** Keeps what registries say; without one each client keeps it for itself. */
	readonly cache?: RegistryCache;
}

/** What changes the answers of registries. */
export interface RegistryWish {
	readonly useCredentials: boolean;
	/** Asked before those that the engine names. */
	readonly mirrors: readonly string[];
	readonly workspaceFolders: readonly string[];
	/** What the editor says of proxies; without it the environment's count. */
	readonly proxy?: ProxyWish;
}

/** Makes registry clients: one for each way in which they may be asked, so that what one learnt is not asked again. */
export interface Registries {
	/** The client for an operation. Asks the engine for its mirrors the first time, in trusted workspaces. */
	client(context: OperationContext, wish: RegistryWish): Promise<RegistryClient>;
}

export function createRegistries(options: RegistryOptions): Registries {
	const clients = new Map<string, RegistryClient>();
	let engineMirrors: readonly string[] | undefined;
	return {
		async client(context, wish) {
			// Who cancels while the engine is asked leaves no answer for the next one.
			if (context.trusted) engineMirrors ??= await mirrorsOfEngine(context);
			const mirrors = [...new Set([...wish.mirrors, ...(context.trusted ? (engineMirrors ?? []) : [])])];
			const withLogin = context.trusted && wish.useCredentials;
			const key = JSON.stringify([withLogin, mirrors, wish.workspaceFolders, wish.proxy]);
			const known = clients.get(key);
			if (known !== undefined) return known;
			const client = registryClient({
				credentials: withLogin
					? dockerCredentials({ ...options, workspaceFolders: wish.workspaceFolders, run: options.runHelper })
					: anonymous,
				mirrors,
				proxies: proxiesOf(options.environment, wish.proxy),
				now: Date.now,
				log: (line) => context.log(line),
				...(options.cache === undefined ? {} : { cache: options.cache }),
			});
			clients.set(key, client);
			return client;
		},
	};
}

/** Without an engine there are no mirrors: the registry itself is asked. */
async function mirrorsOfEngine(context: OperationContext): Promise<readonly string[]> {
	try {
		return readEngineInfo((await context.run(engineInfoCommand())).stdout).mirrors;
	} catch (error) {
		if (isCancellation(error)) throw error;
		context.log(`The engine was not asked for mirrors: ${error instanceof Error ? error.message : String(error)}`);
		return [];
	}
}

export type { InspectedImage } from "../tools/registry/answers.ts";
export type { RegistryClient } from "../tools/registry/client.ts";
export type { ProxyWish } from "../tools/registry/proxies.ts";
