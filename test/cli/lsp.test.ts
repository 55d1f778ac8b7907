import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import {
	createProtocolConnection,
	DidOpenTextDocumentNotification,
	DocumentDiagnosticRequest,
	ExitNotification,
	InitializedNotification,
	InitializeRequest,
	PublishDiagnosticsNotification,
	type PublishDiagnosticsParams,
	ShutdownRequest,
	StreamMessageReader,
	StreamMessageWriter,
} from "vscode-languageserver-protocol/node";
import { startHullguard, temporaryWorkspace, type Workspace } from "../support/commandLine.ts";
import { needsNode20, node20, requireAll } from "../support/requirements.ts";

const BAD = "FROM debian:12\nRUN apt-get update && apt-get install curl\n";

describe("hullguard lsp --stdio", () => {
	let workspace: Workspace;
	beforeEach(() => {
		workspace = temporaryWorkspace();
	});
	afterEach(() => workspace.remove());

	/** What an editor does: starts the server, opens a file, ends. */
	async function session(pulls: boolean, node?: string) {
		const call = startHullguard(["lsp", "--stdio"], { folder: workspace.folder, ...(node === undefined ? {} : { node }) });
		const connection = createProtocolConnection(new StreamMessageReader(call.process.stdout), new StreamMessageWriter(call.process.stdin));
		const pushed = new Promise<PublishDiagnosticsParams>((resolve) =>
			connection.onNotification(PublishDiagnosticsNotification.type, resolve),
		);
		connection.listen();
		const folder = pathToFileURL(workspace.folder).href;
		const { capabilities, serverInfo } = await connection.sendRequest(InitializeRequest.type, {
			processId: process.pid,
			rootUri: folder,
			workspaceFolders: [{ uri: folder, name: "app" }],
			capabilities: pulls ? { textDocument: { diagnostic: {} } } : {},
		});
		await connection.sendNotification(InitializedNotification.type, {});
		const uri = `${folder}/Dockerfile`;
		await connection.sendNotification(DidOpenTextDocumentNotification.type, {
			textDocument: { uri, languageId: "dockerfile", version: 1, text: BAD },
		});
		const report = pulls ? await connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } }) : await pushed;
		await connection.sendRequest(ShutdownRequest.type);
		await connection.sendNotification(ExitNotification.type);
		const { code } = await call.result;
		connection.dispose();
		const diagnostics = "items" in report ? report.items : "diagnostics" in report ? report.diagnostics : [];
		return { capabilities, serverInfo, codes: diagnostics.map((diagnostic) => diagnostic.code), code };
	}

	it("answers initialize, finds weaknesses when it is asked, and ends when it is told to", async () => {
		const { capabilities, serverInfo, codes, code } = await session(true);
		assert.equal(serverInfo?.name, "hullguard");
		assert.ok(capabilities.diagnosticProvider && capabilities.codeActionProvider && capabilities.hoverProvider);
		assert.ok(codes.includes("apt-install-without-yes"), codes.join());
		assert.equal(code, 0);
	});

	it("sends what it finds to an editor that does not ask", async () => {
		assert.ok((await session(false)).codes.includes("apt-install-without-yes"));
	});

	it("does the same on Node 20", async function () {
		requireAll(this, [needsNode20()]);
		assert.ok((await session(true, node20())).codes.includes("apt-install-without-yes"));
	});

	it("ends when the editor is gone", async () => {
		const call = startHullguard(["lsp", "--stdio"], { folder: workspace.folder });
		const connection = createProtocolConnection(new StreamMessageReader(call.process.stdout), new StreamMessageWriter(call.process.stdin));
		connection.listen();
		await connection.sendRequest(InitializeRequest.type, { processId: null, rootUri: null, capabilities: {} });
		call.process.stdin.end();
		await call.result;
		connection.dispose();
	});
});
