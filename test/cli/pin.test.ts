import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hullguard, startHullguard, temporaryWorkspace, type Workspace } from "../support/commandLine.ts";
import { type Fault, startRegistry, type TestRegistry } from "../support/registry.ts";

describe("hullguard pin", () => {
	let workspace: Workspace;
	let registry: TestRegistry;
	let text: string;
	let pinned: string;

	beforeEach(async () => {
		registry = await startRegistry();
		const { digest } = registry.add("team/base", "1").top;
		text = `# base\r\nFROM ${registry.host}/team/base:1 AS a\r\nCOPY --from=${registry.host}/team/base:1 /x /x`;
		pinned = text.replaceAll("base:1", `base:1@${digest}`);
		workspace = temporaryWorkspace({ "api ü/Dockerfile": text });
	});
	afterEach(async () => {
		workspace.remove();
		await registry.close();
	});
	const onDisk = (): string => readFileSync(workspace.path("api ü/Dockerfile"), "utf8");
	const pin = (...args: readonly string[]) => hullguard(["pin", ...args], { folder: workspace.folder });

	it("writes digests behind tags, changes nothing else, and nothing a second time", async () => {
		const { code, stdout } = await pin();
		assert.equal(code, 0);
		assert.equal(onDisk(), pinned);
		assert.match(stdout, /^api ü\/Dockerfile:2:6: .*\/team\/base:1 pinned sha256:[0-9a-f]{64}$/m);
		assert.match(stdout, /\n2 images in 1 file: 2 pinned\.\n$/);
		assert.match((await pin()).stdout, /2 images in 1 file: 2 up to date\.\n$/);
		assert.equal(onDisk(), pinned);
	});

	it("--update follows a tag that has moved, and only then", async () => {
		await pin();
		const { digest } = registry.add("team/base", "1", { platforms: ["linux/s390x"] }).top;
		await pin();
		assert.equal(onDisk(), pinned);
		assert.match((await pin("--update")).stdout, /2 updated/);
		assert.equal(onDisk(), text.replaceAll("base:1", `base:1@${digest}`));
	});

	it("--diff shows what `git apply` makes of it, and writes nothing", async () => {
		const { code, stdout, stderr } = await pin("--diff");
		assert.equal(code, 0);
		assert.equal(onDisk(), text);
		assert.match(stdout, /^--- a\/api ü\/Dockerfile\n\+\+\+ b\/api ü\/Dockerfile\n@@ -1,3 \+1,3 @@\n/);
		assert.match(stderr, /2 images in 1 file: 2 pinned; nothing written\.\n$/);
		execFileSync("git", ["apply", "--verbose", "-"], { cwd: workspace.folder, input: stdout, stdio: ["pipe", "ignore", "pipe"] });
		assert.equal(onDisk(), pinned);
	});

	it("answers on standard output for a text from standard input", async () => {
		const { stdout, code } = await hullguard(["pin", "-"], { folder: workspace.folder, input: text });
		assert.deepEqual([code, stdout], [0, pinned]);
	});

	it("gives JSON with the images, their digests and who gave them", async () => {
		const { files, problems } = JSON.parse((await pin("--format", "json")).stdout) as {
			files: { path: string; images: object[] }[];
			problems: [];
		};
		assert.deepEqual(problems, []);
		assert.deepEqual([files.length, files[0]?.path, files[0]?.images.length], [1, "api ü/Dockerfile", 2]);
		assert.deepEqual(files[0]?.images[0], {
			reference: `${registry.host}/team/base:1`,
			range: { start: { line: 1, character: 5 }, end: { line: 1, character: 5 + `${registry.host}/team/base:1`.length } },
			state: "pinned",
			digest: /@(sha256:\w+)/.exec(pinned)?.[1],
			registryHost: registry.host,
		});
	});

	const faults: readonly (readonly [string, Fault, RegExp])[] = [
		["401", { kind: "answer", status: 401 }, /login/],
		["403", { kind: "answer", status: 403 }, /login/],
		["404", { kind: "answer", status: 404 }, / has no \S+\/team\/base:1\n/],
		["429", { kind: "answer", status: 429, headers: { "retry-after": "60" } }, /too many|limit|again in/i],
		["500", { kind: "answer", status: 500 }, /500/],
		["a closed connection", { kind: "reset" }, /closed|connection/i],
		[
			"a page in place of an answer",
			{ kind: "answer", status: 200, body: "<html>", headers: { "content-type": "text/html" } },
			/html|manifest|answer/i,
		],
	];
	for (const [what, fault, words] of faults) {
		it(`says so, exits with 2 and changes nothing for ${what}`, async () => {
			registry.fault = () => fault;
			const { code, stderr } = await pin();
			assert.equal(code, 2);
			assert.match(stderr, /^hullguard: api ü\/Dockerfile:2:6: /m);
			assert.match(stderr, words);
			assert.doesNotMatch(stderr, /Internal error/);
			assert.equal(onDisk(), text);
			const report = JSON.parse((await pin("--format", "json")).stdout) as {
				files: { images: { state: string }[] }[];
				problems: { kind: string }[];
			};
			assert.deepEqual(
				report.files[0]?.images.map((image) => image.state),
				["failed", "failed"],
			);
			assert.ok(report.problems.length > 0);
		});
	}

	it("says so for a registry that does not answer in time", async function () {
		this.timeout(40_000);
		registry.fault = () => ({ kind: "silence" });
		const { code, stderr } = await pin();
		assert.equal(code, 2);
		assert.match(stderr, /within 15 seconds/);
		assert.equal(onDisk(), text);
	});

	it("pins what can be pinned, and exits with 2 for the rest", async () => {
		workspace.write("b/Dockerfile", `FROM ${registry.host}/team/nothing:1\n`);
		const { code, stdout } = await pin();
		assert.equal(code, 2);
		assert.match(stdout, /3 images in 2 files: 2 pinned, 1 failed\.\n$/);
		assert.equal(onDisk(), pinned);
	});

	it("ends with 130 within a second when it is interrupted, and has written nothing", async function () {
		if (process.platform === "win32") this.skip();
		const asked = new Promise<void>((resolve) => {
			registry.fault = () => {
				resolve();
				return { kind: "silence" };
			};
		});
		const call = startHullguard(["pin"], { folder: workspace.folder });
		await asked;
		const at = performance.now();
		call.process.kill("SIGINT");
		const { code, stderr } = await call.result;
		assert.deepEqual([code, stderr], [130, ""]);
		assert.ok(performance.now() - at < 1000, `${performance.now() - at} ms`);
		assert.equal(onDisk(), text);
	});
});
