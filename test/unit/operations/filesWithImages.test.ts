import assert from "node:assert/strict";
import { relative, sep } from "node:path";
import { filesWithImages } from "../../../server/operations/filesWithImages.ts";
import { findDockerfiles } from "../../../server/operations/findFiles.ts";
import { type TemporaryProject, temporaryProject } from "../../support/realContext.ts";

const NEVER = new AbortController().signal;

describe("files with images", () => {
	let project: TemporaryProject;
	before(() => {
		project = temporaryProject({
			Dockerfile: "FROM debian:12\n",
			"a/compose.yaml": "services: {}\n",
			"a/b/docker-bake.hcl": "\n",
			".devcontainer/devcontainer.json": "{}\n",
			".github/workflows/ci.yml": "on: push\n",
			"k8s/app.yml": "apiVersion: v1\n",
			"k8s/huge.yaml": "#".repeat(600_000),
			"out/Dockerfile": "FROM debian:12\n",
			"node_modules/x/Dockerfile": "FROM debian:12\n",
			"readme.md": "FROM debian:12\n",
			".gitignore": "out/\n",
		});
	});
	after(() => project.remove());

	it("are of every kind, except what is ignored, of others, or too big", async () => {
		const { files, complete } = await filesWithImages(project.folder, NEVER);
		assert.deepEqual(files.map(({ path }) => relative(project.folder, path).split(sep).join("/")).sort(), [
			".devcontainer/devcontainer.json",
			".github/workflows/ci.yml",
			"Dockerfile",
			"a/b/docker-bake.hcl",
			"a/compose.yaml",
			"k8s/app.yml",
		]);
		assert.ok(complete);
		assert.equal(files.find(({ path }) => path.endsWith("Dockerfile"))?.text, "FROM debian:12\n");
	});

	it("are looked for in so many folders and no more, and that is said", async () => {
		const found = await findDockerfiles([project.folder], project.folder, NEVER, () => true, 2);
		assert.equal(found.complete, false);
		const all = await findDockerfiles([project.folder], project.folder, NEVER, () => true, 20);
		assert.ok(all.complete && found.files.length < all.files.length);
	});

	it("stop being looked for when somebody cancels", async () => {
		await assert.rejects(filesWithImages(project.folder, AbortSignal.abort()), { name: "AbortError" });
	});
});
