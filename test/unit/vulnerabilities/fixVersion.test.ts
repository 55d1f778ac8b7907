import assert from "node:assert/strict";
import { fixVersion } from "../../../server/core/vulnerabilities/fixVersion.ts";
import { vulnerability } from "../../support/scan.ts";

const CASES: readonly (readonly [string, readonly string[], string | undefined])[] = [
	["1.2.5", ["0.2.4", "1.2.6"], "1.2.6"],
	["0.2.1", ["1.2.6", "0.2.4"], "0.2.4"],
	["2.9.0", ["2.10.0", "3.0.0"], "2.10.0"],
	["1.2.13.dfsg-1", ["1:1.2.13.dfsg-2"], "1:1.2.13.dfsg-2"],
	["3.0.20-1~deb12u2", ["3.0.22-1~deb12u2"], "3.0.22-1~deb12u2"],
	["2.0~rc1", ["2.0"], "2.0"],
	["1.0", [], undefined],
	["9.9", ["1.0", "2.0"], "2.0"],
	["", ["1.0"], "1.0"],
];

describe("version that ends a vulnerability", () => {
	for (const [version, fixedVersions, wanted] of CASES) {
		it(`is ${wanted ?? "none"} for ${version || "an unknown version"} and ${fixedVersions.join(", ") || "nothing"}`, () => {
			assert.equal(fixVersion({ ...vulnerability("CVE-2026-0001", "high", "a", 0, { version }), fixedVersions }), wanted);
		});
	}

	it("takes no time on hostile text", () => {
		const started = performance.now();
		const long = ["1", "a", "~", ".", "1."].map((part) => part.repeat(100_000));
		fixVersion({ ...vulnerability("CVE-2026-0001", "high", "a", 0, { version: long[0] ?? "" }), fixedVersions: long });
		assert.ok(performance.now() - started < 2000);
	});
});
