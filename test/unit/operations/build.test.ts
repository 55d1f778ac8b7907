import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { type BuildRequest, buildImage } from "../../../server/operations/build.ts";
import type { Command } from "../../../server/tools/command.ts";
import { type Answer, type FakeContext, fakeContext } from "../../support/fakeContext.ts";
import { recorded } from "../../support/fixtures.ts";
import { type TemporaryProject, temporaryProject } from "../../support/realContext.ts";

interface Machine {
	readonly driver?: string;
	readonly containerd?: boolean;
	readonly buildx?: string;
	/** What the n-th build prints and how it ends. */
	readonly builds?: readonly Answer[];
}

/** An engine and a builder as the test describes them. */
function machine({ driver = "docker", containerd = true, buildx = "v0.29.1", builds = [] }: Machine): FakeContext {
	let build = 0;
	return fakeContext((args, command): Answer => {
		if (args === "docker buildx version") return { stdout: `github.com/docker/buildx ${buildx} abc\n` };
		if (args.startsWith("docker buildx ls")) return { stdout: `${JSON.stringify({ Name: "box", Driver: driver, Current: true })}\n` };
		if (args.startsWith("docker info")) {
			const status = containerd ? [["driver-type", "io.containerd.snapshotter.v1"]] : [["Backing Filesystem", "extfs"]];
			return { stdout: ["28.5.2", status, null, "linux", "x86_64"].map((part) => JSON.stringify(part)).join("\n") };
		}
		const answer = builds[build++] ?? {};
		if ((answer.exitCode ?? 0) === 0) writeMetadata(command);
		return answer;
	});
}

function writeMetadata(command: Command): void {
	const file = command.args.find((argument) => argument.startsWith("--metadata-file="))?.slice("--metadata-file=".length);
	if (file !== undefined) writeFileSync(file, recorded("buildx/0.29.1/metadata.json"));
}

function builds(context: FakeContext): readonly string[] {
	return context.calls.filter((call) => call.startsWith("docker buildx build"));
}

describe("build", () => {
	let project: TemporaryProject;
	const request = (more: Partial<BuildRequest> = {}): BuildRequest => ({
		dockerfile: project.path("Dockerfile"),
		context: project.folder,
		tags: ["app:1"],
		output: "load",
		provenance: "max",
		sbom: true,
		...more,
	});

	before(() => {
		project = temporaryProject({ Dockerfile: "FROM debian:12\n" });
	});
	after(() => project.remove());

	it("asks for provenance and SBOM, and names the builder", async () => {
		const context = machine({});
		const outcome = await buildImage(context, request());
		assert.ok(outcome.kind === "built");
		assert.deepEqual([outcome.attested, outcome.text], [{ provenance: true, sbom: true }, "FROM debian:12\n"]);
		assert.match(builds(context)[0] ?? "", /--builder box .*--provenance=mode=max --sbom=true/);
	});

	it("asks for none where the engine's store cannot hold them, and says so", async () => {
		const context = machine({ containerd: false });
		const outcome = await buildImage(context, request());
		assert.ok(outcome.kind === "built");
		assert.deepEqual(outcome.attested, { provenance: false, sbom: false });
		assert.match(builds(context)[0] ?? "", /--provenance=false --sbom=false/);
		assert.deepEqual(context.lines, [
			"The engine's image store cannot hold attestations; the image is built without attestations, and the scanner lists its packages",
		]);
		assert.equal(outcome.provenance.size, 1, "the metadata file has the provenance all the same");
	});

	it("builds again without attestations when the builder refuses them only then", async () => {
		const refusal = {
			exitCode: 1,
			stderr:
				"ERROR: Attestation is not supported for the docker driver.\nSwitch to a different driver, or turn on the containerd image store, and try again.\n",
		};
		const context = machine({ builds: [refusal] });
		const outcome = await buildImage(context, request());
		assert.ok(outcome.kind === "built" && !outcome.attested.provenance);
		assert.equal(builds(context).length, 2);
		assert.equal(context.lines.length, 1);
	});

	it("builds again without an SBOM when its generator is the reason", async () => {
		const context = machine({ builds: [{ exitCode: 1, stderr: recorded("buildx/0.29.1/build-failed-generator.jsonl") }] });
		const outcome = await buildImage(context, request({ sbom: "hullguard/no-such-generator:1" }));
		assert.ok(outcome.kind === "built");
		assert.deepEqual(outcome.attested, { provenance: true, sbom: false });
		assert.match(builds(context)[1] ?? "", /--provenance=mode=max --sbom=false/);
	});

	it("does not blame the generator for an instruction that fails", async () => {
		const context = machine({ builds: [{ exitCode: 1, stderr: recorded("buildx/0.29.1/build-failed-run.jsonl") }] });
		const outcome = await buildImage(context, request());
		assert.ok(outcome.kind === "failed");
		assert.equal(outcome.failure.message, "The command ended with exit code 1");
		assert.equal(builds(context).length, 1);
	});

	it("loads the image of a builder that keeps it elsewhere", async () => {
		const context = machine({ driver: "docker-container" });
		await buildImage(context, request());
		assert.match(builds(context)[0] ?? "", / --load /);
	});

	it("does not ask the engine where nothing of it is needed", async () => {
		const context = machine({ driver: "remote" });
		await buildImage(context, request({ output: "push" }));
		assert.ok(!context.calls.some((call) => call.startsWith("docker info")));
	});

	it("refuses a buildx that is too old, and paths that are not absolute", async () => {
		await assert.rejects(buildImage(machine({ buildx: "v0.12.1" }), request()), {
			kind: "tooOld",
			message: "Docker Buildx 0.12.1 is too old: 0.15.0 or newer is needed",
		});
		await assert.rejects(buildImage(machine({}), request({ context: "." })), { kind: "invalid", message: ". is not an absolute path" });
	});

	it("throws what is nobody's instruction, with the builder's words", async () => {
		const context = machine({ builds: [{ exitCode: 1, stderr: "ERROR: failed to build: failed to solve: something odd\n" }] });
		await assert.rejects(buildImage(context, request()), { kind: "failed", message: "The build failed: something odd" });
	});

	it("does not take words in the Dockerfile for the builder's complaint", async () => {
		const stderr =
			'Dockerfile:1\n--------\n   1 | >>> RUN curl || echo "x509: pull access denied"\n--------\nERROR: failed to solve: odd\n';
		const outcome = await buildImage(machine({ builds: [{ exitCode: 1, stderr }] }), request());
		assert.ok(outcome.kind === "failed");
		assert.deepEqual([outcome.hint, outcome.failure.lines], [undefined, { first: 0, last: 0 }]);
	});

	it("tells the step at work", async () => {
		const steps: string[] = [];
		const own = machine({ builds: [{ stderr: recorded("buildx/0.29.1/build.jsonl") }] });
		await buildImage({ ...own, progress: (message) => steps.push(message) }, request());
		assert.ok(
			steps.some((step) => /^\[stage-1 \d\/5\] RUN mkdir/.test(step)),
			steps.join("\n"),
		);
		assert.ok(
			steps.every((step, index) => step !== steps[index - 1]),
			"no step is told twice in a row",
		);
	});
});
