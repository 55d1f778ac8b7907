import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { CodeAction, TextDocumentEdit, TextEdit } from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { BUILD_FACTS, FIX_ALL } from "../../server/protocol.ts";
import { type LanguageClient, startLanguageClient } from "../support/languageClient.ts";
import { temporaryProject } from "../support/realContext.ts";
import { quantile } from "../support/speed.ts";

const COMPOSE = "file:///project/compose.yaml";
const COMPOSE_TEXT = `services:
  api:
    build:
      dockerfile_inline: |
        FROM debian:12
        RUN apt-get update && apt-get install curl
        USER 1000:1000
  web:
    build:
      dockerfile_inline: |
        FROM debian:12
        RUN apt-get update && apt-get install wget
        USER 1000:1000
  db:
    image: postgres
`;
const BAKE = "file:///project/docker-bake.hcl";
const BAKE_TEXT = `target "api" {
  dockerfile-inline = <<EOT
FROM debian:12
RUN apt-get update && apt-get install curl
USER 1000:1000
EOT
}
`;
const YES = "apt-install-without-yes";
const INSTALL = { line: 5, character: 42 };

function applied(text: string, edits: readonly TextEdit[]): string {
	return TextDocument.applyEdits(TextDocument.create(COMPOSE, "yaml", 1, text), [...edits]);
}

function editsOf(action: CodeAction | undefined): readonly TextEdit[] {
	return (action?.edit?.documentChanges ?? []).flatMap((change) => (change as TextDocumentEdit).edits as TextEdit[]);
}

describe("language server: Dockerfiles inside other files", () => {
	let client: LanguageClient;
	beforeEach(async () => {
		client = await startLanguageClient();
		await client.open(COMPOSE, COMPOSE_TEXT, "dockercompose");
	});
	afterEach(async () => client.stop());

	async function places(uri: string): Promise<readonly string[]> {
		const found = (await client.pull(uri)).filter(({ code }) => code === YES);
		return found.map(({ range: { start, end } }) => `${start.line}:${start.character}-${end.character}`);
	}

	it("are checked where they stand, each of them", async () => {
		assert.deepEqual(await places(COMPOSE), ["5:38-45", "11:38-45"]);
		await client.open(BAKE, BAKE_TEXT, "hcl");
		assert.deepEqual(await places(BAKE), ["3:30-37"]);
		const json = "file:///project/docker-bake.json";
		const quoted = JSON.stringify("FROM debian:12\nRUN apt-get update && apt-get install curl\n");
		await client.open(json, `{ "target": { "api": {\n"dockerfile-inline": ${quoted} } } }\n`, "json");
		assert.deepEqual(await places(json), ["1:68-75"]);
	});

	it("are known by the file's name and by its language", async () => {
		await client.open("file:///project/docker-compose.dev.yml", COMPOSE_TEXT, "yaml");
		assert.equal((await places("file:///project/docker-compose.dev.yml")).length, 2);
		await client.open("file:///project/stack.yml", COMPOSE_TEXT, "dockercompose");
		assert.equal((await places("file:///project/stack.yml")).length, 2);
		await client.open("file:///project/values.yaml", COMPOSE_TEXT, "yaml");
		assert.deepEqual(await client.pull("file:///project/values.yaml"), []);
	});

	it("have the repairs of any Dockerfile, at their indentation", async () => {
		const actions = await client.actions(COMPOSE, INSTALL);
		assert.equal(actions[0]?.title, "Add -y");
		assert.equal(applied(COMPOSE_TEXT, editsOf(actions[0])), COMPOSE_TEXT.replace("install curl", "install -y curl"));
		const fixed = COMPOSE_TEXT.replaceAll(/install (curl|wget)/g, "install -y $1 && rm -rf /var/lib/apt/lists/*");
		const [all] = await client.actions(COMPOSE, INSTALL, ["source.fixAll"]);
		assert.equal(applied(COMPOSE_TEXT, editsOf(all)), fixed);
		const { edits, version } = await client.ask(FIX_ALL, { uri: COMPOSE });
		assert.equal(applied(COMPOSE_TEXT, edits as readonly TextEdit[]), fixed);
		assert.equal(version, 1);
	});

	it("are silenced by a comment of their own", async () => {
		const actions = await client.actions(COMPOSE, INSTALL);
		const onLine = actions.find(({ title }) => title === `Ignore ${YES} for this line`);
		const text = applied(COMPOSE_TEXT, editsOf(onLine));
		assert.match(text, new RegExp(`\n {8}# hullguard-ignore ${YES}\n {8}RUN apt-get update && apt-get install curl`));
		await client.change(COMPOSE, 2, text);
		assert.deepEqual(await places(COMPOSE), ["12:38-45"]);
		await client.change(COMPOSE, 3, COMPOSE_TEXT);
		const inFile = (await client.actions(COMPOSE, INSTALL)).find(({ title }) => title === `Ignore ${YES} in this Dockerfile`);
		await client.change(COMPOSE, 4, applied(COMPOSE_TEXT, editsOf(inFile)));
		assert.deepEqual(await places(COMPOSE), ["12:38-45"]);
	});

	it("show the card of a rule, and nothing where there is no finding", async () => {
		assert.match(await client.hover(COMPOSE, INSTALL), /apt-get asks before/);
		assert.equal(await client.hover(COMPOSE, { line: 14, character: 14 }), "");
	});

	it("are not built, linked or lensed", async () => {
		assert.deepEqual(await client.lenses(COMPOSE), []);
		assert.deepEqual(await client.connection.sendRequest("textDocument/documentLink", { textDocument: { uri: COMPOSE } }), []);
		await assert.rejects(client.ask(BUILD_FACTS, { uri: COMPOSE }), /no Dockerfile/);
	});

	it("obey the configuration file around them, and say nothing about a context that nobody knows", async () => {
		const project = temporaryProject({ "hullguard.yaml": `rules:\n  ${YES}: off\n`, "docker-compose.yml": COMPOSE_TEXT });
		try {
			const uri = pathToFileURL(project.path("docker-compose.yml")).href;
			await client.open(uri, COMPOSE_TEXT.replace("USER 1000:1000", "COPY nowhere /x"), "yaml");
			assert.deepEqual(await places(uri), []);
			assert.ok((await client.pull(uri)).every(({ message }) => !String(message).includes("nowhere")));
			writeFileSync(project.path("hullguard.yaml"), "preset: recommended\n");
			await client.save(COMPOSE);
			assert.equal((await places(uri)).length, 2);
		} finally {
			project.remove();
		}
	});

	it("come and go while the file is written", async () => {
		await client.change(COMPOSE, 2, COMPOSE_TEXT.replaceAll("dockerfile_inline", "dockerfile"));
		assert.deepEqual(await client.pull(COMPOSE), []);
		await client.change(COMPOSE, 3, `${COMPOSE_TEXT}broken: [`);
		assert.deepEqual(await client.pull(COMPOSE), []);
		await client.change(COMPOSE, 4, COMPOSE_TEXT);
		assert.equal((await places(COMPOSE)).length, 2);
	});

	it("cost nothing where there are none", async () => {
		const uri = "file:///project/large/compose.yaml";
		const text = `services:\n${"  service:\n    image: postgres\n    environment: [A=b]\n".repeat(20_000)}`;
		await client.open(uri, text, "dockercompose");
		const times: number[] = [];
		for (let version = 2; version < 12; version++) {
			await client.edit(uri, version, { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, "#\n");
			const started = performance.now();
			assert.deepEqual(await client.pull(uri), []);
			times.push(performance.now() - started);
		}
		assert.ok(
			quantile(
				times.toSorted((a, b) => a - b),
				0,
			) < 30,
			`${times.join(" ")} ms`,
		);
	});
});
