import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { temporaryWorkspace, type Workspace } from "../support/commandLine.ts";
import { closeBrowser, type Editor, needsEditor, openEditor } from "../support/editor.ts";
import { startRegistry } from "../support/registry.ts";
import { forgetImages, needsCrane, needsDocker, needsRegistry, requireAll, testRegistry } from "../support/requirements.ts";

const IMAGE = `${testRegistry()}/hullguard/digests`;

const BUILT = "hullguard/digests-built:1";

/** `digest 1 day behind tag`: the editor shows blanks as hard ones, and may break the line inside of a word. */
const BEHIND = /days?\sbeh|tag\smoved\stoday/;

function crane(...args: readonly string[]): string {
	return execFileSync("crane", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

function docker(...args: readonly string[]): string {
	return execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** Lets a tag of our own name the image without or with the updates. */
function move(tag: "12-old" | "12-new"): string {
	crane("copy", `${testRegistry()}/library/debian:${tag}`, `${IMAGE}:12`);
	return crane("digest", `${IMAGE}:12`);
}

describe("digests in an editor", function () {
	this.timeout(240_000);
	this.bail(true);
	let editor: Editor;
	let workspace: Workspace;
	let old: string;
	let now: string;
	const hint = (text: RegExp): ReturnType<Editor["line"]> => editor.page.locator(".editor-instance .view-line", { hasText: text }).first();
	const lens = (text: RegExp): ReturnType<Editor["line"]> => editor.page.locator(".codelens-decoration a", { hasText: text }).first();
	const file = (name: string): string => readFileSync(workspace.path(`services/${name}`), "utf8");

	before(async function () {
		requireAll(this, [needsEditor(), needsCrane(), await needsRegistry()]);
		old = move("12-old");
		workspace = temporaryWorkspace({
			"services/api/Dockerfile": `FROM ${IMAGE}:12\nCOPY . /srv\nUSER 1000:1000\nCMD ["/srv/run"]\n`,
			"services/compose.yaml": `services:\n  db:\n    image: ${IMAGE}:12\n`,
			"services/.github/workflows/ci.yml": `on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    container: ${IMAGE}:12\n    steps: []\n`,
		});
		editor = await openEditor(workspace.path("services"), {
			theme: process.env["HULLGUARD_TEST_THEME"] === "light" ? "light" : "dark",
			// The hint stands behind 71 characters of digest.
			settings: { "editor.wordWrap": "on" },
			environment: { XDG_CACHE_HOME: workspace.path("cache") },
		});
		await editor.openFile("api/Dockerfile");
	});
	afterEach(async function () {
		await editor?.keepFailure(this.currentTest);
	});
	after(async () => {
		await editor?.close();
		await closeBrowser();
		workspace?.remove();
		forgetImages(BUILT);
	});

	it("are pinned with one click", async () => {
		await lens(/^Pin digest$/).click();
		await editor.line(`@${old}`).waitFor();
		await editor.page.keyboard.press("Control+S");
		await editor.page.locator(".tab.dirty").first().waitFor({ state: "detached" });
	});

	it("are behind when the tag moves: view, hint, lens and card say so", async () => {
		now = move("12-new");
		assert.notEqual(now, old);
		await editor.palette("Hullguard: Focus on Images View");
		await editor
			.treeItems(/digests:12/)
			.first()
			.waitFor();
		await editor.palette("Hullguard: Refresh All Images of Workspace");
		await hint(BEHIND).waitFor();
		await lens(/^Update digest/).waitFor();
		await editor
			.treeItems(/digests:12/)
			.filter({ hasText: /differs/ })
			.click();
		await editor
			.treeItems(/api\/Dockerfile:1/)
			.filter({ hasText: /behind|moved/ })
			.waitFor();
		await editor.screenshot("digests-1-behind");
		await editor.hover(editor.page.locator(".editor-instance .view-line span", { hasText: BEHIND }).last(), "Update digest");
		await editor.screenshot("digests-2-hint");
		await editor.page.mouse.move(0, 0);
	});

	it("are written over the workspace in one go, and one undo takes that back", async () => {
		await editor.palette("Hullguard: Pin or Update Digests in Workspace...");
		await editor.quickPick("compose.yaml:3").waitFor();
		await editor.quickPick("api/Dockerfile:1").waitFor();
		await editor.screenshot("digests-3-choose");
		await editor.page.keyboard.press("Enter");
		await editor.line(`@${now}`).waitFor();
		await hint(BEHIND).waitFor({ state: "detached" });
		for (let tries = 0; tries < 50 && !file("compose.yaml").includes(now); tries++) await editor.page.waitForTimeout(100);
		assert.ok(file("compose.yaml").includes(`${IMAGE}:12@${now}\n`));
		assert.ok(file(".github/workflows/ci.yml").includes(`${IMAGE}:12@${now}\n`));
		await editor
			.treeItems(/digests:12/)
			.filter({ hasText: /pinned, current/ })
			.first()
			.waitFor();
		await editor.screenshot("digests-4-current");
		await editor.clickText("COPY");
		await editor.page.keyboard.press("Control+Z");
		await editor.line(`@${old}`).waitFor();
		await editor
			.treeItems(/compose\.yaml:3/)
			.filter({ hasText: /not pinned/ })
			.waitFor();
	});

	it("are updated with one click", async () => {
		await lens(/^Update digest/).click();
		await editor.line(`@${now}`).waitFor();
		await lens(/^Update digest/).waitFor({ state: "detached" });
		await editor.clickText("digests:12");
		await editor.palette("Hullguard: Refresh Digest Information");
		await editor.page.locator(".monaco-hover:visible", { hasText: "Layers" }).waitFor();
		await editor.screenshot("digests-5-card");
		await editor.page.keyboard.press("Escape");
	});

	it("are what is built", async function () {
		requireAll(this, [needsDocker()]);
		await editor.clickText("digests:12");
		await editor.page.keyboard.press("Control+S");
		await editor.palette("Hullguard: Build Image...");
		await editor.answer("Name of the image", BUILT);
		await editor.quickPick("This machine").click();
		await editor.page.locator(".statusbar", { hasText: `Built ${BUILT}` }).waitFor({ timeout: 120_000 });
		const layers = JSON.parse(docker("image", "inspect", "--format", "{{json .RootFS.Layers}}", BUILT)) as readonly string[];
		const { rootfs } = JSON.parse(crane("config", "--platform", "linux/amd64", `${IMAGE}@${now}`)) as {
			readonly rootfs: { readonly diff_ids: readonly string[] };
		};
		assert.deepEqual(layers.slice(0, -1), rootfs.diff_ids);
	});

	it("are said to be a bot's work where one is configured, and a click opens that", async () => {
		writeFileSync(workspace.path("services/renovate.json"), '{ "extends": ["config:best-practices"] }\n');
		// Lenses that come and go above the first line may have scrolled it away.
		await editor.page.locator(".editor-instance .view-lines").first().hover();
		await editor.page.mouse.wheel(0, -2000);
		await lens(/^Renovate pins and updates digests$/).click();
		await editor.line("config:best-practices").waitFor();
		await editor.screenshot("digests-6-bot");
		rmSync(workspace.path("services/renovate.json"));
		await editor.page.locator(".tab", { hasText: "Dockerfile" }).first().click();
		await lens(/^Renovate/).waitFor({ state: "detached" });
	});

	it("are listed in a file", async () => {
		await editor.page.keyboard.press("Control+S");
		await editor.palette("Hullguard: Write List of Image Digests");
		await editor.page.locator(".tab", { hasText: "BASE_IMAGE_DIGESTS.md" }).waitFor();
		await editor.line(now).waitFor();
		await editor.screenshot("digests-7-list");
	});

	it("say in the status when a registry asks for a pause", async () => {
		const registry = await startRegistry();
		try {
			registry.fault = () => ({ kind: "answer", status: 429, headers: { "retry-after": "45" } });
			await editor.page.locator(".tab", { hasText: "Dockerfile" }).first().click();
			await editor.clickText("COPY");
			await editor.page.keyboard.press("Control+A");
			await editor.page.keyboard.insertText(`FROM ${registry.host}/team/app:1\n`);
			await editor.palette("Hullguard: Pin Image to Digest");
			await editor.toast(/asked too often/).waitFor();
			await editor.page.locator("#status\\.languageStatus").click();
			await editor.page.locator(".hover-language-status", { hasText: "asks for a pause" }).first().waitFor();
			await editor.screenshot("digests-8-limit");
		} finally {
			await registry.close();
		}
	});

	it("asked nobody outside this machine", () => assert.deepEqual(editor.outside, []));
});
