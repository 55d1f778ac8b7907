import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createImageStore } from "../../../server/operations/imageStore.ts";
import { diskFiles } from "../../../server/tools/files.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const NAME = "docker.io/library/debian:12";

describe("what registries said, over restarts", () => {
	let folder: string;
	const log: string[] = [];
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "hullguard ü "));
		log.length = 0;
	});
	afterEach(() => rmSync(folder, { recursive: true }));
	const store = (path = join(folder, "cache", "images.json")) => createImageStore(path, diskFiles, (line) => log.push(line));
	const keep = (name = NAME, digest = DIGEST, askedAt = Date.parse("2026-01-01T00:00:00Z")) => {
		const kept = store();
		kept.cache.keepDigest(name, { digest, askedAt, registryHost: "h", mediaType: "application/vnd.oci.image.index.v1+json" });
		return kept;
	};

	it("is there after a restart", async () => {
		await keep().flush();
		const next = store();
		await next.load();
		assert.deepEqual(next.records().tags[NAME]?.history, [{ digest: DIGEST, firstSeen: "2026-01-01T00:00:00.000Z" }]);
	});

	it("what was asked before the file was read is not lost", async () => {
		await keep().flush();
		const next = store();
		next.cache.keepDigest("docker.io/library/node:22", {
			digest: DIGEST,
			askedAt: 0,
			registryHost: "h",
			mediaType: "application/vnd.oci.image.index.v1+json",
		});
		await next.load();
		assert.deepEqual(Object.keys(next.records().tags).sort(), [NAME, "docker.io/library/node:22"]);
	});

	it("the days on which digests were first seen are kept, whatever was asked before the file was read", async () => {
		await keep().flush();
		const next = keep(NAME, DIGEST, Date.parse("2026-03-01T00:00:00Z"));
		await next.load();
		assert.deepEqual(next.records().tags[NAME]?.history, [{ digest: DIGEST, firstSeen: "2026-01-01T00:00:00.000Z" }]);
		assert.equal(next.records().tags[NAME]?.asked, "2026-03-01T00:00:00.000Z");
	});

	it("what another one wrote in the meantime stays, and is told to who listens", async () => {
		const [first, second] = [keep("docker.io/library/a:1"), keep("docker.io/library/b:1")];
		let calls = 0;
		second.onChange(() => calls++);
		await first.flush();
		await second.flush();
		assert.equal(calls, 1);
		for (const each of [second, store()]) {
			await each.load();
			assert.deepEqual(Object.keys(each.records().tags).sort(), ["docker.io/library/a:1", "docker.io/library/b:1"]);
		}
		await second.flush();
		assert.equal(calls, 1, "nothing new");
	});

	it("nothing of two processes that write at the same time is lost, and what stands there is whole at any time", async function () {
		this.timeout(60_000);
		const path = join(folder, "cache", "images.json");
		const writers = ["a", "b"].map((name) => {
			const child = spawn(process.execPath, ["test/support/imageStoreInChild.ts", path, name, "60"], {
				stdio: ["pipe", "pipe", "inherit"],
			});
			return { child, ready: once(child.stdout, "data"), ended: once(child, "close") };
		});
		await Promise.all(writers.map(({ ready }) => ready));
		for (const { child } of writers) child.stdin.end("go");
		let running = true;
		const ended = Promise.all(writers.map((writer) => writer.ended)).finally(() => {
			running = false;
		});
		let reads = 0;
		while (running) {
			const text = await diskFiles.readText(path);
			if (text !== undefined) JSON.parse(text);
			reads++;
		}
		assert.deepEqual(
			(await ended).map(([code]) => code as number),
			[0, 0],
		);
		assert.ok(reads > 1);
		const all = store();
		await all.load();
		assert.equal(Object.keys(all.records().tags).filter((name) => /\/[ab]:\d+$/.test(name)).length, 120);
		assert.equal(all.records().tags["docker.io/library/both:1"]?.history.length, 1);
		assert.deepEqual(readdirSync(join(folder, "cache")), ["images.json"]);
	});

	it("a lock that somebody left behind holds nobody for ever", async function () {
		this.timeout(20_000);
		await keep().flush();
		const lock = join(folder, "cache", "images.json.lock");
		writeFileSync(lock, "");
		const before = new Date(Date.now() - 60_000);
		utimesSync(lock, before, before);
		await keep("docker.io/library/late:1").flush();
		const next = store();
		await next.load();
		assert.ok("docker.io/library/late:1" in next.records().tags);
		assert.deepEqual(readdirSync(join(folder, "cache")), ["images.json"]);
	});

	it("tells listeners of each answer, until they go", () => {
		const kept = store();
		let calls = 0;
		const stop = kept.onChange(() => calls++);
		kept.cache.noteMissing("docker.io/library/never-seen:1", 0);
		assert.equal(calls, 0, "nothing is known of what was never there");
		kept.cache.keepDigest(NAME, { digest: DIGEST, askedAt: 0, registryHost: "h", mediaType: "application/vnd.oci.image.index.v1+json" });
		kept.cache.noteMissing(NAME, 1000);
		assert.equal(calls, 2);
		stop();
		kept.cache.keepTags(NAME, ["12", "13"]);
		assert.equal(calls, 2);
		assert.deepEqual(kept.records().tags[NAME]?.tags, ["12", "13"]);
	});

	it("a broken file counts as empty, another version's too", async () => {
		for (const text of [
			'{"version":1,"tags":{"a":{"asked":"2026","history":[null]}, "b":7, "c":{"asked":1,"history":[]}},"digests":{}}',
			"{",
			"[]",
			'{"version":99,"tags":{},"digests":{}}',
			'{"version":1,"tags":3}',
		]) {
			writeFileSync(join(folder, "images.json"), text);
			const kept = store(join(folder, "images.json"));
			await kept.load();
			assert.deepEqual(kept.records(), { tags: {}, digests: {} });
		}
	});

	it("a folder that cannot be written is told, and nothing fails", async () => {
		writeFileSync(join(folder, "file"), "");
		const kept = store(join(folder, "file", "images.json"));
		kept.cache.keepDigest(NAME, { digest: DIGEST, askedAt: 0, registryHost: "h", mediaType: "application/vnd.oci.image.index.v1+json" });
		await kept.flush();
		assert.match(log.join(), /could not be kept/);
	});

	it("keeps the 2000 tags that were asked for last", async () => {
		const kept = keep();
		for (let index = 0; index < 2100; index++)
			kept.cache.keepDigest(`docker.io/library/x:${index}`, {
				digest: DIGEST,
				askedAt: Date.parse("2026-02-01T00:00:00Z") + index,
				registryHost: "h",
				mediaType: "application/vnd.oci.image.index.v1+json",
			});
		await kept.flush();
		const { tags } = JSON.parse(readFileSync(join(folder, "cache", "images.json"), "utf8")) as { tags: Record<string, unknown> };
		assert.equal(Object.keys(tags).length, 2000);
		assert.ok(!(NAME in tags) && "docker.io/library/x:2099" in tags);
	});
});
