import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import { Test } from "mocha";
import { cachedDesktop } from "../../scripts/desktopEditor.ts";
import { temporaryWorkspace, type Workspace } from "../support/commandLine.ts";
import { needsEditor } from "../support/editor.ts";
import { survivors } from "../support/processes.ts";
import { requireAll } from "../support/requirements.ts";
import type { HostReport } from "./inHost/host.ts";

const SUITE = resolve(".cache", "in-host");

/**
 * The suite of `inHost/`, in the extension host of a desktop VS Code that `@vscode/test-electron` has downloaded before or that
 * `HULLGUARD_TEST_VSCODE` names (a version to download, "stable", or a path); else of the VS Code that npm carries.
 */
describe("in the extension host", function () {
	this.timeout(300_000);
	let workspace: Workspace;
	let profile: string;
	let report: HostReport | undefined;
	let outcome: unknown;

	before(async function () {
		const desktop = process.env["HULLGUARD_TEST_VSCODE"] ?? (await cachedDesktop())?.path;
		if (desktop === undefined) requireAll(this, [needsEditor()]);
		workspace = temporaryWorkspace({ "README.md": "Nothing to check here.\n" });
		profile = mkdtempSync(join(tmpdir(), "hullguard-profile-"));
		const file = join(profile, "report.json");
		const isPath = desktop !== undefined && existsSync(desktop);
		outcome = await runTests({
			...(desktop === undefined || isPath ? { vscodeExecutablePath: desktop ?? standIn() } : { version: desktop }),
			extensionDevelopmentPath: resolve("."),
			extensionTestsPath: await bundleSuite(),
			launchArgs: [workspace.folder, `--user-data-dir=${profile}`, `--extensions-dir=${join(profile, "extensions")}`],
			extensionTestsEnv: { HULLGUARD_IN_HOST_REPORT: file },
		}).catch((error: unknown) => error);
		if (existsSync(file)) report = JSON.parse(readFileSync(file, "utf8")) as HostReport;
		for (const test of report?.tests ?? [])
			this.test?.parent?.addTest(
				new Test(test.title, function (this: Mocha.Context) {
					if (test.state === "pending") this.skip();
					if (test.state === "failed") assert.fail(test.error);
				}),
			);
	});
	after(() => {
		workspace?.remove();
		if (profile !== undefined) rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
	});

	it("the suite runs to its end", () => {
		assert.ok(report !== undefined, `no report came: ${String(outcome)}`);
		console.log(
			`    ${Object.entries(report.figures)
				.map(([what, time]) => `${what} ${time} ms`)
				.join(", ")}`,
		);
		assert.ok(report.tests.length > 15);
	});

	it("nothing that the extension started outlives the editor", async () => {
		assert.ok((report?.processes.length ?? 0) > 0);
		assert.deepEqual(await survivors(report?.processes ?? []), []);
	});

	it("the editor's log has no error of ours", () => {
		const logs = readdirSync(profile, { recursive: true, encoding: "utf8" }).filter((name) => /exthost.*\.log$/.test(name));
		assert.ok(logs.length > 0);
		const lines = logs.flatMap((name) => readFileSync(join(profile, name), "utf8").split("\n"));
		assert.deepEqual(
			lines.filter((line) => /\[error\].*hullguard/i.test(line)),
			[],
		);
	});
});

async function bundleSuite(): Promise<string> {
	const outfile = join(SUITE, "suite.cjs");
	await build({
		entryPoints: ["test/e2e/inHost/suite.ts"],
		outfile,
		bundle: true,
		platform: "node",
		format: "cjs",
		target: "node22",
		external: ["vscode", "mocha"],
	});
	return outfile;
}

/** A program for `runTests` that takes the arguments of a desktop VS Code. */
function standIn(): string {
	const program = join(SUITE, "code");
	mkdirSync(SUITE, { recursive: true });
	writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${resolve("test/support/codeInBrowser.ts")}" "$@"\n`);
	chmodSync(program, 0o755);
	return program;
}
