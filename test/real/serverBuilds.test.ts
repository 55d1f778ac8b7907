import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { CancellationTokenSource, ResponseError } from "vscode-languageserver-protocol/node";
import { BUILD, BUILD_FACTS, BUILD_LOG, PROGRESS, RESULTS_CHANGED } from "../../server/protocol.ts";
import { eventually } from "../support/eventually.ts";
import type { LanguageClient } from "../support/languageClient.ts";
import type { TemporaryProject } from "../support/realContext.ts";
import { forgetImages, needsDocker, needsTrivy, requireAll } from "../support/requirements.ts";
import { BILLING, onLine, type ServerProject, startServerProject } from "../support/serverProject.ts";

const TAG = "hullguard-test-server-builds:1";
const BILLING_TAG = "hullguard-test-server-billing:1";

describe("language server with real builds that do not go well", function () {
	this.timeout(120_000);
	let server: ServerProject;
	let client: LanguageClient;
	let project: TemporaryProject;
	let orders: string;
	let billing: string;

	before(async function () {
		requireAll(this, [needsDocker(), needsTrivy()]);
		server = await startServerProject();
		({ client, project, orders, billing } = server);
	});
	after(async () => {
		await server?.stop();
		forgetImages(TAG, BILLING_TAG);
	});

	it("marks the instruction that failed until that is changed or builds", async () => {
		const failing = server.ordersText.replace("USER", "RUN echo problem && exit 7\nUSER");
		writeFileSync(project.path("orders ünï/Dockerfile"), failing);
		await client.change(orders, 4, failing);
		const { failed, problems } = await client.ask(BUILD, {
			uri: orders,
			choices: { tag: TAG },
			scan: true,
			progressId: server.progressId(),
		});
		assert.equal(failed?.range.start.line, 6);
		assert.equal(problems.length, 1);
		assert.match(
			client
				.told(BUILD_LOG)
				.map(({ text }) => text)
				.join(""),
			/problem\n/,
		);
		assert.match(onLine(await client.pull(orders), 6), /^The build failed here: The command ended with exit code 7\nproblem/);
		assert.match(await client.hover(orders, { line: 6, character: 2 }), /The last build failed here/);
		await client.change(orders, 5, `# above\n${failing}`);
		assert.match(onLine(await client.pull(orders), 7), /^The build failed here/);
		await client.change(orders, 6, failing.replace("exit 7", "exit 8"));
		assert.doesNotMatch(JSON.stringify(await client.pull(orders)), /build failed/);
		await client.change(orders, 7, failing);
		assert.match(onLine(await client.pull(orders), 6), /build failed/);
		writeFileSync(project.path("orders ünï/Dockerfile"), server.ordersText);
		await client.ask(BUILD, { uri: orders, choices: { tag: TAG }, scan: false, progressId: server.progressId() });
		assert.doesNotMatch(JSON.stringify(await client.pull(orders)), /build failed/);
		await client.change(orders, 8, server.ordersText);
	});

	it("ends a build that is cancelled, or started again", async () => {
		const slow = "FROM debian:12\nRUN echo started && sleep 62\n";
		writeFileSync(project.path("billing 中/Döcker file"), slow);
		await client.change(billing, 2, slow);
		const start = (): { readonly id: number; readonly source: CancellationTokenSource; readonly result: Promise<unknown> } => {
			const source = new CancellationTokenSource();
			const id = server.progressId();
			const params = { uri: billing, choices: { tag: BILLING_TAG }, scan: true, progressId: id };
			const result = client.connection.sendRequest(BUILD.method, params, source.token).catch((error: unknown) => error);
			return { id, source, result };
		};
		const isRunning = (id: number): boolean =>
			client.told(PROGRESS).some((each) => each.progressId === id && each.message.includes("sleep 62"));
		const first = start();
		await eventually(() => isRunning(first.id), "the build runs", 20_000);
		const second = start();
		const replaced = await first.result;
		assert.ok(replaced instanceof ResponseError && replaced.code === -32800, String(replaced));
		await eventually(() => isRunning(second.id), "the second build runs", 20_000);
		const at = performance.now();
		second.source.cancel();
		const cancelled = await second.result;
		assert.ok(cancelled instanceof ResponseError && cancelled.code === -32800, String(cancelled));
		assert.ok(performance.now() - at < 3000);
		assert.doesNotMatch(JSON.stringify(await client.pull(billing)), /build failed/);
	});

	it("finishes a scan although the Dockerfile is deleted and closed meanwhile", async () => {
		writeFileSync(project.path("billing 中/Döcker file"), BILLING);
		await client.change(billing, 3, BILLING);
		const facts = await client.ask(BUILD_FACTS, { uri: billing });
		assert.equal(facts.context, project.path("billing 中"));
		const id = server.progressId();
		const result = client.ask(BUILD, { uri: billing, choices: { tag: BILLING_TAG }, scan: true, progressId: id });
		await eventually(
			() => client.told(PROGRESS).some((each) => each.progressId === id && each.message.startsWith("Scanning")),
			"the scan runs",
			30_000,
		);
		rmSync(project.path("billing 中"), { recursive: true });
		await client.close(billing);
		const { scanned } = await result;
		assert.equal(scanned?.image, BILLING_TAG);
		assert.ok((client.told(RESULTS_CHANGED).at(-1)?.counts.high ?? 0) > 0);
		assert.ok(!client.log.some((line) => line.includes("internal error")), client.log.join("\n"));
	});
});
