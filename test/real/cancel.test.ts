import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { buildImage } from "../../server/operations/build.ts";
import type { OperationContext } from "../../server/operations/context.ts";
import { imageSbom } from "../../server/operations/sbom.ts";
import { scanImage } from "../../server/operations/scan.ts";
import { isCancellation } from "../../server/tools/errors.ts";
import { commandOf, commandsWith, descendants, survivors } from "../support/processes.ts";
import { realContext, type TemporaryProject, temporaryProject } from "../support/realContext.ts";
import { forgetImages, needsDocker, needsTrivy, requireAll } from "../support/requirements.ts";

interface Cancelled {
	readonly error: unknown;
	/** From the signal until the operation was over. */
	readonly afterMs: number;
	/** What ran when the signal fired. */
	readonly processes: readonly { readonly id: number; readonly command: string }[];
}

/** Starts an operation and cancels it when `ready` is called. */
async function cancelled(
	start: (context: OperationContext, ready: () => void) => Promise<unknown>,
	options: { readonly onStep?: RegExp } = {},
): Promise<Cancelled> {
	const controller = new AbortController();
	let processes: Cancelled["processes"] = [];
	let at = 0;
	const ready = (): void => {
		if (at !== 0) return;
		processes = descendants().map((id) => ({ id, command: commandOf(id) }));
		at = performance.now();
		controller.abort();
	};
	const context = realContext({
		signal: controller.signal,
		progress: (message) => {
			// The process that the step announces is started in the same turn, or the next ones.
			if (options.onStep?.test(message)) setTimeout(ready, 60);
		},
	});
	const error = await start(context, ready).then(
		() => undefined,
		(reason: unknown) => reason,
	);
	return { error, afterMs: performance.now() - at, processes };
}

describe("cancelling real tools", function () {
	this.timeout(120_000);
	let project: TemporaryProject;
	let insideBefore: readonly number[] = [];

	before(function () {
		requireAll(this, [needsDocker(), needsTrivy()]);
		if (process.platform !== "linux") this.skip();
		project = temporaryProject({
			Dockerfile: "FROM debian:12\nRUN echo started && sleep 61\n",
			"Quick.Dockerfile": "FROM debian:12\nRUN true\n",
		});
		execFileSync(
			"docker",
			[
				"buildx",
				"build",
				"--quiet",
				"--load",
				"--tag=hullguard-test-cancel:1",
				`--file=${project.path("Quick.Dockerfile")}`,
				project.folder,
			],
			{ stdio: "ignore" },
		);
	});
	after(() => {
		project?.remove();
		forgetImages("hullguard-test-cancel:1");
	});

	it("ends a build, docker and buildx with it, within a second", async () => {
		const { error, afterMs, processes } = await cancelled((context, ready) =>
			buildImage(context, {
				dockerfile: project.path("Dockerfile"),
				context: project.folder,
				tags: [],
				output: "none",
				provenance: "max",
				sbom: false,
				noCache: true,
				onEvent: (event) => {
					if (event.kind !== "log" || event.text !== "started") return;
					insideBefore = commandsWith("sleep 61");
					ready();
				},
			}),
		);
		assert.ok(isCancellation(error), String(error));
		assert.ok(afterMs < 1000, `settled after ${afterMs} ms`);
		const commands = processes.map((each) => each.command).join("\n");
		assert.match(commands, /docker buildx build/, "docker itself");
		assert.match(commands, /docker-buildx buildx build/, "the plug-in that docker starts");
		assert.deepEqual(await survivors(processes.map((each) => each.id)), []);
	});

	it("ends the command inside the container too", async function () {
		// An engine in a machine of its own shows none of its processes here.
		if (insideBefore.length === 0) this.skip();
		assert.deepEqual(await survivors(insideBefore), []);
	});

	it("ends a scan within a second", async () => {
		const { error, afterMs, processes } = await cancelled(
			(context) => scanImage(context, { reference: "hullguard-test-cancel:1", offline: true }),
			{ onStep: /^Scanning/ },
		);
		assert.ok(isCancellation(error), String(error));
		assert.ok(afterMs < 1000, `settled after ${afterMs} ms`);
		assert.match(processes.map((each) => each.command).join("\n"), /trivy/);
		assert.deepEqual(await survivors(processes.map((each) => each.id)), []);
	});

	it("ends the reading of an SBOM within a second", async () => {
		const { error, afterMs, processes } = await cancelled(
			(context) => imageSbom(context, { reference: "hullguard-test-cancel:1", offline: true }),
			{
				onStep: /^Looking for/,
			},
		);
		assert.ok(isCancellation(error), String(error));
		assert.ok(afterMs < 1000, `settled after ${afterMs} ms`);
		assert.deepEqual(await survivors(processes.map((each) => each.id)), []);
	});

	it("starts nothing when it was cancelled before", async () => {
		const controller = new AbortController();
		controller.abort();
		const context = realContext({ signal: controller.signal });
		await assert.rejects(scanImage(context, { reference: "hullguard-test-cancel:1", offline: true }), isCancellation);
		assert.deepEqual(context.lines, []);
	});
});
