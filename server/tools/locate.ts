import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, posix, relative, win32 } from "node:path";
import { installHint, isNewEnough, refusalOf, TOOL_CARDS } from "./cards.ts";
import type { Command, CommandOutput } from "./command.ts";
import { isCancellation, ToolError } from "./errors.ts";
import type { ToolName } from "./toolName.ts";
import { VERSION_PROBES } from "./versionProbes.ts";
import { wellKnownFolders } from "./wellKnownFolders.ts";

/** An executable that may be run. */
export interface LocatedTool {
	readonly tool: ToolName;
	/** Absolute. */
	readonly path: string;
	/** As the tool prints it, without a leading `v`. */
	readonly version: string;
}

/** What was found of a tool, whether it may be run or not. */
export interface ToolState {
	readonly tool: ToolName;
	readonly path: string | undefined;
	readonly version: string | undefined;
	/** Why it cannot be used. */
	readonly error: ToolError | undefined;
}

export interface Locator {
	/** Looks for a tool. Throws only an AbortError. */
	look(tool: ToolName, signal: AbortSignal): Promise<ToolState>;
	/** The tool, ready to be run. @throws ToolError if it is missing, too old, or never run */
	locate(tool: ToolName, signal: AbortSignal): Promise<LocatedTool>;
}

export interface LocatorOptions {
	/** Absolute paths that the user set; `~` stands for the home folder. */
	readonly paths: Readonly<Partial<Record<ToolName, string>>>;
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Nothing inside them is ever run because of the PATH. */
	readonly workspaceFolders: readonly string[];
	/** `process.platform`. */
	readonly platform: string;
	/** Runs a program at a path. */
	readonly run: (command: Command, path: string, signal: AbortSignal) => Promise<CommandOutput>;
}

/** Setting, then PATH without workspace and relative folders, then the places where installers put things. */
export function createLocator(options: LocatorOptions): Locator {
	const versions = new Map<string, Promise<string>>();

	const versionOf = (tool: ToolName, path: string, signal: AbortSignal): Promise<string> => {
		const { mtimeMs, size } = statSync(path);
		const key = `${path} ${mtimeMs} ${size}`;
		const before = versions.get(key);
		if (before !== undefined) return before;
		const { command, read } = VERSION_PROBES[tool];
		const version = options.run(command, path, signal).then((output) => read(output.stdout));
		versions.set(key, version);
		// A failure may be over the next time.
		version.catch(() => versions.delete(key));
		return version;
	};

	/** A probe that somebody else cancelled is started again. */
	const ownVersionOf = async (tool: ToolName, path: string, signal: AbortSignal): Promise<string> => {
		try {
			return await versionOf(tool, path, signal);
		} catch (error) {
			if (!isCancellation(error) || signal.aborted) throw error;
			return versionOf(tool, path, signal);
		}
	};

	const look = async (tool: ToolName, signal: AbortSignal): Promise<ToolState> => {
		let path: string | undefined;
		let version: string | undefined;
		try {
			path = find(tool, options);
			version = await ownVersionOf(tool, path, signal);
			return { tool, path, version, error: versionError(tool, version, options.platform) };
		} catch (error) {
			if (error instanceof ToolError) return { tool, path, version, error };
			throw error;
		}
	};

	return {
		look,
		async locate(tool, signal) {
			const state = await look(tool, signal);
			if (state.error !== undefined) throw state.error;
			return { tool, path: state.path ?? "", version: state.version ?? "" };
		},
	};
}

/** Why a version may not be run; undefined if it may. */
function versionError(tool: ToolName, version: string, platform: string): ToolError | undefined {
	const { title, minimum } = TOOL_CARDS[tool];
	const refused = refusalOf(tool, version);
	if (refused !== undefined) {
		return new ToolError("invalid", `${title} ${version} is never run: ${refused.reason}`, {
			hint: `Remove it, see ${refused.advisory}, and install another version`,
			tool,
		});
	}
	if (isNewEnough(tool, version)) return undefined;
	return new ToolError("tooOld", `${title} ${version} is too old: ${minimum} or newer is needed`, {
		hint: installHint(tool, platform),
		tool,
	});
}

function find(tool: ToolName, options: LocatorOptions): string {
	const set = options.paths[tool];
	if (set !== undefined && set !== "") return fromSetting(tool, set);
	const names = options.platform === "win32" ? [`${tool}.exe`] : [tool];
	const folders = [
		...searchFolders(options.environment, options.workspaceFolders, options.platform),
		...wellKnownFolders(options.platform, options.environment, homedir()),
	];
	const path = executableIn(folders, names, options.workspaceFolders);
	if (path !== undefined) return path;
	const { title, purpose } = TOOL_CARDS[tool];
	throw new ToolError("notFound", `${title} was not found; it is needed to ${purpose}`, {
		hint: `${installHint(tool, options.platform)}; or set its path in \`hullguard.tools.paths\``,
		tool,
	});
}

function fromSetting(tool: ToolName, set: string): string {
	const { title } = TOOL_CARDS[tool];
	const path = set.startsWith("~/") || set.startsWith("~\\") ? join(homedir(), set.slice(2)) : set;
	const hint = "Correct `hullguard.tools.paths`, or remove the entry to search the PATH";
	if (!isAbsolute(path)) throw new ToolError("invalid", `The path of ${title} is not absolute: ${set}`, { hint, tool });
	if (!isExecutable(path)) throw new ToolError("notFound", `${title} is not at ${path}, where the setting says`, { hint, tool });
	return path;
}

/** The first program of one of these names in the folders that is not, and does not link to, a file of the workspace. */
export function executableIn(
	folders: readonly string[],
	names: readonly string[],
	workspaceFolders: readonly string[],
): string | undefined {
	for (const folder of folders) {
		for (const name of names) {
			const path = join(folder, name);
			if (isExecutable(path) && !isInside(path, workspaceFolders)) return path;
		}
	}
	return undefined;
}

/** The folders of the PATH that may be searched: absolute, and outside the workspace. */
export function searchFolders(
	environment: Readonly<Record<string, string | undefined>>,
	workspaceFolders: readonly string[],
	platform: string,
): readonly string[] {
	const name = Object.keys(environment).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
	const rules = platform === "win32" ? win32 : posix;
	return (environment[name] ?? "")
		.split(rules.delimiter)
		.map((folder) => (platform === "win32" ? folder.replaceAll('"', "") : folder))
		.filter((folder) => folder !== "" && rules.isAbsolute(folder) && !isInside(folder, workspaceFolders));
}

/** Whether a path, or what it links to, is in one of the folders. */
function isInside(path: string, folders: readonly string[]): boolean {
	const paths = [path, realPath(path)];
	return folders.some((folder) => [folder, realPath(folder)].some((root) => paths.some((candidate) => isBelow(candidate, root))));
}

function isBelow(path: string, folder: string): boolean {
	const way = relative(folder, path);
	return way === "" || (!isAbsolute(way) && way.split(/[\\/]/)[0] !== "..");
}

function realPath(path: string): string {
	try {
		return realpathSync(path);
	} catch {
		return path;
	}
}

function isExecutable(path: string): boolean {
	try {
		if (!statSync(path).isFile()) return false;
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
