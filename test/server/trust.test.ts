import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { ResponseError } from "vscode-languageserver-protocol/node";
import {
	BUILD,
	BUILD_FACTS,
	CHECK_TOOLS,
	type FailureData,
	FIX_ALL,
	LOAD_SBOM,
	LOCAL_IMAGES,
	PIN,
	SCAN,
	SCAN_BASES,
	TRUST_GRANTED,
} from "../../server/protocol.ts";
import { type LanguageClient, startLanguageClient } from "../support/languageClient.ts";
import { fakeTool, type TemporaryProject, temporaryProject } from "../support/realContext.ts";
import { startRegistry } from "../support/registry.ts";

describe("language server: a workspace that is not trusted", () => {
	let project: TemporaryProject;
	let client: LanguageClient;
	let uri: string;
	let text: string;

	beforeEach(async () => {
		text = "FROM debian:12 AS build\nFROM debian:12\nRUN apt-get install curl\nUSER 1000:1000\n";
		project = temporaryProject({ Dockerfile: text });
		uri = pathToFileURL(project.path("Dockerfile")).href;
		// Tools that leave a line behind when they are run.
		const script = (name: string): string =>
			`require("node:fs").appendFileSync(${JSON.stringify(project.path("ran"))}, "${name} " + process.argv.slice(2).join(" ") + "\\n"); process.exit(1);`;
		const paths = Object.fromEntries(
			["docker", "trivy", "grype", "cosign", "syft"].map((name) => [name, fakeTool(project, name, script(name))]),
		);
		client = await startLanguageClient({
			folders: [project.folder],
			initializationOptions: { trusted: false, commands: true },
			settings: { tools: { paths }, "build.profiles": { risky: {} }, contexts: { "**": { context: "/elsewhere" } } },
		});
		await client.open(uri, text);
	});
	afterEach(async () => {
		await client.stop();
		project.remove();
	});

	const ran = (): string => (existsSync(project.path("ran")) ? readFileSync(project.path("ran"), "utf8") : "");

	function requests(): readonly (readonly [string, () => Promise<unknown>])[] {
		const progressId = 1;
		return [
			["build", () => client.ask(BUILD, { uri, choices: {}, scan: true, progressId })],
			["scan", () => client.ask(SCAN, { reference: "debian:12", progressId })],
			["scan of bases", () => client.ask(SCAN_BASES, { uri, progressId })],
			["SBOM", () => client.ask(LOAD_SBOM, { reference: "debian:12", progressId })],
		];
	}

	it("is linted, repaired and explained", async () => {
		assert.ok((await client.pull(uri)).some(({ code }) => code === "apt-install-without-yes"));
		assert.ok((await client.ask(FIX_ALL, { uri })).edits.length > 0);
		assert.match(await client.hover(uri, { line: 1, character: 7 }), /docker\.io\/library\/debian:12/);
		assert.ok((await client.actions(uri, { line: 2, character: 16 })).some(({ title }) => title === "Add -y"));
		assert.equal(ran(), "");
	});

	it("is not built, scanned or looked into: each request says why, and no tool is run", async () => {
		for (const [what, request] of requests()) {
			const error = await request().then(
				() => undefined,
				(reason: unknown) => reason,
			);
			assert.ok(error instanceof ResponseError, what);
			const { kind, hint } = error.data as FailureData;
			assert.deepEqual([kind, error.message], ["untrusted", "Nothing is run in a workspace that is not trusted"], what);
			assert.match(hint ?? "", /^Trust the workspace/, what);
		}
		await client.ask(LOCAL_IMAGES, {}).catch(() => undefined);
		const { tools } = await client.ask(CHECK_TOOLS, {});
		assert.ok(tools.length > 0 && tools.every(({ state }) => state === "untrusted" || state === "missing"), JSON.stringify(tools));
		assert.equal(ran(), "");
	});

	it("decides nothing about builds with its settings", async () => {
		const { context, profiles } = await client.ask(BUILD_FACTS, { uri });
		assert.deepEqual([context, profiles], [project.folder, {}]);
	});

	it("gets digests without a login and without an engine being asked", async () => {
		const registry = await startRegistry();
		try {
			const { top } = registry.add("team/app", "1");
			await client.change(uri, 2, `FROM ${registry.host}/team/app:1\n`);
			const { edits } = await client.ask(PIN, { uri, update: false });
			assert.deepEqual(
				edits.edits.map(({ newText }) => newText),
				[`@${top.digest}`],
			);
			assert.ok(registry.requests.every(({ authorization }) => authorization === undefined));
			assert.equal(ran(), "");
		} finally {
			await registry.close();
		}
	});

	it("runs everything once trust is granted, without a restart", async () => {
		await client.connection.sendNotification(TRUST_GRANTED.method, {});
		for (const [what, request] of requests()) {
			const error = await request().then(
				() => assert.fail(what),
				(reason: unknown) => reason,
			);
			assert.ok(error instanceof ResponseError, what);
			assert.notEqual((error.data as FailureData).kind, "untrusted", what);
		}
		assert.match(ran(), /^docker /m);
		assert.match(ran(), /^trivy /m);
	});
});
