import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { type CodeLens, ErrorCodes, type Position, ResponseError } from "vscode-languageserver-protocol/node";
import { IMAGES, PIN } from "../../server/protocol.ts";
import { testCertificate, trustTestAuthority } from "../support/certificates.ts";
import { temporaryWorkspace, type Workspace } from "../support/commandLine.ts";
import { eventually } from "../support/eventually.ts";
import { type LanguageClient, startLanguageClient } from "../support/languageClient.ts";
import { startProxy } from "../support/proxy.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

const OLD = `sha256:${"0".repeat(64)}`;

/** A file of each kind that names images: path, language, text. */
function filesFor(host: string): readonly (readonly [path: string, language: string, text: string])[] {
	const name = (image: string): string => `${host}/team/${image}`;
	return [
		[
			"Dockerfile",
			"dockerfile",
			[
				`# syntax=${name("syntax:1")}`,
				`ARG BASE=${name("base:1")}`,
				"FROM ${BASE} AS build",
				`COPY --from=${name("tools:1")}@${OLD} /tool /tool`,
				`RUN --mount=type=bind,from=${name("mount:1")},target=/mnt /mnt/run`,
				`FROM ${name("app:1.2.3")}@${OLD}`,
				"",
			].join("\n"),
		],
		["compose.yaml", "yaml", `services:\n  api:\n    image: ${name("app:1")}\n  db:\n    image: ${name("db:1")}@${OLD}\n`],
		["docker-bake.hcl", "hcl", `target "app" {\n  contexts = {\n    base = "docker-image://${name("base:1")}"\n  }\n}\n`],
		[".devcontainer/devcontainer.json", "jsonc", `{ "image": "${name("dev:1")}" }\n`],
		[".github/workflows/ci.yml", "yaml", `on: push\njobs:\n  a:\n    runs-on: x\n    container: ${name("ci:1")}\n    steps: []\n`],
		[
			"deploy.yaml",
			"yaml",
			`apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - name: a\n      image: ${name("app:1")}\n`,
		],
	];
}

/** Asks as an editor does; a server without the feature is none the worse. */
async function asked(client: LanguageClient, method: string, params: object): Promise<unknown> {
	try {
		return await client.connection.sendRequest(method, params);
	} catch (error) {
		if (error instanceof ResponseError && error.code === ErrorCodes.MethodNotFound) return undefined;
		throw error;
	}
}

/** Everything that happens in an editor while somebody reads and types, at each word of a file. */
async function lookedAt(client: LanguageClient, uri: string, text: string): Promise<void> {
	const textDocument = { uri };
	const lines = text.split("\n");
	const range = { start: { line: 0, character: 0 }, end: { line: lines.length, character: 0 } };
	await client.pull(uri);
	for (const method of ["documentSymbol", "documentLink", "foldingRange", "semanticTokens/full"])
		await asked(client, `textDocument/${method}`, { textDocument });
	await asked(client, "textDocument/inlayHint", { textDocument, range });
	for (const lens of ((await asked(client, "textDocument/codeLens", { textDocument })) ?? []) as readonly CodeLens[])
		await asked(client, "codeLens/resolve", lens);
	for (const [line, content] of lines.entries()) {
		for (let character = 0; character < content.length; character += 12) {
			const position: Position = { line, character };
			await client.hover(uri, position);
			await client.actions(uri, position);
			await asked(client, "textDocument/completion", { textDocument, position });
			await asked(client, "textDocument/definition", { textDocument, position });
		}
	}
}

describe("language server: the network", () => {
	let registry: TestRegistry;
	let client: LanguageClient;
	let workspace: Workspace;
	beforeEach(async () => {
		registry = await startRegistry();
		workspace = temporaryWorkspace(Object.fromEntries(filesFor(registry.host).map(([path, , text]) => [path, text])));
		for (const image of ["syntax", "base", "tools", "mount", "app", "db", "dev", "ci"]) {
			registry.add(`team/${image}`, "1", { platforms: ["linux/amd64"], salt: image });
			registry.add(`team/${image}`, "1.2.3", { platforms: ["linux/amd64"], salt: image });
		}
	});
	afterEach(async () => {
		await client.stop();
		await registry.close();
		workspace.remove();
	});
	const started = async (settings: Readonly<Record<string, unknown>>, trusted: boolean): Promise<void> => {
		client = await startLanguageClient({
			settings: { ...settings, registry: { mirrors: [`http://${registry.host}`] } },
			initializationOptions: { trusted, commands: true },
			folders: [workspace.folder],
		});
	};
	const uriOf = (path: string): string => pathToFileURL(workspace.path(path)).href;

	for (const [network, trusted] of [
		["onDemand", true],
		["onDemand", false],
		["auto", false],
		[undefined, true],
		["off", true],
	] as const)
		it(`is left alone with ${network ?? "nothing set"} in a workspace that is ${trusted ? "" : "not "}trusted, until somebody asks`, async () => {
			await started(network === undefined ? {} : { digest: { network } }, trusted);
			for (const [path, language, text] of filesFor(registry.host)) {
				const uri = uriOf(path);
				await client.open(uri, text, language);
				await lookedAt(client, uri, text);
				await client.change(uri, 2, `${text}\n`);
				await client.save(uri);
				await lookedAt(client, uri, `${text}\n`);
			}
			await client.configure({ lint: { preset: "all" }, ...(network === undefined ? {} : { digest: { network } }) });
			const uri = uriOf("Dockerfile");
			await client.pull(uri);
			await client.lenses(uri);
			for (const groupBy of ["file", "image"] as const) {
				const { nodes } = await client.ask(IMAGES, { groupBy, search: true });
				assert.ok(JSON.stringify(nodes).includes("team/dev"), "the view has images of files that nobody opened, too");
			}
			if (network === "off") {
				await assert.rejects(client.ask(PIN, { uri, update: true }), /hullguard\.digest\.network is off/);
				assert.deepEqual(registry.requests, []);
				return;
			}
			// Whatever was begun in the background has come first.
			await client.ask(PIN, { uri, at: { start: { line: 1, character: 20 }, end: { line: 1, character: 20 } }, update: false });
			assert.deepEqual(
				registry.requests.map(({ method, path }) => `${method} ${path}`),
				["HEAD /v2/team/base/manifests/1"],
			);
		});

	it("is used for the images of an open file, and for no others, with auto", async () => {
		await started({ digest: { network: "auto" } }, true);
		const [[path, language, text] = ["", "", ""]] = filesFor(registry.host);
		await client.open(uriOf(path), text, language);
		const repositories = (): readonly string[] =>
			[...new Set(registry.requests.map(({ path: asked }) => asked.split("/")[3] ?? ""))].sort();
		await eventually(() => repositories().length >= 5, "the registry is asked");
		assert.deepEqual(repositories(), ["app", "base", "mount", "syntax", "tools"]);
	});

	it("is reached through the proxy that the editor knows", async () => {
		const forget = trustTestAuthority();
		const hosted = await startRegistry({ tls: testCertificate("hosted") });
		const proxy = await startProxy(() => hosted.port);
		try {
			const { digest } = hosted.add("app", "1", { platforms: ["linux/amd64"] }).top;
			// The same settings answer for `hullguard` and for `http`.
			client = await startLanguageClient({ settings: { proxy: proxy.address }, initializationOptions: { trusted: false } });
			const uri = "file:///project/Dockerfile";
			await client.open(uri, "FROM registry.example.com/app:1\n");
			const { outcomes } = await client.ask(PIN, { uri, update: false });
			assert.deepEqual(
				outcomes.map((outcome) => outcome.digest),
				[digest],
			);
			assert.deepEqual(proxy.requests, ["CONNECT registry.example.com:443"]);
		} finally {
			forget();
			await proxy.close();
			await hosted.close();
		}
	});
});
