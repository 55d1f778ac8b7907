import assert from "node:assert/strict";
import fc from "fast-check";
import { newerTag } from "../../../server/core/image/newerTags.ts";

describe("newer tags", () => {
	it("keeps the suffix", () => {
		const tags = ["3.11.9-slim-bookworm", "3.11.8-slim-bookworm", "3.11.10", "3.11.11-alpine", "3.11.12-slim-bullseye", "latest"];
		assert.equal(newerTag("3.11.6-slim-bookworm", tags), "3.11.9-slim-bookworm");
		assert.equal(newerTag("3.11.6-slim", tags), undefined);
		assert.equal(newerTag("3.11.9-slim-bookworm", tags), undefined);
	});

	it("compares numbers, not texts, and keeps their number", () => {
		assert.equal(newerTag("1.9", ["1.10", "1.11.1", "1.2"]), "1.10");
		assert.equal(newerTag("1.9.0", ["1.10", "2"]), undefined);
		assert.equal(newerTag("v1.2.3", ["1.2.9", "v1.2.4"]), "v1.2.4");
	});

	it("stays in the major version, and in the minor one where that is asked for", () => {
		const tags = ["1.2.4", "1.3.0", "2.0.0"];
		assert.equal(newerTag("1.2.3", tags), "1.3.0");
		assert.equal(newerTag("1.2.3", tags, "patch"), "1.2.4");
		assert.equal(newerTag("22", ["24", "22.1"]), undefined);
		assert.equal(newerTag("22-alpine", ["24-alpine"]), undefined);
	});

	it("takes a prerelease only in place of one", () => {
		const tags = ["3.14.0rc2-slim", "3.14.0-slim", "3.15.0a1-slim"];
		assert.equal(newerTag("3.13.1-slim", ["3.14.0rc2-slim", "3.14.0-beta.1-slim"]), undefined);
		assert.equal(newerTag("3.14.0rc1-slim", ["3.14.0rc2-slim", "3.14.0b9-slim"]), "3.14.0rc2-slim");
		assert.equal(newerTag("3.14.0rc1-slim", ["3.14.0rc2-slim", "3.14.0-slim"]), "3.14.0-slim");
		assert.equal(newerTag("3.14.0rc1-slim", tags), "3.15.0a1-slim");
		assert.equal(newerTag("1.0.0-preview.7-alpine", ["1.0.0-preview.10-alpine", "1.0.0-rc.1-alpine"]), "1.0.0-rc.1-alpine");
	});

	it("knows dates", () => {
		assert.equal(
			newerTag("bookworm-20250113-slim", ["bookworm-20250203-slim", "trixie-20260101-slim", "bookworm-20250901"]),
			"bookworm-20250203-slim",
		);
		assert.equal(newerTag("20240101", ["20250101", "20251399", "99999999"]), "20250101");
	});

	it("says nothing of other shapes", () => {
		for (const tag of ["latest", "bookworm", "lts-alpine", "8u412-b08-jre", "1.2.3foo", "", "1"])
			assert.equal(newerTag(tag, ["1.2.4", "9u1", "2"]), undefined, tag);
	});

	it("gives one of the tags, which has nothing newer among them, in no time", () => {
		const part = fc.constantFrom("1", "2", "10", ".", "-", "rc", "slim", "v", "20250101");
		const tag = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(""));
		fc.assert(
			fc.property(tag, fc.array(tag, { maxLength: 12 }), (present, tags) => {
				const newer = newerTag(present, tags);
				if (newer === undefined) return;
				assert.ok(tags.includes(newer));
				assert.equal(newerTag(newer, [present]), undefined);
			}),
		);
		for (const character of ["1", ".", "-", "1.", "-1"])
			newerTag("1.2.3", [character.repeat(100_000), `1.2rc${character.repeat(100_000)}x`]);
	});
});
