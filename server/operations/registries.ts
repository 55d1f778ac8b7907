import { anonymous } from "../tools/credentials/credential.ts";
import { dockerCredentials } from "../tools/credentials/dockerCredentials.ts";
import type { HelperRunner } from "../tools/credentials/helper.ts";
import { engineInfoCommand, readEngineInfo } from "../tools/docker.ts";
import { isCancellation } from "../tools/errors.ts";
import { diskFiles } from "../tools/files.ts";
import type { RegistryCache } from "../tools/registry/cache.ts";
import { type RegistryClient, registryClient } from "../tools/registry/client.ts";
import { type ProxyWish, proxiesOf } from "../tools/registry/proxies.ts";
import { type RegistryEntry, readRegistriesConf, registriesConfPaths } from "../tools/registry/registriesConf.ts";
import type { OperationContext } from "./context.ts";
import { remember } from "./remember.ts";

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
	let machine: Machine | undefined;
	return {
		async client(context, wish) {
			// Who cancels while the engine is asked leaves no answer for the next one.
			if (context.trusted) machine ??= await machineOf(context, options);
			const { engineMirrors, entries } = (context.trusted ? machine : undefined) ?? NOTHING;
			const mirrors = [...new Set([...wish.mirrors, ...engineMirrors])];
			const withLogin = context.trusted && wish.useCredentials;
			const key = JSON.stringify([withLogin, mirrors, entries, wish.workspaceFolders, wish.proxy]);
			return remember(clients, key, () =>
				registryClient({
					credentials: withLogin
						? dockerCredentials({ ...options, workspaceFolders: wish.workspaceFolders, run: options.runHelper })
						: anonymous,
					mirrors,
					entries,
					proxies: proxiesOf(options.environment, wish.proxy),
					now: Date.now,
					log: (line) => context.log(line),
					...(options.cache === undefined ? {} : { cache: options.cache }),
				}),
			);
		},
	};
}

/** What this computer says of where images come from. */
interface Machine {
	readonly engineMirrors: readonly string[];
	readonly entries: readonly RegistryEntry[];
}

const NOTHING: Machine = { engineMirrors: [], entries: [] };

/** The mirrors of Docker's engine; where there is none that answers, podman builds, and its configuration counts. */
async function machineOf(context: OperationContext, options: RegistryOptions): Promise<Machine> {
	try {
		return { engineMirrors: readEngineInfo((await context.run(engineInfoCommand())).stdout).mirrors, entries: [] };
	} catch (error) {
		if (isCancellation(error)) throw error;
		context.log(`The engine was not asked for mirrors: ${error instanceof Error ? error.message : String(error)}`);
		return { engineMirrors: [], entries: await podmanEntries(context, options) };
	}
}

async function podmanEntries(
	context: OperationContext,
	{ environment, homeFolder, platform }: RegistryOptions,
): Promise<readonly RegistryEntry[]> {
	for (const path of registriesConfPaths(environment, homeFolder, platform)) {
		const text = await diskFiles.readText(path);
		if (text === undefined) continue;
		const entries = readRegistriesConf(text);
		if (entries === undefined) context.log(`${path} holds something that is not understood; none of it counts`);
		return entries ?? [];
	}
	return [];
}

export type { InspectedImage } from "../tools/registry/answers.ts";
export type { RegistryClient } from "../tools/registry/client.ts";
export { type Proxies, type ProxyWish, proxiesOf } from "../tools/registry/proxies.ts";
