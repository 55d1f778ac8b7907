/**
 * The VS Code that npm carries: code-server's copy of the workbench, started directly. Needs no system package; what would
 * have to be compiled is left out, and the editor works without it.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const VERSION = "4.139.1";
/** Folder below `.cache` that holds it. */
export const SERVER_FOLDER = `code-server-${VERSION}`;
const CACHE = resolve(".cache", SERVER_FOLDER);

export interface EditorServer {
	/** Folder with `out/server-main.js`. */
	readonly folder: string;
	readonly node: string;
}

/**
 * The server's files, installed on first use into `.cache`: 20 to 90 seconds, from the npm registry alone. Throws if npm fails
 * or `signal` ends it.
 */
export async function ensureServer(signal: AbortSignal): Promise<EditorServer> {
	const folder = join(CACHE, "node_modules", "code-server", "lib", "vscode");
	const ready = join(CACHE, "ready");
	const server: EditorServer = { folder, node: process.execPath };
	if (existsSync(ready)) return server;
	console.log(`Installing code-server ${VERSION} into .cache, once …`);
	mkdirSync(CACHE, { recursive: true });
	writeFileSync(join(CACHE, "package.json"), JSON.stringify({ private: true }));
	await npm(["install", `code-server@${VERSION}`, "--ignore-scripts", "--save-exact"], CACHE, signal);
	for (const inner of [folder, join(folder, "extensions")]) await npm(["install", "--omit=dev", "--ignore-scripts"], inner, signal);
	writeFileSync(ready, "");
	return server;
}

async function npm(args: readonly string[], folder: string, signal: AbortSignal): Promise<void> {
	const windows = process.platform === "win32";
	const child = spawn(windows ? "npm.cmd" : "npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
		cwd: folder,
		stdio: ["ignore", "inherit", "inherit"],
		shell: windows,
		signal,
	});
	const [code] = (await once(child, "exit")) as [number | null];
	if (code !== 0) throw new Error(`npm ${args.join(" ")} failed in ${folder}`);
}

export interface StartedServer {
	readonly process: ChildProcess;
	readonly port: number;
	readonly address: string;
	/** Profile, logs, installed extensions. */
	readonly data: string;
}

export interface ServerOptions {
	readonly settings?: Readonly<Record<string, unknown>>;
	/** More arguments for the server. */
	readonly args?: readonly string[];
	readonly environment?: Readonly<Record<string, string | undefined>>;
	/** Where the profile goes; a temporary folder without it. */
	readonly data?: string;
}

/**
 * Installs a VSIX into a fresh profile and starts the server on a free loopback port; resolves when it answers, with an address
 * that holds the key: other users of the machine have none.
 */
export async function startEditorServer(
	server: EditorServer,
	vsix: string | undefined,
	folder: string,
	options: ServerOptions = {},
): Promise<StartedServer> {
	const data = options.data ?? mkdtempSync(join(tmpdir(), "hullguard-editor-"));
	const key = randomUUID();
	mkdirSync(join(data, "data", "User"), { recursive: true });
	writeFileSync(join(data, "data", "User", "settings.json"), JSON.stringify({ ...QUIET_SETTINGS, ...options.settings }, undefined, 2));
	const main = join(server.folder, "out", "server-main.js");
	// An empty gallery: otherwise the workbench asks one on every start. VSCODE_CLI: the PATH of this terminal counts, not that of a login shell.
	const environment = { ...process.env, ...options.environment, EXTENSIONS_GALLERY: "{}", VSCODE_CLI: "1" };
	const common = ["--accept-server-license-terms", "--server-data-dir", data];
	if (vsix !== undefined) execFileSync(server.node, [main, ...common, "--install-extension", vsix], { env: environment, stdio: "pipe" });
	const args = [
		main,
		...common,
		"--connection-token",
		key,
		"--host",
		"127.0.0.1",
		"--port",
		"0",
		"--telemetry-level",
		"off",
		...(options.args ?? []),
	];
	const child = spawn(server.node, args, { env: environment, stdio: ["ignore", "pipe", "pipe"], detached: process.platform !== "win32" });
	const port = await new Promise<number>((done, failed) => {
		let text = "";
		child.stdout?.on("data", (chunk: Buffer) => {
			text += chunk.toString();
			const match = /Extension host agent listening on (\d+)/.exec(text);
			if (match !== null) done(Number(match[1]));
		});
		child.stderr?.on("data", (chunk: Buffer) => {
			text += chunk.toString();
		});
		child.once("exit", (code) => failed(new Error(`the editor's server ended with ${code}: ${text}`)));
	});
	const address = new URL(`http://127.0.0.1:${port}/`);
	address.searchParams.set("tkn", key);
	// On Windows `/c:/folder`.
	address.searchParams.set(folder.endsWith(".code-workspace") ? "workspace" : "folder", decodeURIComponent(pathToFileURL(folder).pathname));
	return { process: child, port, data, address: address.href };
}

/** Nothing that asks, animates or calls out. */
const QUIET_SETTINGS: Readonly<Record<string, unknown>> = {
	"workbench.startupEditor": "none",
	"workbench.tips.enabled": false,
	"workbench.secondarySideBar.defaultVisibility": "hidden",
	"telemetry.telemetryLevel": "off",
	"workbench.enableExperiments": false,
	"update.mode": "none",
	"extensions.autoCheckUpdates": false,
	"extensions.autoUpdate": false,
	"extensions.ignoreRecommendations": true,
	"chat.disableAIFeatures": true,
};
