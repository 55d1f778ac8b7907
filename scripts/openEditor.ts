/**
 * Opens a folder in a VS Code that is not on the PATH, with the extension loaded: a desktop VS Code that an earlier run
 * downloaded, one that `@vscode/test-electron` can download, or the one that npm carries, in the browser.
 *
 *   node scripts/openEditor.ts FOLDER
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { findDesktop } from "./desktopEditor.ts";
import { ensureServer, startEditorServer } from "./editorServer.ts";
import { packExtension } from "./packExtension.ts";
import { endGroup } from "./processGroup.ts";

const folder = resolve(process.argv[2] ?? "examples");
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupted.abort());

try {
	const desktop = await findDesktop();
	if (desktop.path === undefined) {
		console.log(desktop.why);
		await openInBrowser();
	} else await openOnDesktop(desktop.path, desktop.why);
} catch (error) {
	if (!interrupted.signal.aborted) throw error;
}
if (interrupted.signal.aborted) process.exitCode = 130;

async function openOnDesktop(path: string, why: string): Promise<void> {
	console.log(`Opening VS Code: ${why}. Ctrl-C ends it.`);
	const profile = resolve(".cache/vscode-profile");
	const args = ["--new-window", `--extensionDevelopmentPath=${resolve(".")}`, `--user-data-dir=${profile}`, folder];
	await untilEnded(spawn(path, args, { stdio: "inherit", detached: process.platform !== "win32" }));
}

async function openInBrowser(): Promise<void> {
	console.log("Using the VS Code that npm carries, in your browser.");
	const server = await ensureServer(interrupted.signal);
	const started = await startEditorServer(server, packExtension(), folder);
	console.log(`\nOpen ${started.address}\n\nCtrl-C ends it.`);
	await untilEnded(started.process);
	rmSync(started.data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** Waits for the end of a process, or ends it with all that it started when this one is to end. */
async function untilEnded(child: ChildProcess): Promise<void> {
	const ended = once(child, "exit");
	const end = (): void => void endGroup(child);
	if (interrupted.signal.aborted) end();
	interrupted.signal.addEventListener("abort", end);
	await ended;
	await endGroup(child);
}
