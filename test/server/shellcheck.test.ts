import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Diagnostic, TextDocumentEdit, TextEdit } from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { TRUST_GRANTED } from "../../server/protocol.ts";
import { eventually } from "../support/eventually.ts";
import { type LanguageClient, startLanguageClient } from "../support/languageClient.ts";
import { fakeTool, type TemporaryProject, temporaryProject } from "../support/realContext.ts";

const TEXT = 'FROM debian:12\nRUN true \\\n    && echo $ONE\nSHELL ["/bin/bash", "-c"]\nRUN echo $TWO\nUSER 1000:1000\n';

/** Answers as ShellCheck 0.11.0 does to `echo $NAME`, in its form; leaves a line behind for each script. */
function answering(log: string): string {
	return `
		const args = process.argv.slice(2);
		if (args[0] === "--version") {
			console.log("ShellCheck - shell script analysis tool\\nversion: 0.11.0\\nlicense: GNU General Public License, version 3");
			process.exit(0);
		}
		const script = require("node:fs").readFileSync(0, "utf8");
		require("node:fs").appendFileSync(${JSON.stringify(log)}, args[2] + " " + script + "\\n");
		const comments = [...script.matchAll(/\\$[A-Z]+/g)].map(({ index, 0: word }) => ({
			file: "-", line: 1, endLine: 1, column: index + 1, endColumn: index + 1 + word.length, level: "info", code: 2086,
			message: "Double quote to prevent globbing and word splitting.", fix: null,
		}));
		console.log(JSON.stringify({ comments }));
		process.exit(comments.length === 0 ? 0 : 1);`;
}

describe("language server: ShellCheck", function () {
	this.timeout(20_000);
	let project: TemporaryProject;
	let client: LanguageClient;
	let uri: string;
	let shellcheck: string;

	beforeEach(() => {
		project = temporaryProject({ Dockerfile: TEXT });
		uri = pathToFileURL(project.path("Dockerfile")).href;
		shellcheck = fakeTool(project, "shellcheck", answering(project.path("ran")));
	});
	afterEach(async () => {
		await client.stop();
		project.remove();
	});

	async function started(lint: object, trusted = true): Promise<void> {
		client = await startLanguageClient({
			folders: [project.folder],
			initializationOptions: { trusted, commands: true },
			settings: { lint, tools: { paths: { shellcheck } } },
		});
		await client.open(uri, TEXT);
	}
	const ran = (): readonly string[] =>
		existsSync(project.path("ran")) ? readFileSync(project.path("ran"), "utf8").trim().split("\n") : [];
	async function found(): Promise<readonly Diagnostic[]> {
		return (await client.pull(uri)).filter(({ source }) => source === "shellcheck");
	}
	async function places(): Promise<readonly string[]> {
		return (await found()).map(({ range: { start, end } }) => `${start.line}:${start.character}-${end.character}`);
	}
	async function shows(expected: readonly string[]): Promise<void> {
		await eventually(async () => (await places()).join() === expected.join(), `findings at ${expected.join(", ")}`);
	}

	it("finds in each script what it finds, where it stands, and asks the editor to ask again", async () => {
		await started({ shellcheck: true });
		const before = client.refreshes.diagnostics;
		await client.save(uri);
		await shows(["2:12-16", "4:9-13"]);
		assert.ok(client.refreshes.diagnostics > before);
		const [first] = await found();
		assert.deepEqual([first?.code, first?.severity, first?.codeDescription?.href], ["SC2086", 3, "https://www.shellcheck.net/wiki/SC2086"]);
		assert.deepEqual([...ran()].sort(), ["--shell=bash echo $TWO", "--shell=dash true     && echo $ONE"]);
	});

	it("follows the text while it is written, and reads only scripts that are new", async () => {
		await started({ shellcheck: true });
		await client.save(uri);
		await shows(["2:12-16", "4:9-13"]);
		await client.edit(uri, 2, { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, "# above\n");
		assert.deepEqual(await places(), ["3:12-16", "5:9-13"], "known scripts move with the text");
		await client.change(uri, 3, TEXT.replace("$TWO", "$THREE"));
		assert.deepEqual(await places(), ["2:12-16"], "what was changed is unknown");
		await shows(["2:12-16", "4:9-15"]);
		assert.deepEqual(ran().slice(2), ["--shell=bash echo $THREE"]);
	});

	it("is silenced by a comment that the light bulb writes", async () => {
		await started({ shellcheck: true });
		await client.save(uri);
		await shows(["2:12-16", "4:9-13"]);
		const action = (await client.actions(uri, { line: 2, character: 13 })).find(({ title }) => title === "Ignore SC2086 for this line");
		const [change] = action?.edit?.documentChanges ?? [];
		const edits = (change as TextDocumentEdit).edits as TextEdit[];
		const text = TextDocument.applyEdits(TextDocument.create(uri, "dockerfile", 1, TEXT), edits);
		assert.match(text, /RUN true \\\n {4}# shellcheck disable=SC2086\n {4}&& echo \$ONE/);
		await client.change(uri, 2, text);
		await shows(["5:9-13"]);
	});

	it("lets what is not saved stay unseen with lint.run onSave", async () => {
		await started({ shellcheck: true, run: "onSave" });
		const other = pathToFileURL(project.path("other/Dockerfile")).href;
		await client.open(other, "FROM debian:12\nUSER 1:1\n");
		const before = await client.pull(other);
		await client.change(other, 2, "FROM debian:12\nUSER 1:1\nRUN sudo echo $THREE\n");
		await client.change(uri, 2, TEXT.replace("$TWO", "$FOUR"));
		await client.save(uri);
		await shows(["2:12-16", "4:9-14"]);
		assert.deepEqual(await client.pull(other), before);
		await client.save(other);
		await eventually(async () => (await client.pull(other)).some(({ source }) => source === "shellcheck"), "the saved text is checked");
	});

	it("is not run unless it is turned on, nor without trust", async () => {
		await started({});
		await client.save(uri);
		await client.configure({ lint: { shellcheck: true, enable: false }, tools: { paths: { shellcheck } } });
		await client.save(uri);
		await client.pull(uri);
		await client.stop();
		await started({ shellcheck: true }, false);
		await client.save(uri);
		await client.pull(uri);
		await new Promise((resolve) => setTimeout(resolve, 100));
		assert.deepEqual(ran(), []);
		await client.connection.sendNotification(TRUST_GRANTED.method, {});
		await shows(["2:12-16", "4:9-13"]);
	});

	it("is said once to be missing, and looked for again when a setting changes", async () => {
		await started({ shellcheck: true });
		await client.configure({ lint: { shellcheck: true }, tools: { paths: { shellcheck: project.path("gone") } } });
		const missing = (): number => client.log.filter((line) => line.includes("ShellCheck is not at")).length;
		await eventually(() => missing() === 1, "the log says so");
		await client.save(uri);
		await client.pull(uri);
		assert.equal(missing(), 1);
		assert.deepEqual(await places(), []);
		await client.configure({ lint: { shellcheck: true }, tools: { paths: { shellcheck } } });
		await shows(["2:12-16", "4:9-13"]);
	});
});
