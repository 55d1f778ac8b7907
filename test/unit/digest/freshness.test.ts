import assert from "node:assert/strict";
import { freshnessOf, freshnessText } from "../../../server/core/digest/freshness.ts";
import { imageFacts, NO_RECORDS, withDigest, withImage, withoutTag } from "../../../server/core/digest/imageRecords.ts";
import { type ImageReference, parseReference } from "../../../server/core/image/reference.ts";

const OLD = `sha256:${"a".repeat(64)}`;
const NEW = `sha256:${"b".repeat(64)}`;
const NAME = "docker.io/library/debian:12";

function reference(text: string): ImageReference {
	const parsed = parseReference(text);
	assert.ok(parsed !== undefined);
	return parsed;
}

describe("freshness of a pinned image", () => {
	const seen = withDigest(withDigest(NO_RECORDS, NAME, OLD, "2026-01-01T10:00:00Z"), NAME, NEW, "2026-01-20T10:00:00Z");
	const of = (text: string, records = seen, today = "2026-02-01"): string => freshnessText(freshnessOf(reference(text), records, today));

	it("is not pinned, current or behind", () => {
		assert.equal(of("debian:12"), "not pinned");
		assert.equal(of(`debian:12@${NEW}`), "pinned, current");
		assert.equal(of(`debian:12@${OLD}`), "digest 12 days behind tag");
	});

	it("counts from when the newer image was made, where that is known", () => {
		assert.equal(of(`debian:12@${OLD}`, withImage(seen, NEW, { created: "2026-01-31T00:00:00Z" })), "digest 1 day behind tag");
		assert.equal(of(`debian:12@${OLD}`, withImage(seen, NEW, { created: "1970-01-01T00:00:00Z" })), "digest 12 days behind tag");
	});

	it("says what changed", () => {
		const records = withImage(
			withImage(seen, OLD, { created: "2025-12-01T00:00:00Z", size: 1_000_000, platforms: ["linux/amd64", "linux/386"] }),
			NEW,
			{
				created: "2026-01-15T00:00:00Z",
				size: 2_500_000,
				platforms: ["linux/amd64", "linux/arm64"],
			},
		);
		const found = freshnessOf(reference(`debian:12@${OLD}`), records, "2026-02-01");
		assert.deepEqual(found.kind === "behind" && found.changes, [
			"created 2025-12-01, now 2026-01-15",
			"1.0 MB, now 2.5 MB",
			"no longer for linux/386",
			"also for linux/arm64",
		]);
	});

	it("one platform of the index that the tag names is current", () => {
		assert.equal(of(`debian:12@${OLD}`, withImage(seen, NEW, { manifests: [OLD] })), "pinned, current");
		const two = (platform: string): string =>
			of(`debian:12@${OLD}`, withImage(seen, NEW, { manifests: [`sha256:${"c".repeat(64)}`, OLD], platforms: ["linux/amd64", platform] }));
		assert.equal(two("linux/arm64/v8"), "pinned for linux/arm64/v8 only, current");
		assert.equal(two("linux/[x](command:y)"), "pinned, current", "whatever a registry says");
	});

	it("is unknown where nobody asked, and where there is no tag", () => {
		assert.equal(of("debian:13"), "not asked");
		assert.equal(of(`debian@${OLD}`), "not asked");
	});

	it("a tag that is gone is said to be, and comes back", () => {
		const gone = withoutTag(seen, NAME, "2026-01-25T00:00:00Z");
		assert.equal(of(`debian:12@${OLD}`, gone), "tag gone");
		assert.equal(imageFacts(gone).size, 0);
		assert.equal(of(`debian:12@${NEW}`, withDigest(gone, NAME, NEW, "2026-01-26T00:00:00Z")), "pinned, current");
		assert.equal(withoutTag(NO_RECORDS, NAME, "2026-01-25T00:00:00Z"), NO_RECORDS);
	});

	it("a tag that is asked again keeps when its digest was first seen", () => {
		const again = withDigest(seen, NAME, NEW, "2026-01-30T10:00:00Z");
		assert.equal(again.tags[NAME]?.history.length, 2);
		assert.equal(of(`debian:12@${OLD}`, again), "digest 12 days behind tag");
		assert.equal(imageFacts(again).get(NAME)?.asked, "2026-01-30");
	});
});
