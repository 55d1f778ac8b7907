import assert from "node:assert/strict";
import { deniedLicence, spdxIdOfName } from "../../../server/core/sbom/licences.ts";

describe("licences in expressions", () => {
	const isDenied = (licence: string): boolean => /^(?:AGPL-|SSPL-)/.test(licence);

	it("a denied one counts where it cannot be avoided", () => {
		const found = (text: string): string | undefined => deniedLicence(text, isDenied);
		assert.equal(found("AGPL-3.0-only"), "AGPL-3.0-only");
		assert.equal(found("MIT AND AGPL-3.0-only"), "AGPL-3.0-only");
		assert.equal(found("AGPL-3.0-only OR SSPL-1.0"), "AGPL-3.0-only");
		assert.equal(found("(MIT OR AGPL-3.0-only) and (SSPL-1.0 or AGPL-3.0-only)"), "SSPL-1.0");
		assert.equal(found("MIT OR AGPL-3.0-only"), undefined);
		assert.equal(found("SSPL-1.0 OR MIT AND AGPL-3.0-only OR Zlib"), undefined);
		assert.equal(found("MIT"), undefined);
	});

	it("an exception makes a licence of its own", () => {
		const exact = (licence: string): boolean => licence === "GPL-3.0-or-later";
		assert.equal(deniedLicence("GPL-3.0-or-later WITH GCC-exception-3.1 AND MIT", exact), undefined);
		assert.equal(
			deniedLicence("GPL-3.0-or-later WITH x", (licence) => licence.endsWith("WITH x")),
			"GPL-3.0-or-later WITH x",
		);
	});

	it("names for people are understood, broken expressions are names", () => {
		assert.equal(spdxIdOfName("GNU Affero General Public License v3"), "AGPL-3.0-only");
		assert.equal(deniedLicence("GNU AGPL, Version 3", isDenied), "AGPL-3.0-only");
		assert.equal(deniedLicence("AGPLv3 OR MIT", isDenied), undefined);
		assert.equal(deniedLicence("(AGPL-3.0-only", isDenied), undefined);
		assert.equal(deniedLicence("AGPL-3.0-only, see LICENSE", isDenied), "AGPL-3.0-only, see LICENSE");
		assert.equal(deniedLicence("(".repeat(100_000), isDenied), undefined);
		assert.equal(deniedLicence("", isDenied), undefined);
	});
});
