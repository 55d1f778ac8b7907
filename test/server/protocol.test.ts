import assert from "node:assert/strict";
import { ErrorCodes, LSPErrorCodes, ResponseError } from "vscode-languageserver-protocol/node";
import {
	BUILD_FACTS,
	EXPLAIN_RULE,
	type FailureData,
	FINDINGS,
	LIST_RULES,
	PIN,
	RESULTS_CHANGED,
	VEX_FACTS,
} from "../../server/protocol.ts";
import { eventually } from "../support/eventually.ts";
import { type LanguageClient, startLanguageClient } from "../support/languageClient.ts";
import { startRegistry } from "../support/registry.ts";

const URI = "file:///project/Dockerfile";

async function refused(promise: Promise<unknown>): Promise<ResponseError<FailureData>> {
	const error = await promise.catch((reason: unknown) => reason);
	return error instanceof ResponseError ? error : assert.fail(`no refusal: ${String(error)}`);
}

describe("language server: the protocol", () => {
	let client: LanguageClient;
	let stopped = false;
	beforeEach(async () => {
		stopped = false;
		client = await startLanguageClient({ initializationOptions: { trusted: false, commands: true } });
	});
	afterEach(async () => {
		if (!stopped) await client.stop();
	});

	it("says what the server can do", () => {
		const { capabilities, serverInfo } = client.initialized;
		assert.deepEqual(serverInfo, { name: "hullguard", version: "0.0.0-test" });
		assert.deepEqual(capabilities.textDocumentSync, { openClose: true, change: 2, save: true });
		assert.deepEqual(capabilities.diagnosticProvider, {
			identifier: "hullguard",
			interFileDependencies: true,
			workspaceDiagnostics: false,
		});
		assert.deepEqual(capabilities.codeActionProvider, {
			codeActionKinds: [
				"quickfix",
				"refactor.extract.hullguard",
				"refactor.inline.hullguard",
				"refactor.rewrite.hullguard",
				"source.fixAll.hullguard",
			],
			resolveProvider: true,
		});
		assert.equal(capabilities.inlayHintProvider, true);
	});

	it("refuses what is no object, and goes on", async () => {
		for (const params of [null, undefined, "text"]) {
			const { code } = await refused(client.connection.sendRequest(PIN.method, params));
			assert.equal(code, ErrorCodes.InvalidParams);
		}
		assert.ok((await client.ask(LIST_RULES, {})).length > 20);
	});

	it("says what to do about a document that is not open, and a finding that is gone", async () => {
		for (const [request, hint] of [
			[() => client.ask(PIN, { uri: URI, update: false }), "Open it, then try again."],
			[() => client.ask(BUILD_FACTS, { uri: URI }), "Open it, then try again."],
			[() => client.ask(VEX_FACTS, { keys: ["none"] }), "Scan again."],
		] as const) {
			const { code, data } = await refused(request());
			assert.deepEqual([code, data?.kind, data?.hint], [LSPErrorCodes.RequestFailed, "failed", hint]);
		}
	});

	it("answers about documents that it does not know with nothing", async () => {
		assert.deepEqual(await client.actions(URI, { line: 0, character: 0 }), []);
		assert.equal(await client.hover(URI, { line: 0, character: 0 }), "");
		assert.deepEqual(await client.lenses(URI), []);
		const { nodes, message } = await client.ask(FINDINGS, {
			groupBy: "severity",
			filter: { fixableOnly: false, minimumSeverity: undefined, text: "" },
		});
		assert.deepEqual([nodes, message ?? undefined], [[], undefined]);
		assert.deepEqual(client.told(RESULTS_CHANGED), []);
	});

	it("ends what runs when the editor goes", async () => {
		const registry = await startRegistry();
		try {
			let closed = 0;
			registry.fault = () => ({ kind: "silence", closed: () => closed++ });
			await client.open(URI, `FROM ${registry.host}/team/app:1\n`);
			const pinned = refused(client.ask(PIN, { uri: URI, update: false }));
			await eventually(() => registry.requests.length === 1, "the registry is asked");
			await client.connection.sendRequest("shutdown");
			assert.equal((await pinned).code, LSPErrorCodes.RequestCancelled);
			await eventually(() => closed === 1, "the connection is closed");
			client.connection.dispose();
			stopped = true;
		} finally {
			await registry.close();
		}
	});

	it("explains a rule by its name, and by a finding's code", async () => {
		assert.match((await client.ask(EXPLAIN_RULE, { rule: "sudo-in-run/anything" })).markdown ?? "", /^# sudo-in-run/);
	});
});
