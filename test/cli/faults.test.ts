import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { hullguard, startHullguard, temporaryWorkspace, type Workspace } from "../support/commandLine.ts";
import { survivors } from "../support/processes.ts";
import { fakeTool } from "../support/realContext.ts";

const VERSION = 'if (process.argv[2] === "version") { console.log(JSON.stringify({ Version: "0.76.0" })); process.exit(0); }';
const NOBODY = "unix:///nowhere/docker.sock";

/** Programs that stand for tools which fail as real ones do not on demand. */
describe("tools that fail, at the command line", function () {
	this.timeout(20_000);
	let workspace: Workspace;
	/** Tools are also found where the system keeps them. */
	let trivyIsElsewhere = false;
	before(async function () {
		if (process.platform === "win32") this.skip();
		workspace = temporaryWorkspace();
		const { tools } = JSON.parse((await alone(["tools", "check", "--format", "json"])).stdout) as {
			tools: { name: string; path?: string }[];
		};
		trivyIsElsewhere = tools.some(({ name, path }) => name === "trivy" && path !== undefined);
		workspace.remove();
	});
	beforeEach(() => {
		workspace = temporaryWorkspace({ Dockerfile: "FROM debian:12\n" });
	});
	afterEach(() => workspace?.remove());

	/** A call that finds no tool but those of the workspace. */
	const alone = (args: readonly string[]) =>
		hullguard(args, {
			folder: workspace.folder,
			environment: { PATH: workspace.path("bin"), DOCKER_HOST: NOBODY, HOME: workspace.folder },
		});

	function tool(name: string, script: string): void {
		workspace.write("bin/.keep", "");
		fakeTool(workspace, `bin/${name}`, script);
	}

	for (const args of [
		["scan", "debian:12"],
		["sbom", "debian:12"],
		["vex", "create", "CVE-2021-23337", "debian:12", "--status", "fixed"],
	]) {
		it(`${args[0]}: says that Trivy is missing, and how to get it`, async function () {
			if (trivyIsElsewhere) this.skip();
			const { code, stdout, stderr } = await alone(args);
			assert.deepEqual([code, stdout], [2, ""]);
			assert.match(stderr, /^hullguard: .*Trivy.*\n {2}\S/);
			assert.equal(existsSync(workspace.path("vex.openvex.json")), false);
		});
	}

	it("build: says that nobody is there to build, and what to do", async () => {
		const { code, stdout, stderr } = await alone(["build", ".", "-t", "x:1"]);
		assert.deepEqual([code, stdout], [2, ""]);
		assert.match(stderr, /^hullguard: .*Docker.*\n {2}\S/i);
	});

	it("scan: shows what a failing Trivy said, as text and as JSON", async () => {
		tool("trivy", `${VERSION} console.error("FATAL\\tno disk in drive B"); process.exit(1);`);
		const { code, stderr } = await alone(["scan", "localhost:1/x:1"]);
		assert.equal(code, 2);
		assert.match(stderr, /no disk in drive B/);
		const json = await alone(["scan", "localhost:1/x:1", "--format", "json"]);
		const report = JSON.parse(json.stdout) as { image: null; findings: []; problems: { kind: string; message: string }[] };
		assert.deepEqual([report.image, report.findings, report.problems[0]?.kind], [null, [], "failed"]);
		assert.match(report.problems[0]?.message ?? "", /no disk in drive B/);
	});

	it("scan: does not take garbage for a clean image", async () => {
		for (const garbage of ["", "Segmentation fault", "{}", '{"Results": 1}', "[1,2"]) {
			tool("trivy", `${VERSION} process.stdout.write(${JSON.stringify(garbage)});`);
			const { code, stdout, stderr } = await alone(["scan", "localhost:1/x:1"]);
			assert.deepEqual([code, stdout], [2, ""], JSON.stringify(garbage));
			assert.match(stderr, /Trivy answered in a way that Hullguard does not understand/, JSON.stringify(garbage));
		}
	});

	it("tools check: says what is missing and how to get it, with 1", async function () {
		if (trivyIsElsewhere) this.skip();
		const { code, stdout } = await alone(["tools", "check"]);
		assert.equal(code, 1);
		assert.match(stdout, /^Trivy: missing\n {2}\S.*\n {2}\S/m);
	});

	it("scan: ends with 130 within a second when it is interrupted, and all that Trivy started ends", async function () {
		if (process.platform !== "linux") this.skip();
		// It does not listen, and neither does its child.
		tool(
			"trivy",
			`${VERSION}
			process.on("SIGINT", () => {}); process.on("SIGTERM", () => {});
			const child = require("node:child_process").spawn(process.execPath, ["-e", "process.on('SIGTERM', () => {}); process.on('SIGINT', () => {}); console.log(1); setInterval(() => {}, 1000)"], { stdio: ["ignore", "pipe", "ignore"] });
			child.stdout.once("data", () => {
				require("node:fs").writeFileSync(${JSON.stringify(workspace.path("bin/ids.new"))}, process.pid + " " + child.pid);
				require("node:fs").renameSync(${JSON.stringify(workspace.path("bin/ids.new"))}, ${JSON.stringify(workspace.path("bin/ids"))});
			});
			setInterval(() => {}, 1000);`,
		);
		const call = startHullguard(["scan", "localhost:1/x:1"], {
			folder: workspace.folder,
			environment: { PATH: workspace.path("bin"), DOCKER_HOST: NOBODY },
		});
		while (!existsSync(workspace.path("bin/ids"))) await new Promise((resolve) => setImmediate(resolve));
		const ids = readFileSync(workspace.path("bin/ids"), "utf8").split(" ").map(Number);
		const at = performance.now();
		call.process.kill("SIGINT");
		const { code, stdout, stderr } = await call.result;
		assert.ok(performance.now() - at < 1000, `${performance.now() - at} ms`);
		assert.deepEqual([code, stdout, stderr], [130, "", ""]);
		assert.equal(ids.length, 2);
		assert.deepEqual(await survivors(ids), []);
	});

	it("ends with 130 when it is interrupted while it waits for standard input", async () => {
		const call = startHullguard(["parse", "Dockerfile", "-"], { folder: workspace.folder });
		await call.said('"path":"Dockerfile"');
		call.process.kill("SIGINT");
		const { code, stderr } = await call.result;
		assert.deepEqual([code, stderr], [130, ""]);
	});
});
