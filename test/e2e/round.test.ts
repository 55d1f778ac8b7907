import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { temporaryWorkspace, type Workspace } from "../support/commandLine.ts";
import { closeBrowser, type Editor, needsEditor, openEditor } from "../support/editor.ts";
import { forgetImages, needsDocker, needsGrype, needsRegistry, needsTrivy, requireAll, testRegistry } from "../support/requirements.ts";

const IMAGE = `${testRegistry()}/hullguard/round:1`;

describe("the whole round in an editor", function () {
	this.timeout(300_000);
	this.bail(true);
	let editor: Editor;
	let workspace: Workspace;
	const folder = (): string => workspace.path("services");
	const save = async (): Promise<void> => {
		await editor.page.keyboard.press("Control+S");
		await editor.page.locator(".tab.dirty").first().waitFor({ state: "detached" });
	};

	before(async function () {
		requireAll(this, [needsEditor(), needsDocker(), needsTrivy(), needsGrype(), await needsRegistry()]);
		workspace = temporaryWorkspace();
		cpSync("examples", folder(), { recursive: true });
		// npm waits five minutes for a connection that stalls.
		workspace.write("services/node-service/.npmrc", "fetch-timeout=15000\nfetch-retries=8\nfetch-retry-mintimeout=1000\n");
		editor = await openEditor(folder(), {
			theme: process.env["HULLGUARD_TEST_THEME"] === "light" ? "light" : "dark",
			settings: {
				"hullguard.registry.mirrors": [`http://${testRegistry()}`],
				"hullguard.vex.author": "Platform Team <platform@example.com>",
			},
		});
		await editor.openFile("node-service/Dockerfile");
	});
	afterEach(async function () {
		await editor?.keepFailure(this.currentTest);
	});
	after(async () => {
		await editor?.close();
		await closeBrowser();
		workspace?.remove();
		forgetImages(IMAGE);
	});

	it("underlines what is weak", async () => {
		await editor.problems(/Warnings: 7/);
		await editor.hover(editor.line("RUN npm install").getByText("install"), "hullguard");
		await editor.screenshot("round-1-weaknesses");
		await editor.page.mouse.move(0, 0);
	});

	it("pins the base image with one click", async () => {
		await editor.page.locator(".codelens-decoration a", { hasText: "Pin digest" }).click();
		await editor.line("FROM node:22-bookworm-slim@sha256:").waitFor();
		await editor.screenshot("round-2-pinned");
	});

	it("applies every safe fix with one click", async () => {
		await editor.palette("Hullguard: Fix All Auto-Fixable Problems");
		await editor.line("ENV NODE_ENV=production").waitFor();
		await editor.screenshot("round-3-fixed");
	});

	it("previews a fix that is a choice", async () => {
		await editor.clickText("CMD");
		await (await editor.quickFix("Write a JSON array")).click();
		await editor.page.locator(".diff-editor .char-insert, .diffEditor .line-insert, .monaco-diff-editor .line-insert").first().waitFor();
		await editor.quickPick("Apply").waitFor();
		await editor.screenshot("round-4-preview");
		await editor.quickPick("Apply").click();
		await editor.line('CMD ["npm", "start"]').waitFor();
		await editor.problems(/Infos: 5/);
		await save();
	});

	it("builds under the name that was typed, and pushes", async () => {
		await editor.palette("Hullguard: Build Image...");
		await editor.input("Name of the image").waitFor();
		await editor.screenshot("round-5-build-name");
		await editor.answer("Name of the image", IMAGE);
		await editor.quickPick("Push to the registry").waitFor();
		await editor.screenshot("round-5-build-where");
		await editor.quickPick("Push to the registry").click();
		await editor.page.locator(".statusbar", { hasText: `Built ${IMAGE}` }).waitFor({ timeout: 120_000 });
	});

	it("builds and scans with one click", async () => {
		await editor.page.locator(".codelens-decoration a", { hasText: "Build and scan" }).click();
		await editor.treeItems(/CVE-/).first().waitFor({ timeout: 120_000 });
		await editor.screenshot("round-6-findings");
	});

	it("shows what is inside as a tree", async () => {
		await editor.page
			.getByRole("button", { name: /SBOM Section|SBOM/ })
			.first()
			.click();
		await editor.treeItems(/^npm/).first().waitFor();
		await editor.treeItems(/^npm/).first().click();
		await editor
			.treeItems(/braces/)
			.first()
			.waitFor();
		await editor.screenshot("round-7-sbom");
	});

	it("puts vulnerabilities on the line that brought them", async () => {
		await editor.hover(editor.line("RUN npm install").getByText("RUN"), "braces");
		await editor.screenshot("round-8-line");
		await editor.page.mouse.move(0, 0);
	});

	it("records one as not affected", async () => {
		await editor.clickText("RUN");
		await (await editor.quickFix("Create VEX Statement for CVE-2024-4068 in braces")).click();
		await editor.quickPick("Not affected").waitFor();
		await editor.screenshot("round-9-status");
		await editor.quickPick("Not affected").click();
		await editor.quickPick("The vulnerable code is never run").waitFor();
		await editor.screenshot("round-9-justification");
		await editor.quickPick("The vulnerable code is never run").click();
		await editor.answer("how do you know", "Only the build uses it.");
		await editor.quickPick("Every build of this repository").waitFor();
		await editor.screenshot("round-9-scope");
		await editor.quickPick("Every build of this repository").click();
		await editor.toast("CVE-2024-4068 is recorded in vex.openvex.json").waitFor();
		await editor.screenshot("round-9-recorded");
	});

	it("takes it off the line at once, and keeps it among the suppressed", async () => {
		await editor.treeItems(/^Suppressed/).waitFor();
		await editor.treeItems("CVE-2024-4068").waitFor({ state: "detached" });
		await editor.hover(editor.line("RUN npm install").getByText("RUN"), "micromatch");
		assert.equal(await editor.page.locator(".monaco-hover:visible", { hasText: "braces" }).count(), 0);
		await editor.page.mouse.move(0, 0);
		await editor.treeItems(/^Suppressed/).click();
		await editor.treeItems("CVE-2024-4068").waitFor();
		await editor.screenshot("round-10-suppressed");
	});

	it("is gone for the real scanners, too", () => {
		for (const [scanner, idsWith] of Object.entries(SCANNERS)) {
			assert.ok(idsWith([]).includes("CVE-2024-4068"), `${scanner} finds it without the document`);
			const open = idsWith(["--vex", workspace.path("services/vex.openvex.json")]);
			assert.ok(!open.includes("CVE-2024-4068"), `${scanner} finds it with the document`);
			assert.ok(open.includes("CVE-2024-4067"), `${scanner} still finds the others`);
		}
	});

	it("can be undone", async () => {
		await editor.openFile("vex.openvex.json");
		await editor.line("vulnerable_code_not_in_execute_path").waitFor();
		await editor.screenshot("round-11-document");
		await editor.line("vulnerable_code_not_in_execute_path").click();
		await editor.page.keyboard.press("Control+Z");
		await editor.line("vulnerable_code_not_in_execute_path").waitFor({ state: "detached" });
	});

	it("asked nobody outside this machine", () => assert.deepEqual(editor.outside, []));
});

/** The ids that each scanner reports of the image, with these arguments. */
const SCANNERS: Readonly<Record<string, (args: readonly string[]) => readonly string[]>> = {
	trivy(args) {
		const report = run("trivy", ["image", "--quiet", "--format", "json", ...args, IMAGE]) as TrivyOutput;
		return (report.Results ?? []).flatMap((result) => (result.Vulnerabilities ?? []).map((found) => found.VulnerabilityID));
	},
	grype(args) {
		const report = run("grype", ["--quiet", "--output", "json", ...args, `registry:${IMAGE}`]) as GrypeOutput;
		return report.matches.flatMap((match) => [match.vulnerability.id, ...match.relatedVulnerabilities.map((related) => related.id)]);
	},
};

interface TrivyOutput {
	readonly Results?: readonly { readonly Vulnerabilities?: readonly { readonly VulnerabilityID: string }[] }[];
}

interface GrypeOutput {
	readonly matches: readonly {
		readonly vulnerability: { readonly id: string };
		readonly relatedVulnerabilities: readonly { readonly id: string }[];
	}[];
}

function run(program: string, args: readonly string[]): unknown {
	return JSON.parse(execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"] }));
}
