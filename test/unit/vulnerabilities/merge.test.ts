import assert from "node:assert/strict";
import { advisoryLink, nameVulnerability } from "../../../server/core/vulnerabilities/identifiers.ts";
import { mergeVulnerabilities } from "../../../server/core/vulnerabilities/merge.ts";
import type { Vulnerability } from "../../../server/core/vulnerabilities/vulnerability.ts";
import { vulnerability } from "../../support/scan.ts";

const PATH = "app/node_modules/lodash/package.json";

function byTrivy(more: Partial<Vulnerability> = {}): Vulnerability {
	return {
		...vulnerability("CVE-2021-23337", "high", "lodash", 1, { type: "npm", path: PATH, fixed: "4.17.21" }),
		aliases: ["GHSA-35jh-r3h4-6jhm"],
		...more,
	};
}

function byGrype(more: Partial<Vulnerability> = {}): Vulnerability {
	return { ...byTrivy(), id: "GHSA-35jh-r3h4-6jhm", aliases: [], reportedBy: ["grype"], title: "other title", ...more };
}

describe("merging of scanners", () => {
	it("makes one of two that share an id and a package, and keeps who said it", () => {
		const [merged, ...rest] = mergeVulnerabilities([[byTrivy()], [byGrype()]]);
		assert.deepEqual(rest, []);
		assert.deepEqual([merged?.id, merged?.aliases, merged?.reportedBy], ["CVE-2021-23337", ["GHSA-35jh-r3h4-6jhm"], ["trivy", "grype"]]);
		assert.equal(merged?.title, "other title");
		assert.equal(merged?.severities, undefined);
	});

	it("takes the CVE as the name whoever has it", () => {
		const [merged] = mergeVulnerabilities([[byGrype()], [byTrivy()]]);
		assert.deepEqual([merged?.id, merged?.aliases], ["CVE-2021-23337", ["GHSA-35jh-r3h4-6jhm"]]);
	});

	it("shows the worse severity, and both where they disagree", () => {
		const [merged] = mergeVulnerabilities([[byTrivy({ severity: "medium" })], [byGrype({ severity: "critical" })]]);
		assert.deepEqual([merged?.severity, merged?.severities], ["critical", { trivy: "medium", grype: "critical" }]);
	});

	it("keeps apart what is about other packages, versions, types or files", () => {
		const others: readonly Vulnerability[] = [
			byGrype({ package: { ...byTrivy().package, purl: "pkg:npm/lodash@4.0.0", version: "4.0.0" } }),
			byGrype({ package: { ...byTrivy().package, purl: "pkg:npm/%40x/lodash@1.0" } }),
			byGrype({ package: { ...byTrivy().package, purl: "pkg:deb/debian/lodash@1.0" } }),
			byGrype({ package: { ...byTrivy().package, path: "other/node_modules/lodash/package.json" } }),
			byGrype({ id: "GHSA-29mw-wpgm-hmr9" }),
		];
		assert.equal(mergeVulnerabilities([[byTrivy()], others]).length, 6);
	});

	it("does not merge inside one list: the same package at two places is two", () => {
		const two = [byTrivy(), byTrivy({ package: { ...byTrivy().package, path: "licenses/package.json" } })];
		assert.equal(mergeVulnerabilities([two]).length, 2);
		assert.equal(mergeVulnerabilities([two, two.map((one) => ({ ...one, reportedBy: ["grype"] as const }))]).length, 2);
	});

	it("takes an entry that is there twice once", () => {
		assert.equal(mergeVulnerabilities([[byTrivy(), byTrivy()]]).length, 1);
	});

	it("sees that an epoch in the version and one in a qualifier are the same", () => {
		const trivy = vulnerability("CVE-2023-45853", "critical", "zlib1g", 0);
		const a = { ...trivy, package: { ...trivy.package, version: "1:1.2.13", purl: "pkg:deb/debian/zlib1g@1.2.13?arch=amd64&epoch=1" } };
		const b = { ...trivy, package: { ...trivy.package, version: "1:1.2.13", purl: "pkg:deb/debian/zlib1g@1%3A1.2.13?upstream=zlib" } };
		assert.equal(mergeVulnerabilities([[a], [b]]).length, 1);
	});

	it("takes over what only the second scanner knows", () => {
		const [merged] = mergeVulnerabilities([
			[byTrivy({ fixedVersions: [], fixState: "affected", layer: undefined, link: undefined })],
			[byGrype({ fixedVersions: ["4.17.21"], fixState: "fixed", layer: "L1", link: "https://example.org" })],
		]);
		assert.deepEqual(
			[merged?.fixedVersions, merged?.fixState, merged?.layer, merged?.link],
			[["4.17.21"], "fixed", "L1", "https://example.org"],
		);
	});

	it("counts one as hidden only if every scanner hides it", () => {
		const hidden = { suppressedBy: "ignored" };
		assert.equal(mergeVulnerabilities([[byTrivy(hidden)], [byGrype()]])[0]?.suppressedBy, undefined);
		assert.equal(mergeVulnerabilities([[byTrivy(hidden)], [byGrype(hidden)]])[0]?.suppressedBy, "ignored");
	});

	it("does not take ids of advisories for names: one of them covers many vulnerabilities", () => {
		assert.deepEqual(nameVulnerability("CVE-2024-0001", ["DSA-5678-1", "RHSA-2024:1", "USN-1-1", "GHSA-29mw-wpgm-hmr9"]), {
			id: "CVE-2024-0001",
			aliases: ["GHSA-29mw-wpgm-hmr9"],
		});
		assert.deepEqual(nameVulnerability("TEMP-0841856-B18BAF", ["DSA-1-1"]), { id: "TEMP-0841856-B18BAF", aliases: [] });
		assert.equal(advisoryLink("TEMP-0841856-B18BAF"), undefined);
		assert.equal(advisoryLink("GO-2023-1988"), "https://osv.dev/vulnerability/GO-2023-1988");
	});
});
