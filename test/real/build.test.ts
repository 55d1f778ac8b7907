import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { BuildEvent } from "../../server/core/build/build.ts";
import { type BuildRequest, type BuiltImage, buildImage, type FailedBuild } from "../../server/operations/build.ts";
import type { OperationContext } from "../../server/operations/context.ts";
import { checkTools } from "../../server/operations/tools.ts";
import { ToolError } from "../../server/tools/errors.ts";
import { fakeTool, realContext, type TemporaryProject, temporaryProject } from "../support/realContext.ts";
import { forgetImages, needsDocker, requireAll } from "../support/requirements.ts";

const TAG = "hullguard-test-build:1";

function request(project: TemporaryProject, more: Partial<BuildRequest> = {}): BuildRequest {
	return {
		dockerfile: project.path("Dockerfile"),
		context: project.folder,
		tags: [TAG],
		output: "load",
		provenance: "max",
		sbom: false,
		...more,
	};
}

async function built(context: OperationContext, wanted: BuildRequest): Promise<BuiltImage> {
	const outcome = await buildImage(context, wanted);
	return outcome.kind === "built" ? outcome : assert.fail(outcome.failure.message);
}

async function failed(context: OperationContext, wanted: BuildRequest): Promise<FailedBuild> {
	const outcome = await buildImage(context, wanted);
	return outcome.kind === "failed" ? outcome : assert.fail("the build succeeded");
}

async function refused(promise: Promise<unknown>): Promise<ToolError> {
	const error = await promise.catch((reason: unknown) => reason);
	return error instanceof ToolError ? error : assert.fail(`not a ToolError: ${String(error)}`);
}

describe("building with the real engine", function () {
	this.timeout(180_000);
	let project: TemporaryProject | undefined;

	before(function () {
		requireAll(this, [needsDocker()]);
	});
	after(() => forgetImages(TAG));
	afterEach(() => {
		project?.remove();
		project = undefined;
	});

	it("builds, tells each step, and attests provenance and SBOM", async () => {
		project = temporaryProject({ Dockerfile: "FROM debian:12\nRUN echo hello && echo world\n" });
		const events: BuildEvent[] = [];
		const context = realContext();
		const image = await built(context, request(project, { noCache: true, sbom: true, onEvent: (event) => events.push(event) }));
		assert.match(image.digest ?? "", /^sha256:[0-9a-f]{64}$/);
		assert.equal(image.reference, TAG);
		assert.deepEqual(image.attested, { provenance: true, sbom: true });
		assert.deepEqual([...image.provenance.keys()], [""]);
		const printed = events.flatMap((event) => (event.kind === "log" && event.step.name.includes("RUN echo") ? [event.text] : []));
		assert.deepEqual(printed, ["hello", "world"]);
		assert.ok(
			context.steps.some((step) => /^\[2\/2\] RUN echo hello/.test(step)),
			context.steps.join("\n"),
		);
	});

	it("takes paths with blanks, commas and letters of every script, and a Dockerfile outside its context", async () => {
		project = temporaryProject({ "dir ünï, 中/Döcker file": "FROM debian:12\nCOPY a.txt /a\n", "con text/a.txt": "a" }, "hullguard ünï ");
		const image = await built(
			realContext(),
			request(project, { dockerfile: project.path("dir ünï, 中/Döcker file"), context: project.path("con text") }),
		);
		assert.ok(image.digest);
	});

	it("names lines, log and exit code of a RUN that fails", async () => {
		project = temporaryProject({
			Dockerfile:
				'# comment\nFROM debian:12\nRUN for i in $(seq 30); do echo "line $i"; done && \\\n    echo problem && \\\n    exit 7\nRUN true\n',
		});
		const { failure, text } = await failed(realContext(), request(project));
		assert.equal(failure.message, "The command ended with exit code 7");
		assert.deepEqual(failure.lines, { first: 2, last: 4 });
		assert.match(text.split("\n")[failure.lines?.first ?? 0] ?? "", /^RUN for/);
		assert.equal(failure.log.length, 20);
		assert.equal(failure.log.at(-1), "problem");
	});

	it("names the line of a COPY without a source, of a missing base image, and of what is no instruction", async () => {
		project = temporaryProject({ Dockerfile: "FROM debian:12\nCOPY nothing /x\n" });
		const copy = await failed(realContext(), request(project));
		assert.deepEqual([copy.failure.message, copy.failure.lines], ["/nothing was not found", { first: 1, last: 1 }]);
		project.remove();
		project = temporaryProject({ Dockerfile: "FROM hullguard/no-such-image:1\n" });
		const base = await failed(realContext(), request(project));
		assert.match(base.failure.message, /hullguard\/no-such-image:1.*not found$/);
		assert.deepEqual(base.failure.lines, { first: 0, last: 0 });
		project.remove();
		project = temporaryProject({ Dockerfile: "FROM debian:12\n\nRUNN x\n" });
		const parse = await failed(realContext(), request(project));
		assert.deepEqual(parse.failure.lines, { first: 2, last: 2 });
	});

	it("builds without an SBOM when the generator cannot be pulled, and says so once", async () => {
		project = temporaryProject({ Dockerfile: "FROM debian:12\n" });
		const context = realContext();
		const image = await built(context, request(project, { sbom: "hullguard/no-such-generator:1" }));
		assert.deepEqual(image.attested, { provenance: true, sbom: false });
		const said = context.lines.filter((line) => line.includes("SBOM generator hullguard/no-such-generator:1 cannot be used"));
		assert.equal(said.length, 1, context.lines.join("\n"));
	});

	it("shows no build argument and no secret in logs, events and errors", async () => {
		project = temporaryProject({
			Dockerfile: "FROM debian:12\nARG TOKEN\nRUN --mount=type=secret,id=key echo using ${TOKEN} && cat /run/secrets/key && false\n",
			"key.txt": "file-secret",
		});
		const context = realContext();
		const events: BuildEvent[] = [];
		const outcome = await failed(
			context,
			request(project, {
				buildArguments: { TOKEN: "argument-secret" },
				secrets: [{ id: "key", kind: "file", path: project.path("key.txt") }],
				onEvent: (event) => events.push(event),
			}),
		);
		const { text: _, ...visible } = outcome;
		const all = JSON.stringify([context.lines, context.steps, visible, events]);
		assert.ok(!all.includes("argument-secret"), all);
		assert.ok(context.lines.some((line) => line.includes("TOKEN=***")));
	});

	it("leaves no private folder behind", async () => {
		project = temporaryProject({ Dockerfile: "FROM debian:12\nRUN false\n", "tmp/keep": "" });
		const before = process.env["TMPDIR"];
		process.env["TMPDIR"] = project.path("tmp");
		try {
			await failed(realContext(), request(project));
		} finally {
			if (before === undefined) delete process.env["TMPDIR"];
			else process.env["TMPDIR"] = before;
		}
		assert.deepEqual(readdirSync(project.path("tmp")), ["keep"]);
	});

	it("says when the Dockerfile is gone", async () => {
		project = temporaryProject({});
		const error = await refused(buildImage(realContext(), request(project)));
		assert.deepEqual([error.kind, error.message], ["failed", `${project.path("Dockerfile")} cannot be read`]);
	});

	it("runs nothing in a workspace that is not trusted", async () => {
		project = temporaryProject({ Dockerfile: "FROM debian:12\n" });
		const context = realContext({ trusted: false });
		assert.equal((await refused(buildImage(context, request(project)))).kind, "untrusted");
		assert.equal((await refused(context.run({ tool: "docker", args: ["version"], timeoutMs: 1000 }))).kind, "untrusted");
		assert.ok((await checkTools(context, process.platform)).every((tool) => tool.state === "untrusted"));
		assert.deepEqual(context.lines, []);
	});

	it("says that the engine does not answer, where it was looked for, and what to do", async () => {
		project = temporaryProject({ Dockerfile: "FROM debian:12\n" });
		const context = realContext({ environment: { DOCKER_HOST: "unix:///nothing/docker.sock" } });
		const error = await refused(buildImage(context, request(project)));
		assert.deepEqual([error.kind, error.message], ["unreachable", "Docker's engine does not answer at unix:///nothing/docker.sock"]);
		assert.match(error.hint ?? "", /Start Docker/);
		const docker = (await checkTools(context, process.platform)).find((tool) => tool.name === "docker");
		assert.deepEqual([docker?.state, docker?.message], ["unreachable", "Docker's engine does not answer at unix:///nothing/docker.sock"]);
	});

	it("says so when the engine stops in the middle of a build", async function () {
		const address = process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock";
		if (!address.startsWith("unix://")) this.skip();
		project = temporaryProject({ Dockerfile: "FROM debian:12\nRUN echo started && sleep 60\n" });
		const engine = await engineInBetween(address.slice("unix://".length), join(project.folder, "engine.sock"));
		const context = realContext({ environment: { DOCKER_HOST: `unix://${engine.path}` } });
		const onEvent = (event: BuildEvent): void => {
			if (event.kind === "log" && event.text === "started") engine.stop();
		};
		const error = await refused(buildImage(context, request(project, { noCache: true, onEvent })));
		assert.deepEqual([error.kind, error.message], ["unreachable", "Docker's engine stopped answering"]);
	});

	it("says what is wrong with a tool that does not do what it should", async function () {
		if (process.platform === "win32") this.skip();
		project = temporaryProject({ Dockerfile: "FROM debian:12\n" });
		const garbage = fakeTool(
			project,
			"docker",
			'console.log(process.argv[2] === "--version" ? "Docker version 28.5.2, build 1" : "<html>")',
		);
		const odd = await refused(buildImage(realContext({ toolPaths: { docker: garbage } }), request(project)));
		assert.deepEqual([odd.kind, /Buildx answered in a way that Hullguard does not understand/.test(odd.message)], ["badOutput", true]);
		const old = fakeTool(project, "docker-old", 'console.log("Docker version 19.3.1, build 1")');
		const tooOld = await refused(buildImage(realContext({ toolPaths: { docker: old } }), request(project)));
		assert.deepEqual([tooOld.kind, tooOld.message], ["tooOld", "Docker 19.3.1 is too old: 23.0.0 or newer is needed"]);
		const missing = await refused(buildImage(realContext({ toolPaths: { docker: "/nothing/docker" } }), request(project)));
		assert.deepEqual([missing.kind, missing.message], ["notFound", "Docker is not at /nothing/docker, where the setting says"]);
	});
});

/** A socket that passes everything on to the engine until it is stopped: for the client the engine has died. */
async function engineInBetween(target: string, path: string): Promise<{ readonly path: string; stop(): void }> {
	const sockets = new Set<Socket>();
	const server = createServer((client) => {
		const engine = connect(target);
		for (const socket of [client, engine]) {
			sockets.add(socket);
			socket.on("error", () => {});
		}
		client.pipe(engine).pipe(client);
	});
	await new Promise<void>((resolve) => server.listen(path, resolve));
	return {
		path,
		stop() {
			server.close();
			for (const socket of sockets) socket.destroy();
		},
	};
}
