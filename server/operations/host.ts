import { delimiter, dirname } from "node:path";
import type { Command, CommandOutput, OutputLine } from "../tools/command.ts";
import type { HelperRunner } from "../tools/credentials/helper.ts";
import { createLocator, type Locator, searchFolders } from "../tools/locate.ts";
import { createRunner } from "../tools/run.ts";
import type { ToolName } from "../tools/toolName.ts";
import type { OperationContext } from "./context.ts";
import { remember } from "./remember.ts";
import { requireTrust } from "./trust.ts";

/** What a shell knows when somebody starts an operation. */
export interface ContextOptions {
	readonly signal: AbortSignal;
	/** The setting `tools.paths`. */
	readonly toolPaths: Readonly<Partial<Record<ToolName, string>>>;
	/** Absolute paths. Nothing in them is run because the PATH names it. */
	readonly workspaceFolders: readonly string[];
	readonly trusted: boolean;
	readonly progress: (message: string) => void;
	readonly log: (line: string) => void;
}

/** Runs tools for a shell. One per process: it bounds how many scans run at once, and keeps what it learnt of the tools. */
export interface Host {
	/** What an operation needs. */
	context(options: ContextOptions): OperationContext;
	/** Runs a credential helper; what it prints is never logged. */
	readonly runHelper: HelperRunner;
}

/** @param environment of the process; its PATH is searched for tools */
export function createHost(environment: Readonly<Record<string, string | undefined>>, platform: string): Host {
	const runner = createRunner();
	const locators = new Map<string, Locator>();

	const locatorFor = (options: ContextOptions): Locator => {
		const { toolPaths, workspaceFolders } = options;
		const run = (command: Command, path: string, signal: AbortSignal): Promise<CommandOutput> =>
			runner.run(command, { path, environment: safeEnvironment(environment, workspaceFolders, platform, path), signal });
		return remember(locators, JSON.stringify([toolPaths, workspaceFolders]), () =>
			createLocator({ paths: toolPaths, environment, workspaceFolders, platform, run }),
		);
	};

	return {
		context(options) {
			const { signal, log, progress, trusted, workspaceFolders } = options;
			const locator = locatorFor(options);
			const locate: OperationContext["locate"] = async (tool) => {
				requireTrust(options);
				return await locator.locate(tool, signal);
			};
			return {
				signal,
				trusted,
				progress,
				log,
				locate,
				now: () => new Date(),
				async look(tool) {
					requireTrust(options);
					return await locator.look(tool, signal);
				},
				async run(command: Command, onLine?: (line: OutputLine) => void) {
					const { path } = await locate(command.tool);
					const safe = safeEnvironment(environment, workspaceFolders, platform, path);
					return await runner.run(command, { path, environment: safe, signal, log, ...(onLine === undefined ? {} : { onLine }) });
				},
			};
		},
		async runHelper({ path, args, input, timeoutMs, signal }) {
			const command: Command = { tool: "docker", args, input, timeoutMs, acceptedExitCodes: "any" };
			const { stdout, exitCode } = await runner.run(command, { path, environment, signal });
			return { stdout, exitCode };
		},
	};
}

/**
 * The environment of a tool: its PATH has no folder of the workspace and no relative one, because tools start programs of
 * their own (credential helpers, plug-ins). The tool's own folder is there: its companions are installed beside it.
 */
function safeEnvironment(
	environment: Readonly<Record<string, string | undefined>>,
	workspaceFolders: readonly string[],
	platform: string,
	tool: string,
): Readonly<Record<string, string | undefined>> {
	const name = Object.keys(environment).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
	const folders = [...searchFolders(environment, workspaceFolders, platform), dirname(tool)];
	return { ...environment, [name]: [...new Set(folders)].join(delimiter) };
}
