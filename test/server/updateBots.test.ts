import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { ClientCapabilities } from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { NO_RECORDS } from "../../server/core/digest/imageRecords.ts";
import { codeLenses } from "../../server/lsp/codeLenses.ts";
import { createKnownImages } from "../../server/lsp/knownImages.ts";
import { eventually } from "../support/eventually.ts";
import { type LanguageClient, startLanguageClient } from "../support/languageClient.ts";
import { type TemporaryProject, temporaryProject } from "../support/realContext.ts";

const TEXT = "FROM debian:12 AS build\nFROM debian:12\nUSER 1000:1000\n";
const DEPENDABOT = "version: 2\nupdates:\n  - package-ecosystem: docker\n    directories: [/api]\n    schedule: { interval: weekly }\n";
const WATCHING: ClientCapabilities = {
	workspace: {
		configuration: true,
		workspaceFolders: true,
		didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
		codeLens: { refreshSupport: true },
	},
};

describe("language server: the lens of bots that update images", () => {
	let project: TemporaryProject;
	let client: LanguageClient;
	const uriOf = (name: string): string => pathToFileURL(project.path(name)).href;

	async function started(files: Readonly<Record<string, string>>, folder = ".", options: Parameters<typeof startLanguageClient>[0] = {}) {
		project = temporaryProject({ "api/Dockerfile": TEXT, ...files }, "hullguard ünï ");
		client = await startLanguageClient({ folders: [project.path(folder)], capabilities: WATCHING, ...options });
		await client.open(uriOf("api/Dockerfile"), TEXT);
	}
	afterEach(async () => {
		await client.stop();
		project.remove();
	});

	/** The lenses of bots: `line title file`. */
	async function bots(): Promise<readonly string[]> {
		const lenses = await client.lenses(uriOf("api/Dockerfile"));
		return lenses.flatMap(({ range, command }) =>
			command?.command === "hullguard.digest.showBot"
				? [`${range.start.line} ${command.title} ${String(command.arguments?.[0]).replace(uriOf("."), "")}`]
				: [],
		);
	}

	it("stands once, above the first image, and opens the configuration", async () => {
		await started({ ".github/dependabot.yml": DEPENDABOT });
		assert.deepEqual(await bots(), ["0 Dependabot updates images /.github/dependabot.yml"]);
	});

	it("stands in no workspace without a bot, and where lenses are off", async () => {
		await started({ "package.json": '{"name": "app"}' });
		assert.deepEqual(await bots(), []);
		writeFileSync(project.path("renovate.json"), "{}");
		await client.connection.sendNotification("workspace/didChangeWatchedFiles", { changes: [{ uri: uriOf("renovate.json"), type: 1 }] });
		assert.deepEqual(await bots(), ["0 Renovate updates images /renovate.json"]);
		await client.configure({ codeLens: { enable: false } });
		assert.deepEqual(await bots(), []);
	});

	it("speaks of the repository around the folder that is open", async () => {
		await started({ ".git/HEAD": "", ".renovaterc": '{"extends": ["config:best-practices"]}' }, "api");
		assert.deepEqual(await bots(), ["0 Renovate pins and updates digests /.renovaterc"]);
	});

	it("speaks of Dependabot where Renovate leaves Dockerfiles alone", async () => {
		await started({ "package.json": '{"renovate": {"enabledManagers": ["npm"]}}', ".github/dependabot.yml": DEPENDABOT });
		assert.deepEqual(await bots(), ["0 Dependabot updates images /.github/dependabot.yml"]);
	});

	it("follows the file: changes are told, read again, and lint nothing anew", async () => {
		await started({ "renovate.json": "{}" });
		assert.equal((await bots()).length, 1);
		const watched = (): readonly string[] =>
			client.registrations.flatMap(({ registerOptions }) =>
				(
					(registerOptions as { watchers?: readonly { globPattern: { baseUri?: string; pattern?: string } }[] } | undefined)?.watchers ?? []
				).map(({ globPattern: { baseUri, pattern } }) => `${baseUri}/${pattern}`),
			);
		await eventually(() => watched().includes(uriOf("renovate.json")), "the configuration is watched");
		assert.ok(watched().includes(uriOf(".github/dependabot.yaml")), "where there is none yet, too");
		const before = { ...client.refreshes };
		rmSync(project.path("renovate.json"));
		mkdirSync(project.path(".github"));
		writeFileSync(project.path(".github/dependabot.yaml"), DEPENDABOT);
		await client.connection.sendNotification("workspace/didChangeWatchedFiles", {
			changes: [
				{ uri: uriOf("renovate.json"), type: 3 },
				{ uri: uriOf(".github/dependabot.yaml"), type: 1 },
			],
		});
		await eventually(() => client.refreshes.lenses > before.lenses, "the editor is told to ask for lenses again");
		assert.deepEqual(await bots(), ["0 Dependabot updates images /.github/dependabot.yaml"]);
		assert.equal(client.refreshes.diagnostics, before.diagnostics);
	});

	it("is looked up again after a save where nobody tells of files", async () => {
		await started({ "renovate.json": "{}" }, ".", { capabilities: {} });
		assert.equal((await bots()).length, 1);
		rmSync(project.path("renovate.json"));
		assert.equal((await bots()).length, 1, "what is known is not read again");
		await client.save(uriOf("api/Dockerfile"));
		assert.deepEqual(await bots(), []);
	});

	it("stands behind the others of its line, and stays away where three stand there", async () => {
		await started({ "renovate.json": "{}" });
		const text = "FROM debian:12\n";
		await client.change(uriOf("api/Dockerfile"), 2, text);
		const titles = (await client.lenses(uriOf("api/Dockerfile"))).map(({ command }) => command?.title);
		assert.deepEqual(titles, ["Pin digest", "Build and scan", "Renovate updates images"]);
		const lenses = codeLenses(TextDocument.create("file:///Dockerfile", "dockerfile", 1, text), {
			trusted: true,
			scanSummary: "2 critical",
			known: createKnownImages({ records: () => NO_RECORDS }),
			bot: { text: "Renovate updates images", configuration: "file:///renovate.json" },
		});
		assert.deepEqual(
			lenses.map(({ command }) => command?.title),
			["Pin digest", "Build and scan", "2 critical"],
		);
	});
});
