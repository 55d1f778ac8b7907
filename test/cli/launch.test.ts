import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cacheFolder } from "../../server/operations/cacheFolder.ts";
import { hullguard, temporaryWorkspace, type Workspace } from "../support/commandLine.ts";
import { needsNode20, node20, requireAll } from "../support/requirements.ts";

describe("the program's start", () => {
	let workspace: Workspace;
	beforeEach(() => {
		workspace = temporaryWorkspace({ Dockerfile: "FROM scratch\nUSER 1:1\n" });
	});
	afterEach(() => workspace.remove());
	const lint = (environment: Readonly<Record<string, string | undefined>>, node?: string) =>
		hullguard(["lint", "Dockerfile"], { folder: workspace.folder, environment, ...(node === undefined ? {} : { node }) });

	it("keeps compiled code in the user's own folder for caches, never in one for temporary files", () => {
		assert.equal(cacheFolder({ HOME: "/home/me" }, "linux"), "/home/me/.cache/hullguard");
		assert.equal(cacheFolder({ HOME: "/home/me", XDG_CACHE_HOME: "/cache" }, "linux"), "/cache/hullguard");
		assert.equal(cacheFolder({ HOME: "/Users/me" }, "darwin"), "/Users/me/Library/Caches/hullguard");
		for (const environment of [{}, { HOME: "" }, { HOME: "." }, { XDG_CACHE_HOME: "cache" }])
			assert.equal(cacheFolder(environment, "linux"), undefined, JSON.stringify(environment));
	});

	it("makes that folder", async function () {
		if (process.platform === "win32") this.skip();
		assert.equal((await lint({ XDG_CACHE_HOME: undefined, HOME: workspace.folder })).code, 0);
		const folder = cacheFolder({ HOME: workspace.folder }, process.platform);
		assert.ok(folder !== undefined && existsSync(folder));
	});

	for (const [what, home] of [
		["there is no home", undefined],
		["the home takes no folders", "/dev/null"],
		["the home is one where Node would try without end", "/proc/nobody"],
	] as const) {
		it(`works where ${what}`, async function () {
			if (process.platform !== "linux") this.skip();
			const { code, stderr } = await lint({ HOME: home, XDG_CACHE_HOME: undefined });
			assert.deepEqual([code, stderr], [0, ""]);
		});
	}

	it("works on Node 20, which keeps nothing", async function () {
		requireAll(this, [needsNode20()]);
		const { code, stderr } = await lint({ HOME: workspace.folder, XDG_CACHE_HOME: undefined }, node20());
		assert.deepEqual([code, stderr, existsSync(workspace.path(".cache"))], [0, "", false]);
	});
});
