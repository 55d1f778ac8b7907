import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { cacheFolder } from "../../server/operations/cacheFolder.ts";
import { hullguard, temporaryWorkspace, type Workspace } from "../support/commandLine.ts";
import { needsNode20, node20, requireAll } from "../support/requirements.ts";

describe("the program's start", () => {
	let workspace: Workspace;
	beforeEach(() => {
		workspace = temporaryWorkspace({ Dockerfile: "FROM scratch\nUSER 1:1\n" });
	});
	afterEach(() => workspace.remove());
	const lint = (environment: Readonly<Record<string, string | undefined>>, node?: string) =>
		hullguard(["lint", "Dockerfile"], { folder: workspace.folder, environment, ...(node === undefined ? {} : { node }) });

	it("keeps compiled code in the user's own folder for caches, never in one for temporary files", () => {
		assert.equal(cacheFolder({ HOME: "/home/me" }, "linux"), "/home/me/.cache/hullguard");
		assert.equal(cacheFolder({ HOME: "/home/me", XDG_CACHE_HOME: "/cache" }, "linux"), "/cache/hullguard");
		assert.equal(cacheFolder({ HOME: "/Users/me" }, "darwin"), "/Users/me/Library/Caches/hullguard");
		for (const environment of [{}, { HOME: "" }, { HOME: "." }, { XDG_CACHE_HOME: "cache" }])
			assert.equal(cacheFolder(environment, "linux"), undefined, JSON.stringify(environment));
	});

	it("makes that folder", async function () {
		if (process.platform === "win32") this.skip();
		assert.equal((await lint({ XDG_CACHE_HOME: undefined, HOME: workspace.folder })).code, 0);
		const folder = cacheFolder({ HOME: workspace.folder }, process.platform);
		assert.ok(folder !== undefined && existsSync(folder));
	});

	for (const [what, home] of [
		["there is no home", undefined],
		["the home takes no folders", "/dev/null"],
		["the home is one where Node would try without end", "/proc/nobody"],
	] as const) {
		it(`works where ${what}`, async function () {
			if (process.platform !== "linux") this.skip();
			const { code, stderr } = await lint({ HOME: home, XDG_CACHE_HOME: undefined });
			assert.deepEqual([code, stderr], [0, ""]);
		});
	}

	const kept = (): readonly string[] => {
		const folder = workspace.path("cache/hullguard");
		return readdirSync(folder).map((name) => join(folder, name));
	};
	const cache = (): Readonly<Record<string, string>> => ({
		XDG_CACHE_HOME: workspace.path("cache"),
		LOCALAPPDATA: workspace.path("cache"),
	});
	const lintHere = (node?: string) => lint(cache(), node);
	const call = (...words: readonly string[]) => hullguard(words, { folder: workspace.folder, environment: cache() });

	it("compiles once", async () => {
		await lintHere();
		const [file = "", ...others] = kept();
		const { ino, size } = statSync(file);
		assert.equal(basename(file).split("-")[0], "lint.cjs");
		assert.deepEqual(others, []);
		assert.ok(size > 1e6, `${size} bytes`);
		await lintHere();
		assert.deepEqual([kept(), statSync(file).ino], [[file], ino]);
	});

	it("compiles again if something happened to what was kept", async () => {
		await lintHere();
		const [file = ""] = kept();
		const whole = readFileSync(file);
		const middle = whole.length >> 1;
		for (const broken of [
			Buffer.alloc(0),
			whole.subarray(0, 3),
			whole.subarray(0, middle),
			Buffer.from(whole).fill(0x5a, middle, middle + 64),
		]) {
			writeFileSync(file, broken);
			const { code, stderr } = await lintHere();
			assert.deepEqual([code, stderr, kept()], [0, "", [file]]);
			assert.ok(statSync(file).size > 1e6);
		}
	});

	it("forgets what it compiled of other versions, the oldest first", async () => {
		await lintHere();
		const [file = ""] = kept();
		rmSync(file);
		const older = [1, 2, 3, 4, 5].map((age) => join(dirname(file), `lint.cjs-${age}-0`));
		older.forEach((path, index) => {
			writeFileSync(path, "");
			utimesSync(path, 1_000_000 - index, 1_000_000 - index);
		});
		const other = join(dirname(file), "images.json");
		writeFileSync(other, "{}");
		await lintHere();
		assert.deepEqual(new Set(kept()), new Set([file, ...older.slice(0, 3), other]));
	});

	it("keeps nothing of a call that failed, or that asked for help", async () => {
		assert.equal((await call("lint", "nowhere")).code, 2);
		assert.equal((await call("lint", "--help")).code, 0);
		assert.deepEqual(
			kept().filter((path) => basename(path).startsWith("lint.cjs-")),
			[],
		);
	});

	it("keeps what it compiled for many files, too, although V8 has other flags then", async () => {
		for (let number = 0; number < 40; number++) workspace.write(`many/${number}/Dockerfile`, "FROM debian:12\nRUN apt-get update\n");
		await call("lint", "many");
		const [file = ""] = kept();
		const { ino } = statSync(file);
		await lintHere();
		assert.deepEqual([kept(), statSync(file).ino], [[file], ino]);
	});

	it("works on Node 20", async function () {
		requireAll(this, [needsNode20()]);
		for (const _ of ["compiled", "kept"]) {
			const { code, stderr } = await lintHere(node20());
			assert.deepEqual([code, stderr, kept().length], [0, "", 1]);
		}
	});
});
