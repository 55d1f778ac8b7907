import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { commands, Position, type Uri, window } from "vscode";
import { fileWith, findings, hullguard, TEXT, WITHOUT_YES, when } from "./host.ts";
import { onDidChangeProcesses, running } from "./processes.ts";

describe("the language server", () => {
	let uri: Uri;
	before(async () => {
		uri = await fileWith("server/Dockerfile", TEXT);
		await window.showTextDocument(uri);
		await findings(uri, (codes) => codes.includes(WITHOUT_YES));
	});

	it("is another one after a restart, and findings come again", async () => {
		const [before] = running();
		await commands.executeCommand("hullguard.server.restart");
		await when(onDidChangeProcesses, () => running().length === 1 && running()[0] !== before);
		assert.ok(before?.process.exitCode !== null || before.process.signalCode !== null);
		await findings(uri, (codes) => codes.includes(WITHOUT_YES));
	});

	it("comes back when it dies", async () => {
		const [before] = running();
		assert.ok(before !== undefined);
		before.process.kill("SIGKILL");
		await when(onDidChangeProcesses, () => running().length === 1 && running()[0] !== before);
		const editor = await window.showTextDocument(uri);
		await editor.edit((edit) => edit.insert(new Position(1, 37), " -y"));
		await findings(uri, (codes) => codes.length > 0 && !codes.includes(WITHOUT_YES));
		await commands.executeCommand("workbench.action.files.revert");
	});

	it("ends when the extension does, which says nothing about it", async () => {
		const path = join(hullguard().extensionPath, "dist", "extension.cjs");
		const bundle = createRequire(path)(path) as { deactivate(): Promise<void> };
		await bundle.deactivate();
		await when(onDidChangeProcesses, () => running().length === 0);
	});
});
