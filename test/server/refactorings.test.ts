import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { CodeAction, CreateFile, TextDocumentEdit, TextEdit } from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { type FixProposal, NEW_IGNORE_FILE } from "../../server/protocol.ts";
import { type LanguageClient, startLanguageClient } from "../support/languageClient.ts";
import { type TemporaryProject, temporaryProject } from "../support/realContext.ts";

const URI = "file:///project/Dockerfile";
const TEXT = 'FROM debian:12\nRUN mkdir /a\nRUN mkdir /b\nUSER 1:1\nCMD ["a"]\n';
const FROM = { line: 0, character: 2 };
const RUN = { line: 1, character: 6 };

function titles(actions: readonly CodeAction[]): readonly string[] {
	return actions.map(({ title }) => title);
}

function applied(text: string, { edit }: CodeAction): string {
	const edits = (edit?.documentChanges ?? []).flatMap((change) => (change as TextDocumentEdit).edits as TextEdit[]);
	return TextDocument.applyEdits(TextDocument.create(URI, "dockerfile", 1, text), edits);
}

describe("language server: refactorings", () => {
	let client: LanguageClient;
	afterEach(async () => client.stop());

	it("are listed by kind, and only when their kind is asked for", async () => {
		client = await startLanguageClient();
		await client.open(URI, TEXT);
		const kinds = (client.initialized.capabilities.codeActionProvider as { codeActionKinds: string[] }).codeActionKinds;
		for (const kind of ["extract", "inline", "rewrite"]) assert.ok(kinds.includes(`refactor.${kind}.hullguard`));
		assert.deepEqual(titles(await client.actions(URI, FROM, ["refactor.extract"])), ["Extract the base image to ARG DEBIAN_IMAGE"]);
		assert.deepEqual(titles(await client.actions(URI, FROM, ["refactor.rewrite.hullguard"])), ["Set the labels from ARGs"]);
		assert.deepEqual(titles(await client.actions(URI, FROM, ["refactor.inline"])), []);
		assert.deepEqual(titles(await client.actions(URI, RUN, ["refactor"])), ["Merge 2 RUN instructions"]);
		assert.ok((await client.actions(URI, RUN, ["quickfix"])).every(({ kind }) => kind === "quickfix"));
		assert.deepEqual(await client.actions(URI, RUN, ["source"]), []);
	});

	it("are edits of the text as it is now", async () => {
		client = await startLanguageClient();
		await client.open(URI, TEXT);
		const changed = `# first\n${TEXT}`;
		await client.change(URI, 2, changed);
		const [extract] = await client.actions(URI, { ...FROM, line: 1 }, ["refactor.extract"]);
		assert.equal(extract?.kind, "refactor.extract.hullguard");
		assert.equal(applied(changed, extract!), `ARG DEBIAN_IMAGE=debian:12\n${changed.replace("debian:12", "${DEBIAN_IMAGE}")}`);
	});

	it("that change more than the form are shown before they are applied", async () => {
		client = await startLanguageClient();
		await client.open(URI, TEXT);
		const [labels] = await client.actions(URI, FROM, ["refactor.rewrite"]);
		assert.ok(labels?.edit === undefined && labels?.command !== undefined);
		assert.equal(labels.command.command, "hullguard.lint.previewFix");
		const [proposal] = (labels.command?.arguments ?? []) as FixProposal[];
		assert.match(proposal?.note ?? "", /has to pass the ARGs/);
	});

	it("that a fix of the same menu does are not listed twice", async () => {
		client = await startLanguageClient();
		await client.open(URI, 'FROM debian:12\nCMD ["a"]\n');
		const image = { line: 0, character: 8 };
		const title = "Create the user app and run as it";
		assert.deepEqual(
			(await client.actions(URI, image)).filter((action) => action.title === title).map(({ kind }) => kind),
			["quickfix"],
		);
		assert.ok(titles(await client.actions(URI, image, ["refactor"])).includes(title));
	});

	describe("a context without an ignore file", () => {
		const dockerfile = "FROM node:22\nCOPY . /app\nCOPY id_rsa.pub /keys/\nUSER node\n";
		const place = { line: 1, character: 5 };
		let project: TemporaryProject;
		let uri: string;
		beforeEach(() => {
			project = temporaryProject({ Dockerfile: dockerfile, "package.json": "{}" });
			uri = pathToFileURL(project.path("Dockerfile")).href;
		});
		afterEach(() => project.remove());

		async function offered(options: Parameters<typeof startLanguageClient>[0] = {}): Promise<CodeAction | undefined> {
			client = await startLanguageClient({ folders: [project.folder], ...options });
			await client.open(uri, dockerfile);
			return (await client.actions(uri, place)).find(({ title }) => title === "New .dockerignore");
		}

		it("gets one in editors that can create files", async () => {
			const workspaceEdit = { documentChanges: true, resourceOperations: ["create" as const] };
			const action = await offered({ capabilities: { workspace: { workspaceEdit } }, initializationOptions: {} });
			const [create, text] = (action?.edit?.documentChanges ?? []) as [CreateFile, TextDocumentEdit];
			assert.deepEqual([create.kind, create.uri], ["create", pathToFileURL(project.path(".dockerignore")).href]);
			const [{ newText } = { newText: "" }] = text.edits as TextEdit[];
			assert.match(newText, /^\*\*\/node_modules$/m);
			assert.doesNotMatch(newText, /id_rsa/, "what the Dockerfile copies is not left out");
			assert.ok(!existsSync(project.path(".dockerignore")));
			const asked = await client.ask(NEW_IGNORE_FILE, { folder: pathToFileURL(project.folder).href, dockerfile: uri });
			assert.equal(asked.text, newText);
			await assert.rejects(client.ask(NEW_IGNORE_FILE, { folder: pathToFileURL(project.path("nowhere")).href }), /no folder/);
		});

		it("gets one by our own client's command, and nothing where no file can be created", async () => {
			assert.deepEqual((await offered())?.command?.arguments, [uri]);
			await client.stop();
			assert.equal(await offered({ initializationOptions: {} }), undefined);
		});
	});
});
