import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { InlayHint, InlayHintLabelPart, TextEdit } from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { TreeNode } from "../../server/core/tree.ts";
import {
	BUILD_ARGUMENT,
	IMAGE_LIST,
	IMAGES,
	IMAGES_CHANGED,
	NEWER_TAG,
	PIN,
	PIN_PLACES,
	PROPOSE_PINS,
	RATE_LIMITS,
	REFRESH_IMAGE,
	REFRESH_IMAGES,
} from "../../server/protocol.ts";
import { eventually } from "../support/eventually.ts";
import { type LanguageClient, type LanguageClientOptions, startLanguageClient } from "../support/languageClient.ts";
import { type TemporaryProject, temporaryProject } from "../support/realContext.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

const OLD = "2026-01-10T00:00:00Z";
const NEW = "2026-02-20T00:00:00Z";

function labelsOf(hints: readonly InlayHint[]): readonly string[] {
	return hints.map(({ label, position }) => `${position.line} ${partOf(label).value}`);
}

function partOf(label: InlayHint["label"]): InlayHintLabelPart {
	return (typeof label === "string" ? undefined : label[0]) ?? assert.fail("no part");
}

function tooltipOf(hint: InlayHint | undefined): string {
	const tooltip = hint === undefined ? undefined : partOf(hint.label).tooltip;
	return typeof tooltip === "object" ? tooltip.value : assert.fail("no tooltip");
}

function outline(nodes: readonly TreeNode[], depth = 0): readonly string[] {
	return nodes.flatMap((node) => [
		`${"  ".repeat(depth)}${node.label} | ${node.description ?? ""}`,
		...outline(node.children ?? [], depth + 1),
	]);
}

describe("language server: images of the workspace", () => {
	let registry: TestRegistry;
	let project: TemporaryProject;
	let client: LanguageClient;
	let old: string;
	let progressId = 0;
	const uri = (name: string): string => pathToFileURL(project.path(name)).href;
	const text = (name: string): string => readFileSync(project.path(name), "utf8");
	const write = (name: string, content: string): void => {
		mkdirSync(dirname(project.path(name)), { recursive: true });
		writeFileSync(project.path(name), content);
	};
	const add = (repository: string, tag: string, created: string): string =>
		registry.add(repository, tag, { platforms: ["linux/amd64", "linux/arm64"], salt: created, created }).top.digest;

	async function started(options: LanguageClientOptions = {}): Promise<void> {
		client = await startLanguageClient({
			folders: [project.folder],
			initializationOptions: { trusted: false, commands: true },
			...options,
		});
	}

	beforeEach(async () => {
		registry = await startRegistry();
		old = add("team/base", "1.4-slim", OLD);
		add("team/db", "16", OLD);
		const { host } = registry;
		project = temporaryProject({
			"api/Dockerfile": `FROM ${host}/team/base:1.4-slim@${old} AS build\nFROM ${host}/team/base:1.4-slim\nUSER 1:1\n`,
			"compose.yaml": `services:\n  db:\n    image: "${host}/team/db:16"\n`,
			".github/workflows/ci.yml": `on: push\njobs:\n  test:\n    runs-on: x\n    container: ${host}/team/base:1.4-slim@${old}\n`,
			"k8s/app.yaml": `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: app\n      image: ${host}/team/db:16\n`,
			"vendor/Dockerfile": `FROM ${host}/team/other:1\n`,
			".gitignore": "vendor/\n",
			"notes.yaml": "image: nothing\n",
		});
		await started();
	});
	afterEach(async () => {
		await client.stop();
		await registry.close();
		project.remove();
	});

	const look = (groupBy: "image" | "file" = "file"): Promise<readonly string[]> =>
		client.ask(IMAGES, { groupBy, search: true }).then(({ nodes }) => outline(nodes));

	it("are all found, by file and by image, without asking a registry", async () => {
		const { host } = registry;
		assert.deepEqual(await look(), [
			"ci.yml | .github/workflows",
			`  ${host}/team/base:1.4-slim | pinned, not asked · job test`,
			"Dockerfile | api",
			`  ${host}/team/base:1.4-slim | pinned, not asked · FROM`,
			`  ${host}/team/base:1.4-slim | not pinned · FROM`,
			"compose.yaml | ",
			`  ${host}/team/db:16 | not pinned · service db`,
			"app.yaml | k8s",
			`  ${host}/team/db:16 | not pinned · container app`,
		]);
		assert.deepEqual(await look("image"), [
			`${host}/team/base:1.4-slim | differs · 3 places`,
			"  .github/workflows/ci.yml:5 | pinned, not asked · job test",
			"  api/Dockerfile:1 | pinned, not asked · FROM",
			"  api/Dockerfile:2 | not pinned · FROM",
			`${host}/team/db:16 | not pinned · 2 places`,
			"  compose.yaml:3 | not pinned · service db",
			"  k8s/app.yaml:6 | not pinned · container app",
		]);
		assert.deepEqual(registry.requests, []);
	});

	it("follow what is written in open files", async () => {
		await client.open(uri("compose.yaml"), "services: {}\n", "dockercompose");
		await client.open(uri("api/Dockerfile"), `FROM ${registry.host}/team/db:16\n`);
		assert.equal((await look()).filter((line) => line.includes("team/")).length, 3);
	});

	it("are behind when their tag moves: hint, lens, card and view say so, and update brings them up to date", async () => {
		const dockerfile = text("api/Dockerfile");
		await client.open(uri("api/Dockerfile"), dockerfile);
		assert.deepEqual(await client.hints(uri("api/Dockerfile")), []);
		const now = add("team/base", "1.4-slim", NEW);
		const { count, problems } = await client.ask(REFRESH_IMAGES, { progressId: ++progressId });
		assert.deepEqual([count, problems], [2, []]);
		await eventually(() => client.refreshes.hints > 0 && client.told(IMAGES_CHANGED).length > 0, "the editor is told");
		const hints = await client.hints(uri("api/Dockerfile"));
		assert.match(labelsOf(hints).join("\n"), /^0 digest \d+ days behind tag$/);
		assert.match(tooltipOf(hints[0]), new RegExp(`\\| Tag \\| \`${now.slice(0, 19)}…\` \\|`));
		assert.match(tooltipOf(hints[0]), new RegExp(`\\| Pinned \\| \`${old.slice(0, 19)}…\` \\|`));
		assert.match(tooltipOf(hints[0]), /\| Created \| 2026-02-20 \|/);
		assert.match(tooltipOf(hints[0]), /\| Platforms \| linux\/amd64, linux\/arm64 \|/);
		assert.match(tooltipOf(hints[0]), /\[Update digest\]\(command:hullguard\.digest\.update\?/);
		const document = TextDocument.create("a", "dockerfile", 1, dockerfile);
		assert.equal(TextDocument.applyEdits(document, [...(hints[0]?.textEdits ?? [])]), dockerfile.replace(old, now));
		const lenses = (await client.lenses(uri("api/Dockerfile"))).map(({ command }) => command?.title ?? "");
		assert.match(lenses[0] ?? "", /^Update digest \(\d+ d\)$/);
		assert.equal(lenses[1], "Pin digest");
		assert.match(await client.hover(uri("api/Dockerfile"), { line: 0, character: 8 }), /days behind tag, which is now/);
		assert.match((await look()).join("\n"), /team\/base:1\.4-slim \| digest \d+ days behind tag · job test/);
		const { pins, asked } = await client.ask(PROPOSE_PINS, { progressId: ++progressId });
		assert.deepEqual(
			pins.map(({ label, before, after }) => [label, before, after === now]),
			[
				[".github/workflows/ci.yml:5", old, true],
				["api/Dockerfile:1", old, true],
				["api/Dockerfile:2", undefined, true],
				["compose.yaml:3", undefined, false],
				["k8s/app.yaml:6", undefined, false],
			],
		);
		const requests = registry.requests.length;
		const chosen = pins.filter(({ label }) => !label.startsWith("k8s"));
		const { files } = await client.ask(PIN_PLACES, { places: chosen, asked, progressId: ++progressId });
		assert.equal(registry.requests.length, requests, "what was proposed is what is written");
		assert.deepEqual(
			files.map(({ uri: file, version }) => [file === uri("api/Dockerfile"), version]),
			[
				[false, null],
				[true, 1],
				[false, null],
			],
		);
		const edited = files.find((file) => file.uri === uri("api/Dockerfile"))?.edits as TextEdit[];
		assert.equal(TextDocument.applyEdits(document, edited), dockerfile.replace(old, now).replace("slim\nUSER", `slim@${now}\nUSER`));
	});

	it("have hints in every kind of file, as the setting says", async () => {
		await client.ask(REFRESH_IMAGES, { progressId: ++progressId });
		for (const [name, language] of [
			["api/Dockerfile", "dockerfile"],
			["compose.yaml", "dockercompose"],
			[".github/workflows/ci.yml", "github-actions-workflow"],
			["k8s/app.yaml", "yaml"],
		] as const)
			await client.open(uri(name), text(name), language);
		const all = async (): Promise<readonly string[]> =>
			(
				await Promise.all(
					["api/Dockerfile", "compose.yaml", ".github/workflows/ci.yml", "k8s/app.yaml"].map((name) => client.hints(uri(name))),
				)
			)
				.map(labelsOf)
				.map((labels) => labels.join(", "));
		assert.deepEqual(await all(), ["", "", "", ""]);
		await client.configure({ digest: { inlayHints: "on" } });
		assert.deepEqual(await all(), ["0 pinned, current, 1 not pinned", "2 not pinned", "4 pinned, current", "5 not pinned"]);
		await client.configure({ digest: { inlayHints: "off" } });
		assert.deepEqual(await all(), ["", "", "", ""]);
		assert.deepEqual(await client.pull(uri(".github/workflows/ci.yml")), [], "a workflow is no Dockerfile");
	});

	it("are remembered over restarts, and read with the first file", async () => {
		const cacheFolder = mkdtempSync(join(tmpdir(), "hullguard-cache-"));
		try {
			await client.stop();
			await started({ cacheFolder });
			await client.open(uri("api/Dockerfile"), text("api/Dockerfile"));
			add("team/base", "1.4-slim", NEW);
			await client.ask(REFRESH_IMAGES, { progressId: ++progressId });
			await eventually(() => existsSync(join(cacheFolder, "images.json")), "the file is written");
			await client.stop();
			registry.requests.length = 0;
			await started({ cacheFolder, settings: { lint: { rules: { "base-image-digest-outdated": "warning" } } } });
			await client.open(uri("api/Dockerfile"), text("api/Dockerfile"));
			await eventually(async () => (await client.hints(uri("api/Dockerfile"))).length === 1, "the hint is there");
			const outdated = (await client.pull(uri("api/Dockerfile"))).filter(({ code }) => code === "base-image-digest-outdated");
			assert.deepEqual(
				outdated.map(({ range }) => range.start.line),
				[0],
			);
			assert.deepEqual(registry.requests, []);
		} finally {
			rmSync(cacheFolder, { recursive: true, force: true });
		}
	});

	it("are listed in a file that remembers when each was first pinned", async () => {
		const { host } = registry;
		writeFileSync(
			project.path("BASE_IMAGE_DIGESTS.md"),
			`| \`${host}/team/base:1.4-slim\` | \`${old}\` | 2026-01-10 | 2026-01-11 | \`x:1\` |\n`,
		);
		const list = await client.ask(IMAGE_LIST, { progressId: ++progressId });
		assert.equal(list.uri, uri("BASE_IMAGE_DIGESTS.md"));
		assert.match(
			list.text,
			new RegExp(
				`\\| \`${host}/team/base:1\\.4-slim\` \\| \`${old}\` \\| 2026-01-10 \\| 2026-01-11 \\| \`\\.github/workflows/ci\\.yml:5\`, \`api/Dockerfile:1\` \\|`,
			),
		);
	});

	it("have newer tags of the same flavour, looked for only when somebody asks", async () => {
		const newest = add("team/base", "1.6-slim", NEW);
		add("team/base", "1.7-alpine", NEW);
		add("team/base", "2.0-slim", NEW);
		await client.open(uri("api/Dockerfile"), text("api/Dockerfile"));
		const at = { line: 0, character: 10 };
		const actions = await client.actions(uri("api/Dockerfile"), at);
		const action = actions.find(({ title }) => title.startsWith("Look for a newer tag of ")) ?? assert.fail("no action");
		assert.equal(action.command?.command, "hullguard.digest.newerTag");
		assert.deepEqual(registry.requests, []);
		const { tag, edits } = await client.ask(NEWER_TAG, { uri: uri("api/Dockerfile"), at: { start: at, end: at } });
		assert.equal(tag, "1.6-slim");
		const document = TextDocument.create("a", "dockerfile", 1, text("api/Dockerfile"));
		assert.equal(
			TextDocument.applyEdits(document, edits.edits as TextEdit[]).split("\n")[0],
			`FROM ${registry.host}/team/base:1.6-slim@${newest} AS build`,
		);
		await client.open(uri("compose.yaml"), text("compose.yaml"), "dockercompose");
		const none = { line: 2, character: 20 };
		assert.deepEqual(
			(await client.actions(uri("compose.yaml"), none)).filter(({ title }) => title.startsWith("Look")),
			[],
			"16 names no release of anything",
		);
	});

	it("tell of a registry that asks for a pause", async () => {
		registry.fault = () => ({ kind: "answer", status: 429, headers: { "retry-after": "30" } });
		const { problems } = await client.ask(REFRESH_IMAGES, { progressId: ++progressId });
		assert.equal(problems[0]?.kind, "rateLimited");
		const [limit] = client.told(RATE_LIMITS).at(-1)?.limits ?? [];
		assert.equal(limit?.host, registry.host);
		const wait = (limit?.retryAt ?? 0) - Date.now();
		assert.ok(wait > 0 && wait <= 30_000, String(wait));
	});

	it("are looked up by themselves only with auto, in trusted workspaces, and once", async () => {
		const paths = (): readonly string[] => registry.requests.map(({ path }) => path);
		const open = async (network: string, trusted: boolean): Promise<void> => {
			await client.stop();
			await started({ settings: { digest: { network, useCredentials: false } }, initializationOptions: { trusted, commands: true } });
			await client.open(uri("api/Dockerfile"), text("api/Dockerfile"));
			await client.open(uri("compose.yaml"), text("compose.yaml"), "dockercompose");
			await client.pull(uri("api/Dockerfile"));
		};
		await open("onDemand", true);
		await open("auto", false);
		assert.deepEqual(paths(), []);
		await open("auto", true);
		await eventually(
			() => client.told(IMAGES_CHANGED).length > 0 && registry.requests.some(({ path }) => path.includes("/db/")),
			"both are looked up",
		);
		await eventually(async () => (await look()).some((line) => line.includes("pinned, current")), "and shown");
		const heads = (): number => paths().filter((path) => path.endsWith("/manifests/1.4-slim")).length;
		assert.equal(heads(), 1, "each image once");
		await client.save(uri("api/Dockerfile"));
		await client.pull(uri("api/Dockerfile"));
		assert.equal(heads(), 1);
	});

	it("stay as they were where the user wants no registry asked, and that is said", async () => {
		await client.configure({ digest: { network: "off" } });
		const id = { progressId: ++progressId };
		for (const request of [client.ask(PROPOSE_PINS, id), client.ask(REFRESH_IMAGES, id), client.ask(PIN_PLACES, { ...id, places: [] })])
			await assert.rejects(request, /digest\.network is off/);
		assert.equal((await client.ask(IMAGE_LIST, id)).count, 1, "the list needs no registry");
		assert.deepEqual(registry.requests, []);
	});

	it("have a card in other files' requests, too", async () => {
		await client.open(uri("compose.yaml"), text("compose.yaml"), "dockercompose");
		const at = { start: { line: 2, character: 20 }, end: { line: 2, character: 20 } };
		await client.ask(REFRESH_IMAGE, { uri: uri("compose.yaml"), at });
		assert.match((await look()).join("\n"), /team\/db:16 \| not pinned · service db/);
		assert.ok(registry.requests.some(({ path }) => path.endsWith("/team/db/manifests/16")));
	});

	it("a Compose file's argument is an image as soon as the Dockerfile says so, saved or not", async () => {
		const { host } = registry;
		const compose = `services:\n  web:\n    build:\n      context: ./web\n      args:\n        BASE: ${host}/team/base:1.4-slim\n`;
		write("web/Dockerfile", "FROM debian:12\n");
		write("web/compose.yaml", compose.replace("./web", "."));
		await started();
		await client.open(uri("web/compose.yaml"), text("web/compose.yaml"), "dockercompose");
		await client.open(uri("web/Dockerfile"), text("web/Dockerfile"));
		const pin = async (): Promise<readonly string[]> =>
			(await client.ask(PIN, { uri: uri("web/compose.yaml"), update: false })).outcomes.map(({ reference }) => reference);
		const at = { line: 5, character: 20 };
		const newer = async (): Promise<number> =>
			(await client.actions(uri("web/compose.yaml"), at)).filter(({ title }) => title.startsWith("Look for")).length;
		assert.deepEqual([await pin(), await newer()], [[], 0]);
		await client.change(uri("web/Dockerfile"), 2, "ARG BASE\nFROM $BASE\n");
		assert.deepEqual([await pin(), await newer()], [[`${host}/team/base:1.4-slim`], 1], "not saved");
		await client.change(uri("web/Dockerfile"), 3, "FROM debian:12\n");
		assert.deepEqual([await pin(), await newer()], [[], 0], "the file of Compose has not changed");
		await client.close(uri("web/Dockerfile"));
		write("web/Dockerfile", "ARG BASE\nFROM $BASE\n");
		assert.deepEqual([await pin(), await newer()], [[`${host}/team/base:1.4-slim`], 1], "from its file");
	});

	it("what the workspace's builds pass is what is copied for a Dockerfile", async () => {
		const { host } = registry;
		write("web/Dockerfile", "ARG TAG\nFROM image:$TAG\n".replace("image", `${host}/team/base`));
		write("docker-bake.hcl", 'target "web" {\n  context = "web"\n  args = { TAG = "1.4-slim" }\n}\n');
		await started();
		await client.open(uri("web/Dockerfile"), text("web/Dockerfile"));
		const at = { start: { line: 1, character: 8 }, end: { line: 1, character: 8 } };
		const copied = async (): Promise<readonly string[]> => (await client.ask(BUILD_ARGUMENT, { uri: uri("web/Dockerfile"), at })).lines;
		assert.deepEqual(await copied(), [`--build-arg TAG=1.4-slim@${old}`]);
		await client.open(uri("docker-bake.hcl"), text("docker-bake.hcl").replace("TAG", "OTHER"), "dockerbake");
		assert.deepEqual(await copied(), [], "as the editor has it");
	});
});
