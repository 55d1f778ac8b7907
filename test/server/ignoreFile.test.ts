import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { TextDocumentEdit, TextEdit } from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { eventually } from "../support/eventually.ts";
import { type LanguageClient, startLanguageClient } from "../support/languageClient.ts";
import { type TemporaryProject, temporaryProject } from "../support/realContext.ts";

const RULE = "dockerignore-ineffective-pattern";
const TEXT = "dist\n!\n__pycache__\ndist\n";

describe("language server: ignore files", () => {
	let project: TemporaryProject;
	let client: LanguageClient;
	let uri: string;
	beforeEach(async () => {
		project = temporaryProject({ Dockerfile: "FROM debian:12\nCOPY . /app\n", ".dockerignore": TEXT, "Dockerfile.dockerignore": TEXT });
		uri = pathToFileURL(project.path(".dockerignore")).href;
		client = await startLanguageClient({ folders: [project.folder] });
		await client.open(uri, TEXT, "ignore");
	});
	afterEach(async () => {
		await client.stop();
		project.remove();
	});

	async function codes(of = uri): Promise<readonly string[]> {
		return (await client.pull(of)).map(({ code, range }) => `${range.start.line} ${String(code)}`);
	}

	it("show the patterns that do not do what they seem to say", async () => {
		assert.deepEqual(await codes(), [`1 ${RULE}/refused`, `2 ${RULE}/root-only`, `3 ${RULE}/repeated`]);
		assert.match(await client.hover(uri, { line: 1, character: 0 }), new RegExp(RULE));
	});

	it("say nothing about the folder around the file of one Dockerfile: it may be built from another one", async () => {
		const own = pathToFileURL(project.path("Dockerfile.dockerignore")).href;
		await client.open(own, TEXT, "plaintext");
		assert.deepEqual(await codes(own), [`1 ${RULE}/refused`, `3 ${RULE}/repeated`]);
	});

	it("are repaired one by one, and silenced by no comment", async () => {
		const actions = await client.actions(uri, { line: 3, character: 1 });
		assert.ok(!actions.some(({ title }) => title.startsWith("Ignore ")));
		assert.ok(actions.some(({ title }) => title === `Set severity of ${RULE}…`));
		await client.stop();
		client = await startLanguageClient({ folders: [project.folder], initializationOptions: { trusted: true } });
		await client.open(uri, TEXT, "ignore");
		const [remove] = await client.actions(uri, { line: 3, character: 1 });
		const [change] = remove?.edit?.documentChanges ?? [];
		const edits = (change as TextDocumentEdit).edits as TextEdit[];
		assert.equal(TextDocument.applyEdits(TextDocument.create(uri, "ignore", 1, TEXT), edits), "dist\n!\n__pycache__\n");
	});

	it("obey the rule's severity", async () => {
		await client.configure({ lint: { rules: { [RULE]: "off" } } });
		assert.deepEqual(await codes(), []);
	});

	it("count for the Dockerfiles around them as they stand in the editor", async () => {
		const dockerfile = pathToFileURL(project.path("Dockerfile")).href;
		await client.open(dockerfile, "FROM debian:12\nCOPY dist /app\n");
		const before = client.refreshes.diagnostics;
		await client.change(uri, 2, "other\n");
		await eventually(() => client.refreshes.diagnostics > before, "the editor is told to ask again");
	});
});
