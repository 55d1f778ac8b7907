import assert from "node:assert/strict";
import type { ClientCapabilities, CodeAction, TextDocumentEdit, TextEdit } from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { FIX_ALL } from "../../server/protocol.ts";
import { type LanguageClient, startLanguageClient } from "../support/languageClient.ts";

const URI = "file:///project/Dockerfile";
const TEXT = [
	"FROM debian:12",
	"RUN apt-get update && apt-get install curl && rm -rf /var/lib/apt/lists/*",
	"ENV A b",
	"RUN sudo ls",
	"USER 1000:1000",
	"",
].join("\n");
const INSTALL = { line: 1, character: 32 };
const FROM = { line: 0, character: 8 };

function titles(actions: readonly CodeAction[]): readonly string[] {
	return actions.map(({ title }) => title);
}

function editsOf({ edit }: CodeAction): readonly TextEdit[] {
	return (edit?.documentChanges ?? []).flatMap((change) => (change as TextDocumentEdit).edits as TextEdit[]);
}

function applied(text: string, edits: readonly TextEdit[]): string {
	return TextDocument.applyEdits(TextDocument.create(URI, "dockerfile", 1, text), [...edits]);
}

describe("language server: actions", () => {
	let client: LanguageClient;
	afterEach(async () => client.stop());

	async function started(options: Parameters<typeof startLanguageClient>[0] = {}, text = TEXT): Promise<void> {
		client = await startLanguageClient(options);
		await client.open(URI, text);
	}

	it("come in one order: the preferred repair, others, all repairs, ignoring, severity, the page", async () => {
		await started();
		assert.deepEqual(titles(await client.actions(URI, INSTALL)), [
			"Add -y",
			"Add --no-install-recommends, and name ca-certificates",
			"Fix all auto-fixable problems in this file",
			"Ignore apt-install-without-yes for this line",
			"Ignore apt-install-without-yes in this file",
			"Set severity of apt-install-without-yes…",
			"Open documentation for apt-install-without-yes",
			"Ignore apt-install-recommends for this line",
			"Ignore apt-install-recommends in this file",
			"Set severity of apt-install-recommends…",
			"Open documentation for apt-install-recommends",
			"Convert to a heredoc",
		]);
	});

	it("prefer a repair only if it is the one safe repair of its finding", async () => {
		await started();
		const preferred = (await client.actions(URI, INSTALL)).filter(({ isPreferred }) => isPreferred);
		assert.deepEqual(titles(preferred), ["Add -y"]);
		const sudo = await client.actions(URI, { line: 3, character: 6 });
		assert.ok(titles(sudo).includes("Remove sudo"));
		assert.ok(sudo.every(({ isPreferred }) => isPreferred !== true));
	});

	it("name the finding that they are about, and stand nowhere else", async () => {
		await started();
		const [first] = await client.actions(URI, INSTALL);
		assert.deepEqual(
			first?.diagnostics?.map(({ code }) => code),
			["apt-install-without-yes"],
		);
		assert.deepEqual(await client.actions(URI, { line: 4, character: 2 }), []);
	});

	it("carry the version of the text that their edits are for", async () => {
		await started();
		await client.edit(URI, 2, { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, "# first\n");
		const [first] = await client.actions(URI, { ...INSTALL, line: 2 });
		const [change] = first?.edit?.documentChanges ?? [];
		assert.equal((change as TextDocumentEdit).textDocument.version, 2);
		assert.equal((change as TextDocumentEdit).edits[0]?.range.start.line, 2);
	});

	it("give the editor that registers our commands what the change would be, and others its own preview", async () => {
		await started();
		const own = (await client.actions(URI, INSTALL)).find(({ title }) => title.startsWith("Add --no-install-recommends"));
		assert.equal(own?.edit, undefined);
		assert.equal(own?.command?.command, "hullguard.lint.previewFix");
		await client.stop();
		await started({ initializationOptions: { trusted: true } });
		const other = (await client.actions(URI, INSTALL)).find(({ title }) => title.startsWith("Add --no-install-recommends"));
		assert.equal(other?.command, undefined);
		assert.equal(other?.edit?.changeAnnotations?.["review"]?.needsConfirmation, true);
		assert.match(applied(TEXT, other === undefined ? [] : editsOf(other)), /install --no-install-recommends ca-certificates curl/);
	});

	it("give an editor without our commands none that it does not know", async () => {
		await started({ initializationOptions: { trusted: true } });
		const actions = await client.actions(URI, INSTALL);
		assert.deepEqual([...new Set(actions.flatMap(({ command }) => command?.command ?? []))], ["hullguard.server.openPage"]);
		assert.deepEqual(client.initialized.capabilities.executeCommandProvider?.commands, ["hullguard.server.openPage"]);
	});

	it("write plain edits for an editor that knows no versions", async () => {
		const capabilities: ClientCapabilities = { textDocument: { diagnostic: {} } };
		await started({ capabilities });
		const [first] = await client.actions(URI, INSTALL);
		assert.equal(first?.edit?.documentChanges, undefined);
		assert.match(applied(TEXT, first?.edit?.changes?.[URI] ?? []), /apt-get install -y curl/);
	});

	it("offer a lookup only to an editor that asks for its edit", async () => {
		const text = "FROM debian:12\nUSER 1:1\n";
		await started({}, text);
		const [pin] = await client.actions(URI, FROM);
		assert.equal(pin?.title, "Pin debian to its digest");
		assert.ok(pin?.data !== undefined && pin.edit === undefined);
		await client.stop();
		await started({ capabilities: { textDocument: { diagnostic: {} } } }, text);
		const actions = await client.actions(URI, FROM);
		assert.ok(titles(actions).includes("Ignore base-image-digest-missing for this line"));
		assert.ok(!titles(actions).includes("Pin debian to its digest"));
	});

	it("repair all that is safe with source.fixAll.hullguard, and only that", async () => {
		await started();
		for (const only of ["source", "source.fixAll", "source.fixAll.hullguard"]) {
			const actions = await client.actions(URI, FROM, [only]);
			assert.deepEqual(
				actions.map(({ kind }) => kind),
				["source.fixAll.hullguard"],
				only,
			);
			const fixed = applied(TEXT, editsOf(actions[0]!));
			assert.match(fixed, /apt-get install -y curl/);
			assert.match(fixed, /ENV A=b/);
			assert.match(fixed, /RUN sudo ls/, "what somebody should look at stays");
			await client.change(URI, 10, fixed);
			assert.deepEqual(await client.actions(URI, FROM, [only]), [], "nothing is left to repair");
			assert.deepEqual((await client.ask(FIX_ALL, { uri: URI })).edits, []);
			await client.change(URI, 11, TEXT);
		}
		assert.deepEqual(await client.actions(URI, FROM, ["source.fixAll.other"]), []);
		assert.ok((await client.actions(URI, FROM, ["refactor"])).every(({ kind }) => kind?.startsWith("refactor.")));
		assert.ok((await client.actions(URI, INSTALL, ["quickfix"])).every(({ kind }) => kind === "quickfix"));
	});

	it("ignore a finding so that it is gone, on its line and in the file", async () => {
		await started();
		for (const where of ["for this line", "in this file"]) {
			const actions = await client.actions(URI, INSTALL);
			const ignore = actions.find(({ title }) => title === `Ignore apt-install-without-yes ${where}`);
			await client.change(URI, 20, applied(TEXT, editsOf(ignore!)));
			assert.ok(!(await client.pull(URI)).some(({ code }) => code === "apt-install-without-yes"), where);
			await client.change(URI, 21, TEXT);
			assert.ok((await client.pull(URI)).some(({ code }) => code === "apt-install-without-yes"));
		}
	});
});
