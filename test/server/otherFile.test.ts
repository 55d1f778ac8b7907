import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { CodeAction, TextDocumentEdit } from "vscode-languageserver-protocol/node";
import type { FixProposal } from "../../server/protocol.ts";
import { type LanguageClient, startLanguageClient } from "../support/languageClient.ts";
import { type TemporaryProject, temporaryProject } from "../support/realContext.ts";

const TEXT = 'FROM node:22\nCOPY . /app\nCOPY start.sh /\nENTRYPOINT ["/start.sh"]\n';
const COPY = { line: 1, character: 5 };
const START = { line: 3, character: 15 };

describe("language server: repairs of other files", () => {
	let project: TemporaryProject;
	let client: LanguageClient;
	let dockerfile: string;
	let ignoreFile: string;
	before(() => {
		project = temporaryProject({
			Dockerfile: TEXT,
			".dockerignore": "node_modules",
			".env": "A=b\n",
			"start.sh": "#!/bin/sh\nset -e\nnode server.js\n",
		});
		dockerfile = pathToFileURL(project.path("Dockerfile")).href;
		ignoreFile = pathToFileURL(project.path(".dockerignore")).href;
	});
	after(() => project.remove());
	afterEach(async () => client.stop());

	async function started(options: Parameters<typeof startLanguageClient>[0] = {}): Promise<void> {
		client = await startLanguageClient({ ...options, folders: [project.folder] });
		await client.open(dockerfile, TEXT);
	}
	async function action(place: typeof COPY, title: string): Promise<CodeAction> {
		const actions = await client.actions(dockerfile, place);
		const found = actions.find((candidate) => candidate.title === title);
		assert.ok(found !== undefined, `no "${title}" among ${actions.map((each) => each.title).join(", ")}`);
		return found;
	}

	it("go through the preview of our own editor, for the other file", async () => {
		await started();
		const { command, edit } = await action(COPY, "Add .env to .dockerignore");
		assert.equal(edit, undefined);
		const at = { line: 0, character: "node_modules".length };
		assert.deepEqual(command?.arguments?.[0], {
			uri: ignoreFile,
			version: null,
			edits: [{ range: { start: at, end: at }, newText: "\n.env\n" }],
			title: "Add .env to .dockerignore",
		});
	});

	it("are for the text that an editor has open, and its version", async () => {
		await started();
		await client.open(ignoreFile, "node_modules\n# more\n", "ignore");
		const proposal = (await action(COPY, "Add .env to .dockerignore")).command?.arguments?.[0] as FixProposal;
		assert.equal(proposal.version, 1);
		assert.deepEqual(proposal.edits, [{ range: { start: { line: 2, character: 0 }, end: { line: 2, character: 0 } }, newText: ".env\n" }]);
	});

	it("are plain edits of the other file for other editors", async () => {
		await started({ initializationOptions: { trusted: true, commands: false } });
		const { edit, command } = await action(START, "Write exec in start.sh");
		assert.equal(command, undefined);
		const [change] = (edit?.documentChanges ?? []) as readonly TextDocumentEdit[];
		assert.equal(change?.textDocument.uri, pathToFileURL(project.path("start.sh")).href);
		const at = { line: 2, character: 0 };
		assert.deepEqual(change?.edits, [{ range: { start: at, end: at }, newText: "exec ", annotationId: "review" }]);
	});
});
