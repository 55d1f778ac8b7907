import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { FileChangeType } from "vscode-languageserver-protocol/node";
import { type LanguageClient, startLanguageClient } from "../support/languageClient.ts";
import { type TemporaryProject, temporaryProject } from "../support/realContext.ts";

const SBOM = JSON.stringify({
	bomFormat: "CycloneDX",
	components: [{ type: "library", name: "ghostscript", licenses: [{ expression: "AGPL-3.0-or-later" }] }],
});
const WORKFLOW = `jobs:
  image:
    steps:
      - uses: docker/build-push-action@v6
        with: { context: app, cache-to: "type=gha,mode=max" }
`;
const TEXT = "FROM debian:12 AS build\nCOPY id_rsa /root/.ssh/id_rsa\nRUN make\nFROM debian:12\nCOPY --from=build /out /out\n";

describe("language server: rules that look at more than the Dockerfile's folder", () => {
	let project: TemporaryProject;
	let client: LanguageClient;
	let dockerfile: string;
	before(async () => {
		project = temporaryProject({
			"app/Dockerfile": TEXT,
			"app/sbom.json": SBOM,
			".github/workflows/release.yml": WORKFLOW,
			"hullguard.yaml": "rules:\n  image-licence-policy: warning\n  cache-export-leaks-builder-secret: warning\n",
		});
		dockerfile = pathToFileURL(project.path("app/Dockerfile")).href;
		client = await startLanguageClient({ folders: [project.folder] });
		await client.open(dockerfile, TEXT);
	});
	after(async () => {
		await client.stop();
		project.remove();
	});

	async function found(rule: string): Promise<readonly string[]> {
		const diagnostics = await client.pull(dockerfile);
		return diagnostics.filter(({ code }) => code === rule).map(({ range, message }) => `${range.start.line} ${String(message)}`);
	}
	async function changed(path: string, type: FileChangeType): Promise<void> {
		const uri = pathToFileURL(project.path(path)).href;
		await client.connection.sendNotification("workspace/didChangeWatchedFiles", { changes: [{ uri, type }] });
	}

	it("an SBOM next to it, as long as it is there", async () => {
		assert.deepEqual(await found("image-licence-policy"), ["3 ghostscript is under AGPL-3.0-or-later (sbom.json)"]);
		rmSync(project.path("app/sbom.json"));
		await changed("app/sbom.json", FileChangeType.Deleted);
		assert.deepEqual(await found("image-licence-policy"), []);
	});

	it("a workflow of the repository, as it is now", async () => {
		assert.deepEqual(await found("cache-export-leaks-builder-secret"), ["1 id_rsa gets into GitHub's cache: release.yml exports it"]);
		writeFileSync(project.path(".github/workflows/release.yml"), WORKFLOW.replace(",mode=max", ""));
		await changed(".github/workflows/release.yml", FileChangeType.Changed);
		assert.deepEqual(await found("cache-export-leaks-builder-secret"), []);
	});
});
