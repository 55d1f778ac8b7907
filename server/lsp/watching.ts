import { basename, dirname } from "node:path";
import { DidChangeWatchedFilesNotification } from "vscode-languageserver/node";
import { isConfigurationName } from "../core/documents/documentKind.ts";
import { VEX_FILE_PATTERNS } from "../core/vex/files.ts";
import { inBackground } from "./handle.ts";
import { folderAround, pathOf, uriOf } from "./paths.ts";
import type { ServerState } from "./state.ts";

/** Files of the workspace besides Dockerfiles whose change matters. */
const WATCHED = [
	"**/{hullguard,.hullguard,.hadolint}.{yaml,yml}",
	"**/*.dockerignore",
	"**/.dockerignore",
	...VEX_FILE_PATTERNS,
	// Two rules look at SBOMs and at how builds are called; which stages builds name matters to many.
	"**/{sbom,bom,*.spdx,*.cdx}.json",
	"**/.github/workflows/*.{yaml,yml}",
	"**/{compose,docker-compose}*.{yaml,yml}",
	"**/docker-bake*.{hcl,json}",
];

/** Has the editor tell of changes to those files, where it can be asked to. */
export async function watchWorkspace({ connection, capabilities }: ServerState): Promise<void> {
	if (!capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration) return;
	await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: WATCHED.map((globPattern) => ({ globPattern })) });
}

/** Has the editor tell of changes to single files, each asked for once. Those that are told of anyway are passed over. */
export type WatchFiles = (paths: readonly string[]) => void;

export function createFileWatching(state: ServerState): WatchFiles {
	const watched = new Set<string>();
	const { dynamicRegistration, relativePatternSupport } = state.capabilities.workspace?.didChangeWatchedFiles ?? {};
	if (dynamicRegistration !== true || relativePatternSupport !== true) return () => {};
	return (paths) => {
		const folders = state.folders.flatMap((folder) => pathOf(folder.uri) ?? []);
		const isTold = (path: string): boolean => isConfigurationName(basename(path)) && folderAround(path, folders) !== undefined;
		// A name with signs of a pattern in it would stand for other files.
		const more = paths.filter((path) => !watched.has(path) && !isTold(path) && !/[*?{}[\]]/.test(basename(path)));
		if (more.length === 0) return;
		for (const path of more) watched.add(path);
		const watchers = more.map((path) => ({ globPattern: { baseUri: uriOf(dirname(path)), pattern: basename(path) } }));
		inBackground(state, "watching of files", () => state.connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }));
	};
}
