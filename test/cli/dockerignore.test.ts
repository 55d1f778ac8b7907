import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { hullguard, temporaryWorkspace, type Workspace } from "../support/commandLine.ts";

describe("hullguard config dockerignore", () => {
	let workspace: Workspace;
	beforeEach(() => {
		workspace = temporaryWorkspace({ "api/Dockerfile": "FROM scratch\nCOPY dev.key /\n", "api/go.mod": "module a\n" });
	});
	afterEach(() => workspace.remove());

	it("prints what fits the folder, without what its Dockerfile copies, and writes nothing", async () => {
		const { code, stdout, stderr } = await hullguard(["config", "dockerignore", "api"], { folder: workspace.folder });
		assert.deepEqual([code, stderr], [0, ""]);
		assert.match(stdout, /^\.git$/m);
		assert.match(stdout, /^\*\*\/\.env$/m);
		assert.match(stdout, /^# Go$/m);
		assert.doesNotMatch(stdout, /\*\.key/);
		assert.doesNotMatch(stdout, /node_modules/);
		assert.ok(!existsSync(workspace.path("api/.dockerignore")));
	});

	it("says so where there is no such folder", async () => {
		const { code, stdout, stderr } = await hullguard(["config", "dockerignore", "nowhere"], { folder: workspace.folder });
		assert.deepEqual([code, stdout], [2, ""]);
		assert.match(stderr, /There is no folder .*nowhere/);
	});
});
