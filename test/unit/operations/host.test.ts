import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createHost } from "../../../server/operations/host.ts";
import { fakeTool, realContext, type TemporaryProject, temporaryProject } from "../../support/realContext.ts";

const SHOW =
	'console.log(process.argv[2] === "version" ? JSON.stringify({ Version: "0.76.0" }) : JSON.stringify([process.env.PATH, process.cwd(), process.env.EXTRA]))';

describe("host", () => {
	let project: TemporaryProject;

	before(function () {
		if (process.platform === "win32") this.skip();
		project = temporaryProject({ "workspace/keep": "", "other/keep": "" });
	});
	after(() => project?.remove());

	it("gives tools a PATH without the workspace and relative folders, with their own folder, and the rest of the environment", async () => {
		const trivy = fakeTool(project, "other/trivy", SHOW);
		const path = ["relative", project.path("workspace"), "/usr/bin"].join(":");
		const host = createHost({ ...process.env, PATH: path, EXTRA: "1" }, process.platform);
		const context = realContext({ host, toolPaths: { trivy }, workspaceFolders: [project.path("workspace")] });
		const { stdout } = await context.run({ tool: "trivy", args: ["show"], timeoutMs: 10_000 });
		const [own, folder, extra] = JSON.parse(stdout) as string[];
		assert.deepEqual(own?.split(":"), ["/usr/bin", join(project.folder, "other")]);
		assert.equal(extra, "1");
		assert.ok(!folder?.startsWith(project.folder));
	});

	it("logs what runs, and how it ended", async () => {
		const trivy = fakeTool(project, "other/trivy", SHOW);
		const context = realContext({ toolPaths: { trivy } });
		await context.run({ tool: "trivy", args: ["show", "a b", "--token=hunter2"], secrets: ["hunter2"], timeoutMs: 10_000 });
		assert.equal(context.lines[0], '$ trivy show "a b" --token=***');
		assert.match(context.lines[1] ?? "", /^trivy: exit code 0 after \d+\.\d s$/);
	});

	it("knows a tool's version once for all contexts", async () => {
		const counter = project.path("count");
		const script = `require("node:fs").appendFileSync(${JSON.stringify(counter)}, "x"); ${SHOW}`;
		const trivy = fakeTool(project, "other/counting-trivy", script);
		const host = createHost(process.env, process.platform);
		for (let index = 0; index < 3; index++) await realContext({ host, toolPaths: { trivy } }).locate("trivy");
		assert.equal(readFileSync(counter, "utf8"), "x");
	});

	it("looks for nothing and runs nothing without trust", async () => {
		const context = realContext({ trusted: false });
		for (const attempt of [context.locate("docker"), context.look("docker"), context.run({ tool: "docker", args: [], timeoutMs: 1000 })]) {
			await assert.rejects(attempt, { kind: "untrusted", message: "Nothing is run in a workspace that is not trusted" });
		}
	});

	it("runs credential helpers with input and without a log", async () => {
		const helper = fakeTool(
			project,
			"other/docker-credential-x",
			'process.stdin.on("data", (text) => { console.log("got " + text); process.exitCode = 3; })',
		);
		const host = createHost(process.env, process.platform);
		const answer = await host.runHelper({
			path: helper,
			args: ["get"],
			input: "registry.example.org",
			timeoutMs: 10_000,
			signal: new AbortController().signal,
		});
		assert.deepEqual(answer, { stdout: "got registry.example.org\n", exitCode: 3 });
	});
});
