import assert from "node:assert/strict";
import type { CodeLens, DocumentLink } from "vscode-languageserver-protocol/node";
import { TRUST_GRANTED } from "../../server/protocol.ts";
import { eventually } from "../support/eventually.ts";
import { type LanguageClient, startLanguageClient } from "../support/languageClient.ts";

const URI = "file:///project/Dockerfile";
const DIGEST = `sha256:${"a".repeat(64)}`;
const TEXT = [
	"# syntax=docker/dockerfile:1",
	"ARG BASE=debian:12",
	"FROM ${BASE} AS build",
	`FROM ghcr.io/acme/app:1@${DIGEST}`,
	"COPY --from=busybox:1 /bin/sh /sh",
	"COPY --from=build /a /a",
	"RUN --mount=type=bind,from=quay.io/acme/tools:2,target=/t sudo ls",
	"",
].join("\n");

function shown(lenses: readonly CodeLens[]): readonly string[] {
	return lenses.map(({ range, command }) => `${range.start.line} ${command?.title}`);
}

describe("language server: cards, links, lenses and completion", () => {
	let client: LanguageClient;
	afterEach(async () => client.stop());

	async function started(options: Parameters<typeof startLanguageClient>[0] = {}): Promise<void> {
		client = await startLanguageClient(options);
		await client.open(URI, TEXT);
	}

	it("show an image's card on its reference only", async () => {
		await started();
		const card = await client.hover(URI, { line: 3, character: 10 });
		assert.match(card, /^\*\*ghcr\.io\/acme\/app:1\*\*/);
		assert.match(card, /\| Pinned \| yes, to `sha256:aaaaaaaaaaaa…` \|/);
		assert.match(card, /\[Update digest\]\(command:hullguard\.digest\.update\?/);
		assert.match(await client.hover(URI, { line: 2, character: 8 }), /docker\.io\/library\/debian:12/);
		assert.match(await client.hover(URI, { line: 6, character: 30 }), /quay\.io\/acme\/tools:2/);
		assert.match(await client.hover(URI, { line: 0, character: 12 }), /docker\/dockerfile/);
		assert.doesNotMatch(await client.hover(URI, { line: 5, character: 14 }), /Pinned/, "a stage is no image");
		assert.doesNotMatch(await client.hover(URI, { line: 3, character: 1 }), /Pinned/, "the keyword is no image");
	});

	it("show an image's card where linting is off", async () => {
		await started({ settings: { lint: { enable: false } } });
		assert.match(await client.hover(URI, { line: 3, character: 10 }), /\| Pinned \| yes/);
		assert.equal(await client.hover(URI, { line: 6, character: 59 }), "");
	});

	it("show no command to an editor that has none of ours", async () => {
		await started({ initializationOptions: { trusted: true } });
		const card = await client.hover(URI, { line: 3, character: 10 });
		assert.match(card, /\| Pinned \| yes/);
		assert.doesNotMatch(card, /command:/);
		assert.deepEqual(await client.lenses(URI), []);
	});

	it("show a rule's card where it found something", async () => {
		await started();
		assert.match(await client.hover(URI, { line: 6, character: 59 }), /docs\/rules\/sudo-in-run\.md/);
		assert.equal(await client.hover(URI, { line: 5, character: 1 }), "");
	});

	it("link each image to its registry's page", async () => {
		await started();
		const links: readonly DocumentLink[] = await client.connection.sendRequest("textDocument/documentLink", { textDocument: { uri: URI } });
		assert.deepEqual(
			links.map(({ range, target }) => [range.start.line, target]),
			[
				[0, "https://hub.docker.com/r/docker/dockerfile"],
				[2, "https://hub.docker.com/_/debian"],
				[3, "https://github.com/acme/app/pkgs/container/app"],
				[4, "https://hub.docker.com/_/busybox"],
				[6, "https://quay.io/repository/acme/tools"],
			],
		);
	});

	it("offer to pin above each FROM without a digest, and to build and scan above the last", async () => {
		await started();
		assert.deepEqual(shown(await client.lenses(URI)), ["2 Pin digest", "3 Build and scan"]);
		await client.configure({ codeLens: { enable: false } });
		assert.deepEqual(await client.lenses(URI), []);
	});

	it("bring the lens that builds when trust is granted", async () => {
		await started({ initializationOptions: { trusted: false, commands: true } });
		assert.deepEqual(shown(await client.lenses(URI)), ["2 Pin digest"]);
		const before = client.refreshes.lenses;
		await client.connection.sendNotification(TRUST_GRANTED.method, {});
		await eventually(() => client.refreshes.lenses > before, "the editor is told to ask for lenses again");
		assert.deepEqual(shown(await client.lenses(URI)), ["2 Pin digest", "3 Build and scan"]);
	});

	it("complete rule ids behind our comments, replacing what is typed", async () => {
		await started();
		await client.change(URI, 2, `# hullguard-ignore sudo-in-run, apt-inst reason="x"\n# hullguard-ignore-file \n# plain apt-\n${TEXT}`);
		const at = async (line: number, character: number): Promise<readonly { label: string; textEdit: unknown }[]> =>
			client.connection.sendRequest("textDocument/completion", { textDocument: { uri: URI }, position: { line, character } });
		const item = (await at(0, 40)).find(({ label }) => label === "apt-install-without-yes");
		assert.deepEqual(item?.textEdit, {
			range: { start: { line: 0, character: 32 }, end: { line: 0, character: 40 } },
			newText: "apt-install-without-yes",
		});
		assert.ok((await at(1, 24)).length > 20);
		assert.deepEqual(await at(0, 50), [], "a reason is no rule");
		assert.deepEqual(await at(2, 12), [], "nor is another comment");
	});
});
