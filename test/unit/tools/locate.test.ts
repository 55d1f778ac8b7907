import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command, CommandOutput } from "../../../server/tools/command.ts";
import { isCancellation, ToolError } from "../../../server/tools/errors.ts";
import { createLocator, type LocatorOptions, searchFolders } from "../../../server/tools/locate.ts";
import { readBuildxVersion } from "../../../server/tools/versionProbes.ts";

const { signal } = new AbortController();

describe("finding tools", () => {
	let root = "";
	const runs: string[] = [];
	let version = "0.76.0";

	const run = async (_command: Command, path: string): Promise<CommandOutput> => {
		runs.push(path);
		return { stdout: JSON.stringify({ Version: version }), stderr: "", exitCode: 0, cut: false };
	};
	const program = (...parts: string[]): string => {
		const path = join(root, ...parts);
		mkdirSync(join(path, ".."), { recursive: true });
		writeFileSync(path, "");
		chmodSync(path, 0o755);
		return path;
	};
	const locator = (more: Partial<LocatorOptions>) =>
		createLocator({ paths: {}, environment: {}, workspaceFolders: [], platform: process.platform, run, ...more });

	before(function () {
		if (process.platform === "win32") this.skip();
	});
	beforeEach(() => {
		root = realpathSync(mkdtempSync(join(tmpdir(), "hullguard locate ü-")));
		runs.length = 0;
		version = "0.76.0";
	});
	afterEach(() => rmSync(root, { recursive: true }));

	it("takes the path of the setting before the PATH", async () => {
		const set = program("own", "my-trivy");
		program("bin", "trivy");
		const found = await locator({ paths: { trivy: set }, environment: { PATH: join(root, "bin") } }).locate("trivy", signal);
		assert.deepEqual(found, { tool: "trivy", path: set, version: "0.76.0" });
	});

	it("does not fall back when the setting names a file that is not there, or a relative one", async () => {
		program("bin", "trivy");
		const environment = { PATH: join(root, "bin") };
		await assert.rejects(locator({ paths: { trivy: join(root, "nothing") }, environment }).locate("trivy", signal), { kind: "notFound" });
		await assert.rejects(locator({ paths: { trivy: "bin/trivy" }, environment }).locate("trivy", signal), {
			kind: "invalid",
			message: "The path of Trivy is not absolute: bin/trivy",
		});
	});

	it("ignores the workspace, links into it, and relative entries of the PATH", async () => {
		const inside = program("project", "bin", "trivy");
		const good = program("good", "trivy");
		mkdirSync(join(root, "links"));
		symlinkSync(inside, join(root, "links", "trivy"));
		symlinkSync(join(root, "project"), join(root, "alias"));
		const path = ["bin", ".", "", join(root, "project", "bin"), join(root, "alias", "bin"), join(root, "links"), join(root, "good")].join(
			":",
		);
		const found = await locator({ environment: { PATH: path }, workspaceFolders: [join(root, "project")] }).locate("trivy", signal);
		assert.equal(found.path, good);
		assert.deepEqual(searchFolders({ PATH: path }, [join(root, "project")], process.platform), [join(root, "links"), join(root, "good")]);
	});

	it("keeps a folder whose name only begins like the workspace's", () => {
		assert.deepEqual(searchFolders({ PATH: "/project-tools:/project/bin" }, ["/project"], "linux"), ["/project-tools"]);
	});

	it("reads the version once per path and time stamp", async () => {
		const path = program("bin", "trivy");
		const own = locator({ environment: { PATH: join(root, "bin") } });
		await Promise.all([own.locate("trivy", signal), own.locate("trivy", signal)]);
		await own.locate("trivy", signal);
		assert.equal(runs.length, 1);
		version = "0.77.1";
		utimesSync(path, new Date(0), new Date(1_000_000));
		assert.equal((await own.locate("trivy", signal)).version, "0.77.1");
		assert.equal(runs.length, 2);
	});

	it("asks again for a version when somebody else's cancellation ended the probe", async () => {
		program("bin", "trivy");
		let calls = 0;
		const own = locator({
			environment: { PATH: join(root, "bin") },
			run: async (command, path) => {
				calls++;
				if (calls === 1) throw new DOMException("cancelled", "AbortError");
				return run(command, path);
			},
		});
		const controller = new AbortController();
		const first = own.locate("trivy", controller.signal).catch((error: unknown) => error);
		controller.abort();
		const second = own.locate("trivy", signal);
		assert.ok(isCancellation(await first));
		assert.equal((await second).version, "0.76.0");
	});

	it("refuses old versions, and the releases of the attack, with the advisory", async () => {
		program("bin", "trivy");
		const environment = { PATH: join(root, "bin") };
		for (const [given, kind, message] of [
			["0.44.1", "tooOld", /^Trivy 0\.44\.1 is too old: 0\.60\.0 or newer is needed$/],
			["0.69.3", undefined, /./],
			["0.69.4", "invalid", /^Trivy 0\.69\.4 is never run/],
			["v0.69.6", "invalid", /^Trivy 0\.69\.6 is never run/],
			["0.69.7", undefined, /./],
			["dev", undefined, /./],
		] as const) {
			version = given;
			const state = await locator({ environment }).look("trivy", signal);
			assert.equal(state.error?.kind, kind, given);
			if (state.error !== undefined) assert.match(state.error.message, message);
			if (kind === "invalid") assert.match(state.error?.hint ?? "", /GHSA-69fq-xp46-6x23/);
		}
	});

	it("says what a missing tool is for and how to get it", async () => {
		const error = await locator({ environment: { PATH: join(root, "bin") }, platform: "freebsd" })
			.locate("cosign", signal)
			.catch((reason: unknown) => reason);
		// A machine may have it in one of the well-known places.
		if (!(error instanceof ToolError)) return;
		assert.equal(error.kind, "notFound");
		assert.equal(error.message, "Cosign was not found; it is needed to verify signatures and attestations");
		assert.match(error.hint ?? "", /https:\/\/docs\.sigstore\.dev.*hullguard\.tools\.paths/);
	});

	it("reads versions as the tools print them", () => {
		assert.equal(readBuildxVersion("github.com/docker/buildx v0.36.1 abcdef"), "0.36.1");
		assert.equal(readBuildxVersion("github.com/docker/buildx 0.29.1+ds1 0.29.1+ds1-4"), "0.29.1+ds1");
	});
});
