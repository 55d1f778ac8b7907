import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Metafile } from "esbuild";
import { packExtension } from "../../scripts/packExtension.ts";
import { readArchive } from "../support/archive.ts";
import { needsEditor, testEditor } from "../support/editor.ts";
import { requireAll } from "../support/requirements.ts";

const FILES = [
	"[Content_Types].xml",
	"extension.vsixmanifest",
	"extension/LICENSE.txt",
	"extension/changelog.md",
	"extension/dist/THIRD-PARTY.txt",
	"extension/dist/extension.cjs",
	"extension/dist/server.cjs",
	"extension/media/hullguard.schema.json",
	"extension/media/hullguard.svg",
	"extension/media/icon.png",
	"extension/media/openvex.schema.json",
	"extension/media/walkthrough/decide.md",
	"extension/media/walkthrough/fix.md",
	"extension/media/walkthrough/open.md",
	"extension/media/walkthrough/pin.md",
	"extension/media/walkthrough/tools.md",
	"extension/package.json",
	"extension/package.nls.json",
	"extension/readme.md",
	"extension/syntaxes/suppression.tmLanguage.json",
];

describe("npm run package", function () {
	this.timeout(120_000);
	let folder: string;
	let vsix: string;
	let files: ReadonlyMap<string, Buffer>;
	const textOf = (name: string): string => files.get(name)?.toString("utf8") ?? "";

	before(() => {
		folder = mkdtempSync(join(tmpdir(), "hullguard-package-"));
		const said = execFileSync("npm", ["run", "--silent", "package"], { encoding: "utf8", shell: process.platform === "win32" });
		assert.match(said, /^hullguard\.vsix {2}\d+ kB$/m);
		vsix = join(folder, "hullguard.vsix");
		cpSync("hullguard.vsix", vsix);
		files = readArchive(vsix);
	});
	after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

	it("makes an archive of no more than 1.5 MB", () => {
		const { size } = statSync(vsix);
		console.log(`    hullguard.vsix ${(size / 1000).toFixed(0)} kB`);
		assert.ok(size <= 1_500_000, `${size} bytes`);
	});

	it("packs what is meant and nothing else", () => assert.deepEqual([...files.keys()].sort(), FILES));

	it("packs the texts as they are", () => {
		for (const [packed, source] of [
			["LICENSE.txt", "LICENSE"],
			["changelog.md", "CHANGELOG.md"],
			["package.nls.json", "package.nls.json"],
			["dist/THIRD-PARTY.txt", "dist/THIRD-PARTY.txt"],
		] as const)
			assert.equal(textOf(`extension/${packed}`), readFileSync(source, "utf8"));
		// Links of the page are made absolute: the marketplace shows it elsewhere.
		assert.match(textOf("extension/readme.md"), /^# Hullguard/m);
		assert.doesNotMatch(textOf("extension/readme.md"), /\]\((?!https:|#)/);
	});

	it("packs bundles for release: without source maps, without a path of this machine", () => {
		for (const name of ["extension/dist/extension.cjs", "extension/dist/server.cjs"]) {
			assert.doesNotMatch(textOf(name), /sourceMappingURL/);
			assert.ok(!textOf(name).includes(resolve(".")), name);
		}
	});

	it("holds the licence of every package in its bundles", () => {
		const bundles = JSON.parse(readFileSync("dist/meta/bundles.json", "utf8")) as Record<string, Metafile>;
		const outputs = ["extension", "server"].flatMap((name) => Object.values(bundles[name]?.outputs ?? {}));
		const used = outputs.flatMap(({ inputs }) => Object.entries(inputs)).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
		const packages = new Set(used.flatMap(([path]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
		assert.ok(packages.has("vscode-languageclient") && packages.has("unbash") && packages.size > 5);
		const notices = textOf("extension/dist/THIRD-PARTY.txt");
		const lines = notices.split("\n");
		const users = lines.filter((_, index) => /^-{80,}$/.test(lines[index - 1] ?? "") && /^-{80,}$/.test(lines[index + 1] ?? ""));
		const licensed = new Set(users.flatMap((line) => line.split(", ")));
		assert.deepEqual(
			[...packages].filter((name) => !licensed.has(name) || !lines.some((line) => line.startsWith(`${name} `))),
			[],
		);
		assert.match(notices, /Permission is hereby granted, free of charge/);
	});

	it("makes the same bytes again", () => {
		assert.ok(readFileSync(packExtension(join(folder, "again.vsix"))).equals(readFileSync(vsix)));
	});

	it("installs in a VS Code that has nothing else", function () {
		requireAll(this, [needsEditor()]);
		const editor = testEditor();
		assert.ok(editor !== undefined);
		const data = join(folder, "data");
		const code = (...args: readonly string[]): string =>
			execFileSync(
				editor.node,
				[join(editor.folder, "out", "server-main.js"), "--accept-server-license-terms", "--server-data-dir", data, ...args],
				{ encoding: "utf8", env: { ...process.env, EXTENSIONS_GALLERY: "{}", VSCODE_CLI: "1" }, stdio: ["ignore", "pipe", "pipe"] },
			);
		assert.match(code("--install-extension", vsix), /successfully installed/);
		const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
		assert.equal(code("--list-extensions", "--show-versions").trim(), `hullguard.hullguard@${version}`);
		const installed = readdirSync(join(data, "extensions")).filter((name) => name.startsWith("hullguard.hullguard-"));
		assert.equal(installed.length, 1);
		assert.ok(existsSync(join(data, "extensions", installed[0] ?? "", "dist", "server.cjs")));
	});
});

describe("npm pack", function () {
	this.timeout(60_000);

	it("takes the command line with its server and schemas, and nothing else", () => {
		const said = execFileSync("npm", ["pack", "--dry-run", "--json"], {
			encoding: "utf8",
			shell: process.platform === "win32",
			stdio: ["ignore", "pipe", "ignore"],
		});
		const [{ files }] = JSON.parse(said) as [{ files: { path: string }[] }];
		assert.deepEqual(files.map(({ path }) => path).sort(), [
			"LICENSE",
			"README.md",
			"dist/THIRD-PARTY.txt",
			"dist/cli.cjs",
			"dist/commands.cjs",
			"dist/lint.cjs",
			"dist/server.cjs",
			"media/hullguard.schema.json",
			"media/openvex.schema.json",
			"package.json",
		]);
	});
});
