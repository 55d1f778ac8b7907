/**
 * Opens a folder in a VS Code that is not on the PATH, with the extension loaded: a cached desktop VS Code, one that
 * `@vscode/test-electron` can download, or the one that npm carries, in the browser.
 *
 *   node scripts/openEditor.ts FOLDER
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { downloadAndUnzipVSCode } from "@vscode/test-electron";
import { ensureServer, startEditorServer } from "./editorServer.ts";
import { packExtension } from "./packExtension.ts";

const folder = resolve(process.argv[2] ?? "examples");
const children: ChildProcess[] = [];

// A terminal's Ctrl-C reaches every process of the group; a kill of this one alone does not.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
	process.once(signal, () => {
		for (const child of children) stop(child);
		process.exitCode = 130;
	});
}

const desktop = await findDesktop();
if (desktop !== undefined) {
	console.log(`Opening VS Code ${desktop.how}.`);
	const profile = resolve(".cache/vscode-profile");
	children.push(
		spawn(desktop.path, ["--new-window", `--extensionDevelopmentPath=${resolve(".")}`, `--user-data-dir=${profile}`, folder], {
			stdio: "inherit",
			detached: process.platform !== "win32",
		}),
	);
} else {
	console.log("Using the VS Code that npm carries, in your browser.");
	const server = await ensureServer();
	const started = await startEditorServer(server, packExtension(), folder);
	children.push(started.process);
	console.log(`\nOpen ${started.address}\n\nCtrl-C ends it.`);
}
await Promise.all(children.map((child) => new Promise((done) => child.once("exit", done))));

/** A desktop VS Code in test-electron's cache, or a fresh download; undefined where there is no display or no way to get one. */
async function findDesktop(): Promise<{ readonly path: string; readonly how: string } | undefined> {
	const graphical = process.platform !== "linux" || Boolean(process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"]);
	if (!graphical) {
		console.log("There is no display for a desktop VS Code.");
		return undefined;
	}
	const cache = resolve(".vscode-test");
	const cached = existsSync(cache) && readdirSync(cache).some((name) => name.startsWith("vscode-"));
	try {
		return {
			path: await downloadAndUnzipVSCode({ cachePath: cache, timeout: 15_000 }),
			how: cached ? `from ${join(".vscode-test")}` : "that was just downloaded",
		};
	} catch (error) {
		console.log(`A desktop VS Code cannot be downloaded: ${error instanceof Error ? error.message : String(error)}`);
		return undefined;
	}
}

function stop(child: ChildProcess): void {
	if (child.pid === undefined || child.exitCode !== null) return;
	try {
		if (process.platform === "win32") spawn("taskkill", ["/pid", String(child.pid), "/T", "/F"]);
		else process.kill(-child.pid, "SIGTERM");
	} catch {
		child.kill();
	}
}
