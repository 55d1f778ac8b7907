import { homedir } from "node:os";
import type { OperationContext } from "../operations/context.ts";
import { createHost } from "../operations/host.ts";
import { createRegistries, type Registries } from "../operations/registries.ts";
import { printLog, type Terminal } from "./terminal.ts";

/** What commands that use tools or registries work with. Whoever types a command trusts the folder that it is typed in. */
export interface CommandHost {
	readonly context: OperationContext;
	readonly registries: Registries;
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
	return {
		context,
		registries: createRegistries({ environment, homeFolder: homedir(), platform: process.platform, runHelper: host.runHelper }),
	};
}
