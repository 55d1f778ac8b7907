import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { ClientCapabilities, Diagnostic } from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { OTHER_LINTERS } from "../../server/protocol.ts";
import { eventually } from "../support/eventually.ts";
import { type LanguageClient, startLanguageClient } from "../support/languageClient.ts";
import { randomFrom } from "../support/random.ts";
import { temporaryProject } from "../support/realContext.ts";

const URI = "file:///project/Dockerfile";
const OTHER = "file:///project/other/Dockerfile";
const TEXT = "FROM debian:12\nRUN apt-get update && apt-get install curl\nUSER 1000:1000\n";
const FIXED = TEXT.replace("install", "install -y");
const YES = "apt-install-without-yes";
const PUSHED: ClientCapabilities = { workspace: { configuration: true } };

function has(diagnostics: readonly Diagnostic[], code: string): boolean {
	return diagnostics.some((diagnostic) => diagnostic.code === code);
}

describe("language server: diagnostics that are asked for", () => {
	let client: LanguageClient;
	afterEach(async () => client.stop());

	it("are new for a document that is closed and opened again with the same version", async () => {
		client = await startLanguageClient();
		await client.open(URI, TEXT);
		const { resultId } = await client.report(URI);
		await client.close(URI);
		assert.deepEqual(await client.pull(URI), []);
		await client.open(URI, FIXED);
		assert.equal((await client.report(URI, resultId)).kind, "full");
		assert.ok(!has(await client.pull(URI), YES));
	});

	it("are new when a setting, a file or Docker's extension changes, and the editor is told", async () => {
		client = await startLanguageClient();
		await client.open(URI, `${TEXT}MAINTAINER me\n`);
		const asked = async (change: () => Promise<void>): Promise<readonly Diagnostic[]> => {
			const { resultId } = await client.report(URI);
			assert.equal((await client.report(URI, resultId)).kind, "unchanged");
			const before = client.refreshes.diagnostics;
			await change();
			await eventually(() => client.refreshes.diagnostics > before, "the editor is told to ask again");
			assert.equal((await client.report(URI, resultId)).kind, "full");
			return client.pull(URI);
		};
		assert.ok(has(await client.pull(URI), "maintainer-deprecated"));
		const without = await asked(() => client.connection.sendNotification(OTHER_LINTERS.method, { linters: ["buildkit"] }));
		assert.ok(!has(without, "maintainer-deprecated"));
		assert.ok(!has(await asked(() => client.configure({ lint: { rules: { [YES]: "off" } } })), YES));
	});

	it("follow the configuration file and the ignore file around a Dockerfile", async () => {
		const project = temporaryProject({ "sub/Dockerfile": TEXT }, "hullguard ünï ");
		try {
			const uri = pathToFileURL(project.path("sub/Dockerfile")).href;
			client = await startLanguageClient({ folders: [project.folder] });
			await client.open(uri, TEXT);
			assert.ok(has(await client.pull(uri), YES));
			writeFileSync(project.path("hullguard.yaml"), `rules:\n  ${YES}: off\n`);
			assert.ok(has(await client.pull(uri), YES), "nothing is read again before the editor says that it changed");
			await client.connection.sendNotification("workspace/didChangeWatchedFiles", {
				changes: [{ uri: pathToFileURL(project.path("hullguard.yaml")).href, type: 1 }],
			});
			assert.ok(!has(await client.pull(uri), YES));
		} finally {
			project.remove();
		}
	});

	it("are the same after parts of the text were changed as for the whole text", async () => {
		const random = randomFrom(7);
		const pieces = ["RUN sudo ls\n", "x", "\r\n", "FROM debian:12\n", "🐳", " \\\n", "ENV A b\n", "", "# hullguard-ignore sudo-in-run\n"];
		client = await startLanguageClient();
		await client.open(URI, TEXT);
		await client.open(OTHER, TEXT);
		const document = TextDocument.create(URI, "dockerfile", 1, TEXT);
		for (let version = 2; version < 60; version++) {
			const { length } = document.getText();
			const start = Math.floor(random() * (length + 1));
			const end = Math.min(length, start + Math.floor(random() * 12));
			const range = { start: document.positionAt(start), end: document.positionAt(end) };
			const text = pieces[Math.floor(random() * pieces.length)] ?? "";
			TextDocument.update(document, [{ range, text }], version);
			await client.edit(URI, version, range, text);
			await client.change(OTHER, version, document.getText());
			assert.deepEqual(JSON.parse(JSON.stringify(await client.pull(URI)).replaceAll(URI, OTHER)), await client.pull(OTHER));
		}
		assert.ok((await client.pull(URI)).length > 0);
	});

	it("with lint.run onSave are those of the last saved text of each document", async () => {
		client = await startLanguageClient({ settings: { lint: { run: "onSave" } } });
		await client.open(URI, TEXT);
		await client.open(OTHER, TEXT);
		const { resultId } = await client.report(URI);
		await client.pull(OTHER);
		await client.change(URI, 2, FIXED);
		assert.equal((await client.report(URI, resultId)).kind, "unchanged");
		await client.change(OTHER, 2, FIXED);
		await client.save(OTHER);
		assert.ok(!has(await client.pull(OTHER), YES));
		assert.ok(has(await client.pull(URI), YES), "what was not saved does not count");
		await client.configure({ lint: { run: "onType" } });
		assert.ok(!has(await client.pull(URI), YES));
	});

	it("stand in files that are on no disk, and in none at all", async () => {
		client = await startLanguageClient();
		for (const uri of ["untitled:Untitled-1", "vscode-vfs://github/acme/app/Dockerfile", "file://server/share/Dockerfile"]) {
			await client.open(uri, TEXT);
			assert.ok(has(await client.pull(uri), YES), uri);
		}
		assert.deepEqual(await client.pull("file:///project/never-opened"), []);
	});
});

describe("language server: diagnostics that are pushed", () => {
	let client: LanguageClient;
	afterEach(async () => client.stop());

	it("come once for a burst of changes, of the last version", async () => {
		client = await startLanguageClient({ capabilities: PUSHED });
		const first = client.nextPush(URI);
		await client.open(URI, TEXT);
		assert.equal((await first).version, 1);
		const next = client.nextPush(URI);
		for (let version = 2; version <= 9; version++) await client.change(URI, version, version === 9 ? FIXED : TEXT);
		const { version, diagnostics } = await next;
		assert.equal(version, 9);
		assert.ok(!has(diagnostics, YES));
		assert.equal(client.pushes.length, 2);
	});

	it("go when the document is closed", async () => {
		client = await startLanguageClient({ capabilities: PUSHED });
		const first = client.nextPush(URI);
		await client.open(URI, TEXT);
		assert.ok((await first).diagnostics.length > 0);
		const gone = client.nextPush(URI);
		await client.change(URI, 2, FIXED);
		await client.close(URI);
		assert.deepEqual((await gone).diagnostics, []);
		await new Promise((resolve) => setTimeout(resolve, 200));
		assert.equal(client.pushes.length, 2, "what was still to be pushed is not");
	});

	it("come again at once when a setting changes or the text is saved", async () => {
		client = await startLanguageClient({ capabilities: PUSHED, settings: { lint: { run: "onSave" } } });
		const first = client.nextPush(URI);
		await client.open(URI, TEXT);
		assert.ok(has((await first).diagnostics, YES));
		await client.change(URI, 2, FIXED);
		await new Promise((resolve) => setTimeout(resolve, 200));
		assert.equal(client.pushes.length, 1, "an unsaved text is not looked at");
		const saved = client.nextPush(URI);
		await client.save(URI);
		assert.ok(!has((await saved).diagnostics, YES));
		const configured = client.nextPush(URI);
		await client.configure({ lint: { enable: false } });
		assert.deepEqual((await configured).diagnostics, []);
	});

	it("obey settings that a client which cannot be asked sends along", async () => {
		client = await startLanguageClient({
			capabilities: {},
			initializationOptions: { settings: { lint: { rules: { [YES]: "off" } } } },
		});
		const first = client.nextPush(URI);
		await client.open(URI, TEXT);
		assert.ok(!has((await first).diagnostics, YES));
		const next = client.nextPush(URI);
		await client.configure({});
		assert.ok(has((await next).diagnostics, YES));
	});
});
