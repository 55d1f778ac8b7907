import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { CancellationTokenSource, ResponseError } from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { TreeNode } from "../../server/core/tree.ts";
import {
	BUILD,
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
import type { LanguageClient } from "../support/languageClient.ts";
import type { TemporaryProject } from "../support/realContext.ts";
import { forgetImages, needsDocker, needsTrivy, requireAll } from "../support/requirements.ts";
import { onLine, type ServerProject, startServerProject } from "../support/serverProject.ts";

const TAG = "hullguard-test-server:1";
const ALL: FindingFilter = { fixableOnly: false, minimumSeverity: undefined, text: "" };

describe("language server with real tools", function () {
	this.timeout(120_000);
	let server: ServerProject;
	let client: LanguageClient;
	let project: TemporaryProject;
	let orders: string;
	let billing: string;
	let built: BuildResult;
	/** A document that decides about minimist. */
	let decisions = "";

	before(async function () {
		requireAll(this, [needsDocker(), needsTrivy()]);
		server = await startServerProject();
		({ client, project, orders, billing } = server);
		built = await client.ask(BUILD, { uri: orders, choices: { tag: TAG }, scan: true, progressId: server.progressId() });
	});
	after(async () => {
		await server?.stop();
		forgetImages(TAG);
	});

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
		await client.change(orders, 2, `# one\n# two\n${server.ordersText}`);
		assert.match(onLine(await client.pull(orders), 7), /lodash 4\.17\.20/);
		await client.change(orders, 3, server.ordersText);
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
		const changed = async (method: string, params: unknown): Promise<void> => {
			const before = client.told(RESULTS_CHANGED).length;
			await client.connection.sendNotification(method, params as object);
			await eventually(() => client.told(RESULTS_CHANGED).length > before, "the results changed");
		};
		const saved = (): Promise<void> => changed("workspace/didChangeWatchedFiles", { changes: [{ uri: document.uri, type: 2 }] });
		decisions = TextDocument.applyEdits(TextDocument.create(document.uri, "json", 1, ""), [...created.edits]);
		writeFileSync(path, decisions);
		await saved();
		assert.equal(counts(), keys.length);
		assert.equal(onLine(await client.pull(orders), 2), "");
		assert.match(onLine(await client.pull(orders), 5), /lodash/);
		rmSync(path);
		await saved();
		assert.equal(counts(), 0);

		mkdirSync(project.path("decisions"));
		writeFileSync(project.path("decisions/vex.openvex.json"), decisions);
		const folder = { uri: pathToFileURL(project.path("decisions")).href, name: "decisions" };
		await changed("workspace/didChangeWorkspaceFolders", { event: { added: [folder], removed: [] } });
		assert.equal(counts(), keys.length, "a folder that comes brings its documents");
		await changed("workspace/didChangeWorkspaceFolders", { event: { added: [], removed: [folder] } });
		assert.equal(counts(), 0);
		assert.match(onLine(await client.pull(orders), 2), /minimist/);
	});

	it("scans again with the same result, on the same lines", async () => {
		const [again] = await client.ask(RESCAN, { progressId: server.progressId() });
		assert.deepEqual(again, built.scanned);
		assert.match(onLine(await client.pull(orders), 5), /lodash 4\.17\.20/);
	});

	it("shows an image on the lines of the open Dockerfile only if that made it", async () => {
		await client.ask(SCAN, { reference: TAG, uri: billing, progressId: server.progressId() });
		assert.deepEqual(await client.pull(billing), [], "another Dockerfile's image");
		const [base] = await client.ask(SCAN_BASES, { uri: billing, progressId: server.progressId() });
		assert.match(base?.image ?? "", /debian:12$/);
		assert.match(onLine(await client.pull(billing), 0), /^Base image has /);
		assert.equal((await client.pull(billing)).length, 1);
		assert.match((await lensTitles(billing)).join("\n"), /critical/);
	});

	it("scans once for two who ask at the same time, and for one who stays when the other leaves", async () => {
		const source = new CancellationTokenSource();
		const ids = [server.progressId(), server.progressId()] as const;
		const first = client.connection.sendRequest<ScanSummary>(SCAN.method, { reference: TAG, progressId: ids[0] }, source.token);
		const second = client.ask(SCAN, { reference: TAG, progressId: ids[1] });
		await eventually(() => ids.every((id) => client.told(PROGRESS).some((each) => each.progressId === id)), "both see the progress");
		source.cancel();
		await assert.rejects(first, (error: unknown) => error instanceof ResponseError && error.code === -32800);
		assert.deepEqual((await second).counts, built.scanned?.counts);
	});

	it("says which image or file is not there", async () => {
		const gone = pathToFileURL(project.path("orders ünï/gone/Dockerfile")).href;
		const kindOf = async (request: Promise<unknown>): Promise<unknown> =>
			request.then(
				() => "no error",
				(error: unknown) => (error as ResponseError<{ readonly kind: string }>).data?.kind,
			);
		assert.equal(
			await kindOf(client.ask(LOAD_SBOM, { reference: "localhost:1/hullguard/none:1", progressId: server.progressId() })),
			"unreachable",
		);
		assert.equal(await kindOf(client.ask(SCAN_BASES, { uri: gone, progressId: server.progressId() })), "failed");
		assert.equal(await kindOf(client.ask(BUILD, { uri: gone, choices: {}, scan: false, progressId: server.progressId() })), "failed");
		assert.equal(
			await kindOf(client.ask(BUILD, { uri: "untitled:new", choices: {}, scan: false, progressId: server.progressId() })),
			"invalid",
		);
	});

	it("forgets everything when told to", async () => {
		await client.ask(CLEAR_RESULTS, {});
		assert.deepEqual(await client.pull(orders), []);
		assert.deepEqual(await lensTitles(orders), ["Pin digest", "Build and scan"]);
		assert.deepEqual(await findings(), []);
		assert.deepEqual(client.told(RESULTS_CHANGED).at(-1), { hasRun: false, hasSbom: false, counts: {}, fixable: 0, suppressed: 0 });
	});

	it("reads documents that changed while there was nothing to decide about", async () => {
		const path = project.path("orders ünï/vex.openvex.json");
		writeFileSync(path, decisions);
		await client.connection.sendNotification("workspace/didChangeWatchedFiles", {
			changes: [{ uri: pathToFileURL(path).href, type: 1 }],
		});
		await client.ask(SCAN, { reference: TAG, progressId: server.progressId() });
		assert.ok((client.told(RESULTS_CHANGED).at(-1)?.suppressed ?? 0) > 0);
	});
});
