import assert from "node:assert/strict";
import type { CodeAction, Diagnostic, Hover } from "vscode-languageserver-protocol/node";
import { EXPLAIN_RULE, FIX_ALL } from "../../server/protocol.ts";
import { type LanguageClient, startLanguageClient } from "../support/languageClient.ts";

const URI = "file:///project/Dockerfile";
const TEXT = "FROM debian:12\nRUN apt-get update && apt-get install curl\nUSER 1000:1000\n";
const YES = "apt-install-without-yes";

function codes(diagnostics: readonly Diagnostic[]): readonly unknown[] {
	return diagnostics.map((diagnostic) => diagnostic.code);
}

describe("language server: findings", () => {
	let client: LanguageClient;
	afterEach(async () => client.stop());

	it("finds weaknesses in an open document, each with its page", async () => {
		client = await startLanguageClient();
		await client.open(URI, TEXT);
		const found = (await client.pull(URI)).find((diagnostic) => diagnostic.code === YES);
		assert.deepEqual(found?.range, { start: { line: 1, character: 30 }, end: { line: 1, character: 37 } });
		assert.equal(found?.severity, 1);
		assert.equal(found?.source, "hullguard");
		assert.match(found?.codeDescription?.href ?? "", /docs\/rules\/apt-install-without-yes\.md$/);
	});

	it("follows full and incremental changes", async () => {
		client = await startLanguageClient();
		await client.open(URI, TEXT);
		await client.connection.sendNotification("textDocument/didChange", {
			textDocument: { uri: URI, version: 2 },
			contentChanges: [{ range: { start: { line: 1, character: 37 }, end: { line: 1, character: 37 } }, text: " -y" }],
		});
		assert.ok(!codes(await client.pull(URI)).includes(YES));
		await client.change(URI, 3, TEXT);
		assert.ok(codes(await client.pull(URI)).includes(YES));
	});

	it("answers that nothing changed", async () => {
		client = await startLanguageClient();
		await client.open(URI, TEXT);
		const first: { resultId: string } = await client.connection.sendRequest("textDocument/diagnostic", { textDocument: { uri: URI } });
		const second: { kind: string } = await client.connection.sendRequest("textDocument/diagnostic", {
			textDocument: { uri: URI },
			previousResultId: first.resultId,
		});
		assert.equal(second.kind, "unchanged");
	});

	it("pushes to an editor that does not ask, with the version of the text", async () => {
		client = await startLanguageClient({ capabilities: { workspace: { configuration: true } } });
		assert.equal(client.initialized.capabilities.diagnosticProvider, undefined);
		const pushed = client.nextPush(URI);
		await client.open(URI, TEXT);
		await client.change(URI, 2, TEXT.replace("install", "install -y"));
		const { version, diagnostics } = await pushed;
		assert.equal(version, 2);
		assert.ok(!codes(diagnostics).includes(YES));
	});

	it("obeys the settings: enable, rules, preset, quiet", async () => {
		client = await startLanguageClient({ settings: { lint: { rules: { "apt-*": "off" } } } });
		await client.open(URI, TEXT);
		assert.ok(!codes(await client.pull(URI)).includes(YES));
		await client.configure({ lint: { rules: { [YES]: "hint" } } });
		assert.equal((await client.pull(URI)).find((diagnostic) => diagnostic.code === YES)?.severity, 4);
		await client.configure({ lint: { preset: "strict" } });
		assert.equal((await client.pull(URI)).find((diagnostic) => diagnostic.code === "base-image-digest-missing")?.severity, 2);
		await client.configure({ lint: { quiet: true } });
		assert.ok((await client.pull(URI)).every((diagnostic) => (diagnostic.severity ?? 4) <= 2));
		await client.configure({ lint: { enable: false } });
		assert.deepEqual(await client.pull(URI), []);
	});

	it("keeps the findings of the saved text with lint.run onSave", async () => {
		client = await startLanguageClient({ settings: { lint: { run: "onSave" } } });
		await client.open(URI, TEXT);
		assert.ok(codes(await client.pull(URI)).includes(YES));
		await client.change(URI, 2, TEXT.replace("install", "install -y"));
		assert.ok(codes(await client.pull(URI)).includes(YES));
		await client.save(URI);
		assert.ok(!codes(await client.pull(URI)).includes(YES));
	});

	it("leaves to other extensions what they show themselves, each its own", async () => {
		const text = "FROM debian:12\nMAINTAINER me\nRUN sudo ls\nWORKDIR relative\nUSER 1:1\n";
		const inline = `services:\n  a:\n    build:\n      dockerfile_inline: |\n${text.replace(/^(?=.)/gm, "        ")}`;
		const shown = async (uri: string): Promise<readonly unknown[]> => {
			const found = codes(await client.pull(uri));
			return ["maintainer-deprecated", "from-as-casing", "sudo-in-run"].filter((code) => found.includes(code));
		};
		const withBoth = text.replace("debian:12", "debian:12 as app");
		for (const [otherLinters, rest] of [
			[[], ["maintainer-deprecated", "from-as-casing", "sudo-in-run"]],
			[["buildkit"], ["sudo-in-run"]],
			[["dockerfile-utils"], ["from-as-casing", "sudo-in-run"]],
		] as const) {
			client = await startLanguageClient({ initializationOptions: { trusted: true, otherLinters }, settings: { lint: { preset: "all" } } });
			await client.open(URI, withBoth);
			assert.deepEqual(await shown(URI), rest, otherLinters.join());
			await client.open("file:///project/compose.yaml", inline, "dockercompose");
			assert.ok((await shown("file:///project/compose.yaml")).includes("maintainer-deprecated"), "nobody else looks into these");
			await client.configure({ lint: { preset: "all", overlap: "keep" } });
			assert.equal((await shown(URI)).length, 3);
			await client.configure({ lint: { preset: "all", overlap: "drop" } });
			assert.deepEqual(await shown(URI), ["sudo-in-run"]);
			if (otherLinters[0] !== "dockerfile-utils") await client.stop();
		}
	});
});

describe("language server: repairs", () => {
	let client: LanguageClient;
	beforeEach(async () => {
		client = await startLanguageClient();
		await client.open(URI, TEXT);
	});
	afterEach(async () => client.stop());

	async function actionsAt(character: number, only?: readonly string[]): Promise<readonly CodeAction[]> {
		const at = { line: 1, character };
		return client.connection.sendRequest("textDocument/codeAction", {
			textDocument: { uri: URI },
			range: { start: at, end: at },
			context: { diagnostics: [], ...(only === undefined ? {} : { only }) },
		});
	}

	it("offers repairs first, then all repairs, then ways to live with the finding", async () => {
		const actions = (await actionsAt(32)).filter((action) => action.title.includes(YES) || !action.title.includes("-recommends"));
		const titles = actions.map((action) => action.title);
		const order = [
			"Add -y",
			"Fix all auto-fixable problems in this file",
			`Ignore ${YES} for this line`,
			`Ignore ${YES} in this file`,
			`Set severity of ${YES}…`,
			`Open documentation for ${YES}`,
		];
		assert.deepEqual(
			titles.filter((title) => order.includes(title)),
			order,
		);
		const [yes] = actions.filter((action) => action.title === "Add -y");
		assert.equal(yes?.isPreferred, true);
		assert.deepEqual(yes?.edit?.documentChanges, [
			{
				textDocument: { uri: URI, version: 1 },
				edits: [{ range: { start: { line: 1, character: 37 }, end: { line: 1, character: 37 } }, newText: " -y" }],
			},
		]);
	});

	it("repairs everything safe on save", async () => {
		const [all] = await actionsAt(0, ["source.fixAll"]);
		assert.equal(all?.kind, "source.fixAll.hullguard");
		const { edits } = await client.ask(FIX_ALL, { uri: URI });
		assert.ok(edits.some((edit) => edit.newText.includes("-y")));
	});

	it("adds an id to the ignore comment that is there", async () => {
		await client.change(URI, 2, TEXT.replace("RUN", "# hullguard-ignore pipefail-missing\nRUN"));
		const at = { line: 2, character: 32 };
		const actions: readonly CodeAction[] = await client.connection.sendRequest("textDocument/codeAction", {
			textDocument: { uri: URI },
			range: { start: at, end: at },
			context: { diagnostics: [] },
		});
		const ignore = actions.find((action) => action.title === `Ignore ${YES} for this line`);
		assert.deepEqual(ignore?.edit?.documentChanges, [
			{
				textDocument: { uri: URI, version: 2 },
				edits: [{ range: { start: { line: 1, character: 35 }, end: { line: 1, character: 35 } }, newText: `, ${YES}` }],
			},
		]);
	});

	it("explains a rule where it found something, and by its name", async () => {
		const hover: Hover = await client.connection.sendRequest("textDocument/hover", {
			textDocument: { uri: URI },
			position: { line: 1, character: 32 },
		});
		assert.match(JSON.stringify(hover.contents), /apt-get asks before/);
		assert.match((await client.ask(EXPLAIN_RULE, { rule: YES })).markdown ?? "", /^# apt-install-without-yes/);
		assert.equal((await client.ask(EXPLAIN_RULE, { rule: "no-such-rule" })).markdown, undefined);
	});

	it("completes rule ids in our comments, and nothing elsewhere", async () => {
		await client.change(URI, 2, `# hullguard-ignore apt-\n${TEXT}`);
		const inside: readonly { readonly label: string }[] = await client.connection.sendRequest("textDocument/completion", {
			textDocument: { uri: URI },
			position: { line: 0, character: 23 },
		});
		assert.ok(inside.some((item) => item.label === YES));
		const outside: readonly unknown[] = await client.connection.sendRequest("textDocument/completion", {
			textDocument: { uri: URI },
			position: { line: 2, character: 5 },
		});
		assert.deepEqual(outside, []);
	});
});
