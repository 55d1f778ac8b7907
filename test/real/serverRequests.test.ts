import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { CancellationTokenSource, type Diagnostic, ResponseError } from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { TreeNode } from "../../server/core/tree.ts";
import {
	BUILD,
	BUILD_FACTS,
	BUILD_LOG,
	type BuildResult,
	CLEAR_RESULTS,
	FINDING_DETAILS,
	FINDINGS,
	type FindingFilter,
	LOAD_SBOM,
	LOCAL_IMAGES,
	PROGRESS,
	RESCAN,
	RESULTS_CHANGED,
	SBOM,
	SBOM_EXPORT,
	SCAN,
	SCAN_BASES,
	type ScanSummary,
	VEX_CREATE,
	VEX_FACTS,
} from "../../server/protocol.ts";
import { eventually } from "../support/eventually.ts";
import { type LanguageClient, startLanguageClient } from "../support/languageClient.ts";
import { type TemporaryProject, temporaryProject } from "../support/realContext.ts";
import { forgetImages, needsDocker, needsTrivy, requireAll } from "../support/requirements.ts";

const ORDERS = `# orders
FROM debian:12
RUN mkdir -p /srv/node_modules/minimist \\
    && echo '{"name":"minimist","version":"1.2.5"}' > /srv/node_modules/minimist/package.json \\
    && echo ${randomUUID()} > /srv/never-built-before
COPY node_modules /app/node_modules
USER 1000:1000
`;
const BILLING = "FROM debian:12\nCOPY package.json /app/node_modules/lodash/\nUSER 1000:1000\n";
const LODASH = '{"name":"lodash","version":"4.17.20","license":"MIT"}\n';
const FILES = {
	"orders ünï/Dockerfile": ORDERS,
	"orders ünï/node_modules/lodash/package.json": LODASH,
	"billing 中/Döcker file": BILLING,
	"billing 中/package.json": LODASH,
};
const TAG = "hullguard-test-server:1";
const BILLING_TAG = "hullguard-test-server-billing:1";
const ALL: FindingFilter = { fixableOnly: false, minimumSeverity: undefined, text: "" };

describe("language server with real tools", function () {
	this.timeout(120_000);
	let project: TemporaryProject;
	let client: LanguageClient;
	let orders: string;
	let billing: string;
	let built: BuildResult;
	let progressId = 0;

	before(async function () {
		requireAll(this, [needsDocker(), needsTrivy()]);
		project = temporaryProject(FILES, "hullguard ünï 中 ");
		orders = pathToFileURL(project.path("orders ünï/Dockerfile")).href;
		billing = pathToFileURL(project.path("billing 中/Döcker file")).href;
		client = await startLanguageClient({
			folders: [project.path("orders ünï"), project.path("billing 中")],
			settings: { scan: { offline: true, inline: "all" }, lint: { enable: false } },
		});
		await client.open(orders, ORDERS);
		await client.open(billing, BILLING);
		built = await client.ask(BUILD, { uri: orders, choices: { tag: TAG }, scan: true, progressId: ++progressId });
	});
	after(async () => {
		await client?.stop();
		project?.remove();
		forgetImages(TAG, BILLING_TAG);
	});

	function onLine(diagnostics: readonly Diagnostic[], line: number): string {
		return diagnostics
			.filter(({ range }) => range.start.line === line)
			.map(({ message }) => message)
			.join("\n");
	}

	async function findings(text = ""): Promise<readonly TreeNode[]> {
		const { nodes } = await client.ask(FINDINGS, { groupBy: "package", filter: { ...ALL, text } });
		const flat = (node: TreeNode): readonly TreeNode[] => [node, ...(node.children ?? []).flatMap(flat)];
		return nodes.flatMap(flat).filter(({ kind }) => kind === "vulnerability");
	}

	const lensTitles = async (uri: string): Promise<readonly string[]> =>
		(await client.lenses(uri)).map(({ command }) => command?.title ?? "");

	it("builds and scans, and tells the steps and the log", () => {
		assert.deepEqual([built.image, built.failed, built.problems], [TAG, undefined, []]);
		assert.match(built.digest ?? "", /^sha256:[0-9a-f]{64}$/);
		assert.ok((built.scanned?.counts.critical ?? 0) > 0);
		const steps = client.told(PROGRESS).filter((each) => each.progressId === 1);
		for (const step of [/^Looking for a builder/, /RUN mkdir/, /^Scanning .* with Trivy/, /^Reading the SBOM/])
			assert.ok(
				steps.some(({ message }) => step.test(message)),
				String(step),
			);
		const state = client.told(RESULTS_CHANGED).at(-1);
		assert.deepEqual([state?.hasRun, state?.hasSbom, state?.counts], [true, true, built.scanned?.counts]);
		assert.ok(client.refreshes.lenses > 0 && client.refreshes.diagnostics > 0);
	});

	it("puts what it found on the instructions that brought it, the image's result on lens and card, and nothing in the other folder", async () => {
		const diagnostics = await client.pull(orders);
		assert.match(onLine(diagnostics, 1), /^Base image has \d+ critical/);
		assert.match(onLine(diagnostics, 2), /minimist 1\.2\.5/);
		assert.match(onLine(diagnostics, 5), /lodash 4\.17\.20/);
		assert.match((await lensTitles(orders)).join("\n"), /^\d+ critical, \d+ high, \d+ fixable$/m);
		assert.match(await client.hover(orders, { line: 1, character: 8 }), /Last scan \| \d+ critical.*scanned at \d\d:\d\d UTC with Trivy /);
		assert.deepEqual(await client.pull(billing), []);
		assert.deepEqual(await lensTitles(billing), ["Pin digest", "Build and scan"]);
	});

	it("follows the text: places move with it, and back", async () => {
		await client.change(orders, 2, `# one\n# two\n${ORDERS}`);
		assert.match(onLine(await client.pull(orders), 7), /lodash 4\.17\.20/);
		await client.change(orders, 3, ORDERS);
		assert.match(onLine(await client.pull(orders), 5), /lodash 4\.17\.20/);
	});

	it("shows findings and packages, each with its facts, and exports the packages", async () => {
		const [minimist] = await findings("minimist");
		const { markdown } = await client.ask(FINDING_DETAILS, { key: minimist?.data?.["key"] ?? minimist?.id ?? "" });
		assert.match(markdown, /minimist/);
		const tree = await client.ask(SBOM, { groupBy: "type", text: "minimist" });
		assert.match(JSON.stringify(tree.nodes), /minimist/);
		for (const format of ["cyclonedx", "spdx"] as const) {
			const { text, name } = await client.ask(SBOM_EXPORT, { format });
			assert.match(name, format === "spdx" ? /\.spdx\.json$/ : /\.cdx\.json$/);
			assert.match(JSON.stringify(JSON.parse(text)), /minimist/);
		}
		assert.ok((await client.ask(LOCAL_IMAGES, {})).includes(TAG));
	});

	it("hides what a VEX document says, on every line and in every count, until the document goes", async () => {
		const counts = (): number => client.told(RESULTS_CHANGED).at(-1)?.suppressed ?? -1;
		const keys = (await findings("minimist")).map(({ data, id }) => data?.["key"] ?? id);
		const facts = await client.ask(VEX_FACTS, { keys });
		assert.match(facts.package, /minimist/);
		const document = facts.documents[0] ?? assert.fail("no document is offered");
		assert.equal(document.uri, pathToFileURL(project.path("orders ünï/vex.openvex.json")).href, "the folder that the Dockerfile is in");
		const created = await client.ask(VEX_CREATE, {
			keys,
			decision: { status: "not_affected", justification: "vulnerable_code_not_in_execute_path", impact: "Never called." },
			scope: "package",
			uri: document.uri,
		});
		assert.equal(created.create, true);
		const path = project.path("orders ünï/vex.openvex.json");
		const changed = async (): Promise<void> => {
			const before = client.told(RESULTS_CHANGED).length;
			await client.connection.sendNotification("workspace/didChangeWatchedFiles", { changes: [{ uri: document.uri, type: 2 }] });
			await eventually(() => client.told(RESULTS_CHANGED).length > before, "the results changed");
		};
		writeFileSync(path, TextDocument.applyEdits(TextDocument.create(document.uri, "json", 1, ""), [...created.edits]));
		await changed();
		assert.equal(counts(), keys.length);
		assert.equal(onLine(await client.pull(orders), 2), "");
		assert.match(onLine(await client.pull(orders), 5), /lodash/);
		rmSync(path);
		await changed();
		assert.equal(counts(), 0);
		assert.match(onLine(await client.pull(orders), 2), /minimist/);
	});

	it("scans again with the same result, on the same lines", async () => {
		const [again] = await client.ask(RESCAN, { progressId: ++progressId });
		assert.deepEqual(again, built.scanned);
		assert.match(onLine(await client.pull(orders), 5), /lodash 4\.17\.20/);
	});

	it("shows an image on the lines of the open Dockerfile only if that made it", async () => {
		await client.ask(SCAN, { reference: TAG, uri: billing, progressId: ++progressId });
		assert.deepEqual(await client.pull(billing), [], "another Dockerfile's image");
		const [base] = await client.ask(SCAN_BASES, { uri: billing, progressId: ++progressId });
		assert.match(base?.image ?? "", /debian:12$/);
		assert.match(onLine(await client.pull(billing), 0), /^Base image has /);
		assert.equal((await client.pull(billing)).length, 1);
		assert.match((await lensTitles(billing)).join("\n"), /critical/);
	});

	it("scans once for two who ask at the same time, and for one who stays when the other leaves", async () => {
		const source = new CancellationTokenSource();
		const ids = [++progressId, ++progressId] as const;
		const first = client.connection.sendRequest<ScanSummary>(SCAN.method, { reference: TAG, progressId: ids[0] }, source.token);
		const second = client.ask(SCAN, { reference: TAG, progressId: ids[1] });
		await eventually(() => ids.every((id) => client.told(PROGRESS).some((each) => each.progressId === id)), "both see the progress");
		source.cancel();
		await assert.rejects(first, (error: unknown) => error instanceof ResponseError && error.code === -32800);
		assert.deepEqual((await second).counts, built.scanned?.counts);
	});

	it("marks the instruction that failed until that is changed or builds", async () => {
		const failing = ORDERS.replace("USER", "RUN echo problem && exit 7\nUSER");
		writeFileSync(project.path("orders ünï/Dockerfile"), failing);
		await client.change(orders, 4, failing);
		const { failed, problems } = await client.ask(BUILD, { uri: orders, choices: { tag: TAG }, scan: true, progressId: ++progressId });
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
		writeFileSync(project.path("orders ünï/Dockerfile"), ORDERS);
		await client.ask(BUILD, { uri: orders, choices: { tag: TAG }, scan: false, progressId: ++progressId });
		assert.doesNotMatch(JSON.stringify(await client.pull(orders)), /build failed/);
		await client.change(orders, 8, ORDERS);
	});

	it("ends a build that is cancelled, or started again", async () => {
		const slow = "FROM debian:12\nRUN echo started && sleep 62\n";
		writeFileSync(project.path("billing 中/Döcker file"), slow);
		await client.change(billing, 2, slow);
		const start = (): { readonly id: number; readonly source: CancellationTokenSource; readonly result: Promise<unknown> } => {
			const source = new CancellationTokenSource();
			const id = ++progressId;
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
		const id = ++progressId;
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
		assert.ok((await findings("lodash")).length > 0);
		assert.ok(!client.log.some((line) => line.includes("internal error")), client.log.join("\n"));
	});

	it("says which image or file is not there", async () => {
		const kindOf = async (request: Promise<unknown>): Promise<unknown> =>
			request.then(
				() => "no error",
				(error: unknown) => (error as ResponseError<{ readonly kind: string }>).data?.kind,
			);
		assert.equal(
			await kindOf(client.ask(LOAD_SBOM, { reference: "localhost:1/hullguard/none:1", progressId: ++progressId })),
			"unreachable",
		);
		assert.equal(await kindOf(client.ask(SCAN_BASES, { uri: billing, progressId: ++progressId })), "failed");
		assert.equal(await kindOf(client.ask(BUILD, { uri: billing, choices: {}, scan: false, progressId: ++progressId })), "failed");
		assert.equal(await kindOf(client.ask(BUILD, { uri: "untitled:new", choices: {}, scan: false, progressId: ++progressId })), "invalid");
	});

	it("forgets everything when told to", async () => {
		await client.ask(CLEAR_RESULTS, {});
		assert.deepEqual(await client.pull(orders), []);
		assert.deepEqual(await lensTitles(orders), ["Pin digest", "Build and scan"]);
		assert.deepEqual(await findings(), []);
		assert.deepEqual(client.told(RESULTS_CHANGED).at(-1), { hasRun: false, hasSbom: false, counts: {}, fixable: 0, suppressed: 0 });
	});
});
