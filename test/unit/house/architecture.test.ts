import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Metafile } from "esbuild";
import { findCycle, type Import, importsBelow, sourcesBelow } from "../../support/imports.ts";

/** Who may import what. The first entry whose folder holds the importing file counts. */
const WALLS: readonly { readonly from: string; readonly may: readonly RegExp[] }[] = [
	{ from: "server/core/dockerfile/model/views.ts", may: [/^server\/core\//, /^dockerfile-ast$/] },
	{ from: "server/core/shell/", may: [/^server\/core\/(?:shell|knowledge)\//, /^server\/core\/[a-zA-Z]+\.ts$/, /^unbash$/] },
	{ from: "server/core/settings/", may: [/^server\/core\//, /^yaml$/] },
	{ from: "server/core/inline/", may: [/^server\/core\//, /^yaml$/] },
	{ from: "server/core/references/", may: [/^server\/core\//, /^yaml$/] },
	{ from: "server/core/knowledge/", may: [/^server\/core\/knowledge\//] },
	{ from: "server/core/", may: [/^server\/core\//] },
	{ from: "server/tools/run.ts", may: [/^server\/(?:core|tools)\//, /^node:/, /^execa$/] },
	{ from: "server/tools/", may: [/^server\/(?:core|tools)\//, /^node:/] },
	{ from: "server/operations/findFiles.ts", may: [/^server\/(?:core|tools|operations)\//, /^node:/, /^ignore$/] },
	{ from: "server/operations/", may: [/^server\/(?:core|tools|operations)\//, /^node:/] },
	{ from: "server/protocol.ts", may: [/^server\/core\//] },
	{
		from: "server/lsp/",
		may: [
			/^server\/(?:core|operations|lsp)\//,
			/^server\/protocol\.ts$/,
			/^server\/tools\/(?:errors|files)\.ts$/,
			/^vscode-languageserver\/node$/,
			/^vscode-languageserver-textdocument$/,
			/^node:/,
		],
	},
	{ from: "server/cli/", may: [/^server\/(?:core|operations|cli)\//, /^server\/tools\/(?:errors|files)\.ts$/, /^node:/] },
	{ from: "client/", may: [/^client\//, /^server\/protocol\.ts$/, /^vscode$/, /^vscode-languageclient\/node$/] },
];

/** Sources of more than 250 lines, each with the reason why it is not split. */
const MAY_BE_LONG: ReadonlyMap<string, string> = new Map([
	["server/cli/commands.ts", "a table"],
	["server/core/knowledge/baseImages.ts", "a table"],
	["server/core/knowledge/cacheDirectories.ts", "a table"],
	["server/core/knowledge/packageManagers.ts", "a table"],
	["server/core/knowledge/secretNames.ts", "a table"],
	["server/core/knowledge/supportEnds.ts", "a table"],
	["server/core/settings/schema.ts", "a table"],
	["server/protocol.ts", "a table: every request with the shapes of its two sides"],
]);

/** What the editor itself calls in an extension. */
const EXTENSION_ENTRIES: ReadonlySet<string> = new Set(["activate", "deactivate"]);

const SOURCES = [...sourcesBelow("client"), ...sourcesBelow("server")];

describe("architecture", () => {
	const imports = importsBelow("server", "client");

	it("nothing is imported through a wall", () => {
		const wrong = imports.filter(({ from, to, typeOnly }) => {
			const wall = WALLS.find((candidate) => from.startsWith(candidate.from));
			// The client may know the shapes that the protocol is made of.
			if (from.startsWith("client/") && typeOnly && to.startsWith("server/core/")) return false;
			return wall === undefined || !wall.may.some((pattern) => pattern.test(to));
		});
		assert.deepEqual(wrong.map(show), []);
	});

	it("no rule imports another rule, and rules know no shell of the program", () => {
		const rules = imports.filter(({ from }) => /^server\/core\/rules\/[a-z-]+\//.test(from) && !from.endsWith("/rules.ts"));
		const wrong = rules.filter(({ to }) => /^server\/core\/(?:rules\/[a-z-]+\/|lint\/|report\/|settings\/)/.test(to));
		assert.deepEqual(wrong.map(show), []);
	});

	it("reports know findings, not rules' insides; vulnerabilities do not know VEX", () => {
		const wrong = imports.filter(({ from, to }) => from.startsWith("server/core/vulnerabilities/") && to.startsWith("server/core/vex/"));
		assert.deepEqual(wrong.map(show), []);
	});

	it("there is no cycle between files", () => {
		assert.equal(findCycle(graph(imports, (path) => path)), undefined);
	});

	it("there is no cycle between folders", () => {
		const folders = imports.filter(({ from, to }) => /^(?:server|client)\//.test(to) && dirname(from) !== dirname(to));
		assert.equal(findCycle(graph(folders, topic)), undefined);
	});

	it("the folders of the Dockerfile's model know only those that stand above them in docs/architecture.md", () => {
		const parts = readFileSync("docs/architecture.md", "utf8").split("### The Dockerfile")[1]?.split("\n## ")[0] ?? "";
		const order = [...parts.matchAll(/^\| `([a-z]+)\/` \|/gm)].map(([, name]) => name);
		const folderOf = (path: string): string | undefined => /^server\/core\/dockerfile\/(\w+)\//.exec(path)?.[1];
		assert.deepEqual(order.toSorted(), [...new Set(SOURCES.flatMap((path) => folderOf(path) ?? []))].sort());
		const wrong = imports.filter(({ from, to }) => {
			const [own, other] = [folderOf(from), folderOf(to)];
			return own !== undefined && other !== undefined && order.indexOf(other) > order.indexOf(own);
		});
		assert.deepEqual(wrong.map(show), []);
	});

	it("core reads no clock, no environment, no file and no network", () => {
		const forbidden = /\b(?:Date\.now|new Date\(\)|process\.|fetch\(|setTimeout|Math\.random|require\()/;
		const wrong = [...new Set(imports.map(({ from }) => from).filter((path) => path.startsWith("server/core/")))].filter((path) =>
			forbidden.test(code(path)),
		);
		assert.deepEqual(wrong, []);
	});

	it("only run.ts starts processes, and only the registry's folder asks the network", () => {
		assert.deepEqual(users(imports, /^(?:execa|node:(?:child_process|cluster|worker_threads))$/), ["server/tools/run.ts"]);
		const network = /\bfetch\b(?=\()|\bglobalThis\.fetch\b|\b(?:WebSocket|EventSource|XMLHttpRequest)\b/;
		assert.deepEqual(
			SOURCES.filter((path) => network.test(code(path))),
			["server/tools/registry/exchange.ts"],
		);
		// The first two sort addresses by kind with `isIP` and `BlockList` of `node:net`; nothing is connected to.
		assert.deepEqual(users(imports, /^node:(?:dgram|dns|http2?|https|net|tls)(?:\/|$)/), [
			"server/tools/registry/addresses.ts",
			"server/tools/registry/proxies.ts",
			"server/tools/registry/throughProxy.ts",
		]);
	});

	it("what a source gives out somebody takes", () => {
		const taken = new Set(
			[...imports, ...importsBelow("scripts", "test")].flatMap(({ to, names }) => names.map((name) => `${to}: ${name}`)),
		);
		const unused = SOURCES.filter((path) => !taken.has(`${path}: *`)).flatMap((path) =>
			givenNames(path).flatMap((name) => (taken.has(`${path}: ${name}`) || EXTENSION_ENTRIES.has(name) ? [] : [`${path}: ${name}`])),
		);
		assert.deepEqual(unused, []);
	});

	it("no source is too long to be read at once", () => {
		const long = [...SOURCES, ...sourcesBelow("scripts")].filter((path) => readFileSync(path, "utf8").split("\n").length - 1 > 250);
		assert.deepEqual(long.sort(), [...MAY_BE_LONG.keys()].sort(), "too long, or in the list without need");
	});

	it("the bundles hold what their part of the house may use", function () {
		this.timeout(60_000);
		if (!existsSync("dist/meta/bundles.json")) execFileSync(process.execPath, ["scripts/build.ts"]);
		const bundles = JSON.parse(readFileSync("dist/meta/bundles.json", "utf8")) as Record<string, Metafile>;
		const inputs = (name: string): readonly string[] => Object.keys(bundles[name]?.inputs ?? {});
		assert.ok(
			inputs("cli").every((path) => !/node_modules\/vscode-(?:languageserver|languageserver-protocol|languageclient|jsonrpc)\//.test(path)),
			"the command line holds no language server",
		);
		assert.ok(inputs("server").every((path) => !path.startsWith("client/") && !path.startsWith("server/cli/")));
		assert.ok(
			inputs("extension").every((path) => !path.startsWith("server/") || path === "server/protocol.ts"),
			"the client shares the protocol alone",
		);
	});
});

function graph(imports: readonly Import[], node: (path: string) => string): ReadonlyMap<string, ReadonlySet<string>> {
	const edges = new Map<string, Set<string>>();
	for (const { from, to } of imports) {
		if (!/^(?:server|client)\//.test(to) || node(from) === node(to)) continue;
		edges.set(node(from), (edges.get(node(from)) ?? new Set()).add(node(to)));
	}
	return edges;
}

/** The folder of a file; single files at the top of a part are topics of their own. */
function topic(path: string): string {
	const folder = dirname(path);
	return /^server(?:\/core(?:\/rules)?)?$/.test(folder) ? path : folder;
}

/** The names of the values that a source gives out; the shapes stand beside what takes or gives them. */
function givenNames(path: string): readonly string[] {
	const text = code(path);
	const declared = text.matchAll(/^export (?:async )?(?:function\*?|const|let|class) (\w+)/gm);
	const listed = [...text.matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, list = ""]) => list.split(","));
	const names = listed.flatMap((entry) => (/^\s*type\s/.test(entry) ? [] : (/(\w+)\s*$/.exec(entry)?.[1] ?? [])));
	return [...[...declared].map(([, name = ""]) => name), ...names, ...(/^export default /m.test(text) ? ["default"] : [])];
}

function users(imports: readonly Import[], packages: RegExp): readonly string[] {
	return [...new Set(imports.filter(({ to }) => packages.test(to)).map(({ from }) => from))];
}

function code(path: string): string {
	return readFileSync(path, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}

function show({ from, to }: Import): string {
	return `${from} → ${to}`;
}
