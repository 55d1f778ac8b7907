import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { temporaryWorkspace, type Workspace } from "../support/commandLine.ts";
import { closeBrowser, type Editor, needsEditor, openEditor } from "../support/editor.ts";
import { requireAll } from "../support/requirements.ts";

const TEXT = 'FROM debian:12\nRUN apt-get update && apt-get install curl\nCMD ["curl", "--version"]\n';

describe("writing a Dockerfile", function () {
	this.timeout(180_000);
	let editor: Editor;
	let workspace: Workspace;

	before(async function () {
		requireAll(this, [needsEditor()]);
		workspace = temporaryWorkspace({
			"a b/Dockerfile": TEXT,
			"copies/web.Dockerfile": "FROM node:22\nCOPY . /app/\n",
			"copies/.dockerignore": "node_modules\n",
			"copies/.env": "A=b\n",
		});
		editor = await openEditor(workspace.folder);
	});
	afterEach(async function () {
		await editor?.keepFailure(this.currentTest);
	});
	after(async () => {
		await editor?.close();
		await closeBrowser();
		workspace?.remove();
	});

	it("underlines weaknesses at the token, and counts them", async () => {
		await editor.openFile("a b/Dockerfile");
		await editor.squiggles("error").first().waitFor();
		assert.equal(await editor.squiggles("error").count(), 1);
		await editor.screenshot("squiggles");
	});

	it("explains a weakness when somebody points at it", async () => {
		await editor.hover(editor.squiggles("error").first(), "apt-get asks before");
		await editor.screenshot("hover");
		await editor.page.mouse.move(0, 0);
	});

	it("repairs it from the light bulb", async () => {
		await editor.clickText("install");
		await (await editor.quickFix("Add -y")).click();
		await editor.line("apt-get install -y").waitFor();
		await editor.squiggles("error").first().waitFor({ state: "detached" });
	});

	it("repairs all that is safe from the palette", async () => {
		await editor.palette("Hullguard: Fix All Auto-Fixable Problems");
		await editor.line("rm -rf /var/lib/apt/lists").waitFor();
		await editor.page.keyboard.press("Control+S");
		await editor.page.locator(".tab.dirty").waitFor({ state: "detached" });
		assert.match(readFileSync(workspace.path("a b/Dockerfile"), "utf8"), /install -y curl .*rm -rf/s);
	});

	it("repairs the ignore file where that is the better place, behind a preview", async () => {
		await editor.openFile("copies/web.Dockerfile");
		await editor.clickText("COPY");
		await editor.page.keyboard.press("End");
		await editor.page.keyboard.press("ArrowLeft");
		await (await editor.quickFix("Add .env to .dockerignore")).click();
		await editor.quickPick("Apply").waitFor();
		await editor.screenshot("ignore-file-preview");
		await editor.quickPick("Apply").click();
		await editor.line(".env").waitFor();
	});

	it("asks nobody outside this machine", () => assert.deepEqual(editor.outside, []));
});
