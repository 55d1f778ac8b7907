import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
		for (const text of ["{", "[]", '{"version":99,"tags":{},"digests":{}}', '{"version":1,"tags":3}']) {
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
