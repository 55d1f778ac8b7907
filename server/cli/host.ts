import { homedir } from "node:os";
import { join } from "node:path";
import { cacheFolder } from "../operations/cacheFolder.ts";
import type { OperationContext } from "../operations/context.ts";
import { createHost } from "../operations/host.ts";
import { createImageStore, IMAGE_STORE, type ImageStore } from "../operations/imageStore.ts";
import { createRegistries, type Registries } from "../operations/registries.ts";
import { diskFiles } from "../tools/files.ts";
import { printLog, type Terminal } from "./terminal.ts";

/** What commands that use tools or registries work with. Whoever types a command trusts the folder that it is typed in. */
export interface CommandHost {
	readonly context: OperationContext;
	readonly registries: Registries;
	/** What registries said before; to be flushed by who asked them. */
	readonly images: ImageStore;
}

export function commandHost(terminal: Terminal): CommandHost {
	const { environment } = terminal;
	const host = createHost(environment, process.platform);
	const context = host.context({
		signal: terminal.signal,
		toolPaths: {},
		workspaceFolders: [],
		trusted: true,
		progress: (message) => terminal.progress(message),
		log: (line) => {
			if (terminal.verbose) printLog(terminal, line);
		},
	});
	const folder = cacheFolder(environment, process.platform);
	const images = createImageStore(folder === undefined ? undefined : join(folder, IMAGE_STORE), diskFiles, context.log);
	return {
		context,
		images,
		registries: createRegistries({
			environment,
			homeFolder: homedir(),
			platform: process.platform,
			runHelper: host.runHelper,
			cache: images.cache,
		}),
	};
}
