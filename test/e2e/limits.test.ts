import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { temporaryWorkspace, type Workspace } from "../support/commandLine.ts";
import { closeBrowser, type Editor, type EditorOptions, needsEditor, openEditor } from "../support/editor.ts";
import { commandsWith } from "../support/processes.ts";
import { needsDocker, needsTrivy, programOnPath, requireAll } from "../support/requirements.ts";

const TEXT = "FROM debian:12\nRUN apt-get update && apt-get install curl\n";

describe("an editor with limits", function () {
	this.timeout(180_000);
	let editor: Editor | undefined;
	let workspace: Workspace;
	let programFolder: string | undefined;

	before(function () {
		requireAll(this, [needsEditor(), needsDocker()]);
	});
	beforeEach(() => {
		workspace = temporaryWorkspace({ Dockerfile: TEXT });
	});
	afterEach(async function () {
		await editor?.keepFailure(this.currentTest);
		await editor?.close();
		editor = undefined;
		workspace.remove();
		if (programFolder !== undefined) rmSync(programFolder, { recursive: true });
		programFolder = undefined;
	});
	after(closeBrowser);

	async function open(options: EditorOptions = {}): Promise<Editor> {
		editor = await openEditor(workspace.folder, options);
		await editor.openFile("Dockerfile");
		await editor.squiggles("error").first().waitFor();
		return editor;
	}

	/** A folder that is not in the workspace: nothing that is would be run. */
	function outside(): string {
		programFolder = mkdtempSync(join(tmpdir(), "hullguard-programs-"));
		return programFolder;
	}

	/** A PATH whose only programs are these; each notes that it was run. */
	function programs(...names: readonly string[]): string {
		const folder = outside();
		for (const name of names) {
			writeFileSync(join(folder, name), `#!/bin/sh\necho "$0 $*" >> "${workspace.path("run")}"\nexit 1\n`);
			chmodSync(join(folder, name), 0o755);
		}
		return folder;
	}
	/** A folder with links to programs of this machine, and to no others. */
	function linksTo(...names: readonly string[]): string {
		const folder = outside();
		for (const name of names) symlinkSync(programOnPath(name) ?? "", join(folder, name));
		return folder;
	}
	const noted = (): boolean => existsSync(workspace.path("run"));

	it("checks Dockerfiles in Restricted Mode and runs nothing", async () => {
		const shown = await open({ restricted: true, environment: { PATH: `${programs("docker", "trivy", "git")}:/usr/bin:/bin` } });
		await shown.screenshot("limits-restricted");
		await shown.palette("Hullguard: Focus on Findings View");
		await shown.page.locator(".sidebar", { hasText: "Scanning needs a trusted workspace" }).waitFor();
		await shown.screenshot("limits-restricted-view");
		await shown.page.keyboard.press("F1");
		await shown.page.keyboard.type("Hullguard: Build");
		await shown.quickPick("Tasks: ").waitFor();
		assert.equal(await shown.page.locator(".quick-input-list .monaco-list-row", { hasText: "Hullguard: Build" }).count(), 0);
		await shown.page.keyboard.press("Escape");
		assert.ok(!noted());
	});

	it("says once which tool is missing, and goes on checking", async () => {
		const shown = await open({ environment: { PATH: `${linksTo("docker")}:/bin` } });
		await shown.palette("Hullguard: Focus on Findings View");
		await shown.page.locator(".sidebar", { hasText: "Trivy was not found" }).waitFor();
		await shown.screenshot("limits-no-trivy");
		await shown.page.locator(".sidebar").getByText("Check Tools").click();
		await shown.quickPick("Trivy").waitFor();
		await shown.screenshot("limits-check-tools");
		await shown.page.keyboard.press("Escape");
		await shown.clickText("install");
		await (await shown.quickFix("Add -y")).click();
		await shown.line("apt-get install -y").waitFor();
		assert.equal(await shown.page.locator(".notification-toast").count(), 0);
	});

	it("says that Docker's engine does not answer", async () => {
		const shown = await open({ environment: { DOCKER_HOST: "unix:///nowhere/docker.sock" } });
		await shown.page.locator(".codelens-decoration a", { hasText: "Build and scan" }).click();
		await shown.toast(/engine does not answer/i).waitFor();
		await shown.screenshot("limits-no-engine");
		await shown.palette("Hullguard: Focus on Findings View");
		await shown.page.locator(".sidebar", { hasText: "Docker's engine does not answer" }).waitFor();
	});

	it("cancels a build in under a second", async () => {
		const marker = `sleep ${7000 + (process.pid % 1000)}`;
		workspace.write("Dockerfile", `${TEXT}RUN ${marker}\n`);
		const shown = await open();
		await shown.page.locator(".codelens-decoration a", { hasText: "Build and scan" }).click();
		const progress = shown.toast(/Building and scanning/);
		await progress.waitFor();
		const builds = (): readonly number[] => commandsWith(workspace.folder).filter((id) => commandsWith("buildx").includes(id));
		while (builds().length === 0) await shown.page.waitForTimeout(50);
		await progress.getByRole("button", { name: "Cancel" }).click();
		const clicked = Date.now();
		while (builds().length > 0) await shown.page.waitForTimeout(20);
		assert.ok(Date.now() - clicked < 1000, `it ran for another ${Date.now() - clicked} ms`);
		await progress.waitFor({ state: "detached" });
		assert.equal(await shown.page.locator(".notification-toast").count(), 0);
	});

	it("keeps the rules of two folders apart", async () => {
		workspace.write("one/Dockerfile", TEXT);
		workspace.write("two é/Containerfile", TEXT);
		workspace.write("two é/hullguard.yaml", "rules:\n  apt-install-without-yes: off\n");
		workspace.write("both.code-workspace", JSON.stringify({ folders: [{ path: "one" }, { path: "two é" }] }));
		editor = await openEditor(workspace.path("both.code-workspace"));
		await editor.openFile("one/Dockerfile");
		await editor.problems(/Errors: 1/);
		await editor.page.keyboard.press("Control+F4");
		await editor.openFile("two é/Containerfile");
		await editor.squiggles("warning").first().waitFor();
		await editor.problems(/Warnings: [1-9]/);
		assert.equal(await editor.squiggles("error").count(), 0);
	});

	it("builds and scans a folder that cannot be written, and says what it could not write", async function () {
		requireAll(this, [needsTrivy()]);
		workspace.write("Dockerfile", "FROM debian:12\nRUN apt-get install curl || true\n");
		const release = makeReadOnly(workspace.folder);
		try {
			const shown = await open();
			await shown.page.locator(".codelens-decoration a", { hasText: "Build and scan" }).click();
			await shown.treeItems(/CVE-/).first().waitFor({ timeout: 120_000 });
			await shown.treeItems(/CVE-/).first().hover();
			await shown.treeItems(/CVE-/).first().getByRole("button", { name: "Create VEX Statement" }).click();
			await shown.quickPick("Under investigation").click();
			await shown.quickPick("The package in every image").click();
			await shown.toast(/vex\.openvex\.json/).waitFor();
			await shown.screenshot("limits-read-only");
		} finally {
			release();
		}
	});
});

/** Makes a folder read-only for everyone, also for root; gives what takes it back. */
function makeReadOnly(folder: string): () => void {
	if (process.getuid?.() !== 0) {
		chmodSync(folder, 0o555);
		return () => chmodSync(folder, 0o755);
	}
	execFileSync("mount", ["--bind", folder, folder]);
	execFileSync("mount", ["-o", "remount,ro,bind", folder]);
	return () => void execFileSync("umount", ["--lazy", folder]);
}
