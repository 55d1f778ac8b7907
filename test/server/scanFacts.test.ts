import assert from "node:assert/strict";
import { packageLists, scanCounts } from "../../server/lsp/scanFacts.ts";
import type { VexState } from "../../server/lsp/vexState.ts";
import { component, image, report, vulnerability } from "../support/scan.ts";

describe("what rules are told of scans", () => {
	const found = [
		vulnerability("CVE-1", "critical", "a", 0, { fixed: "2" }),
		vulnerability("CVE-2", "critical", "b", 0),
		vulnerability("CVE-3", "high", "c", 0, { fixed: "2" }),
		vulnerability("CVE-4", "low", "d", 0, { fixed: "2" }),
	];
	const scan = report(found, { image: image(1, { reference: "debian:12@sha256:".concat("a".repeat(64)) }) });
	const vex = (hidden: readonly string[]): VexState =>
		({ open: ({ vulnerabilities }: typeof scan) => vulnerabilities.filter(({ id }) => !hidden.includes(id)) }) as unknown as VexState;

	it("counts what is severe in base images, and what of it has a fix", () => {
		const counts = scanCounts([{ report: scan, uri: "file:///Dockerfile", isBase: true, build: undefined }], vex([]));
		assert.deepEqual(
			[...counts],
			[[`docker.io/library/debian@sha256:${"a".repeat(64)}`, { critical: 2, high: 1, fixableCritical: 1, fixableHigh: 1 }]],
		);
	});

	it("a tag that was scanned is that digest, too", () => {
		const tagged = report(found, { image: image(1, { reference: "debian:12", digest: `sha256:${"b".repeat(64)}` }) });
		const counts = scanCounts([{ report: tagged, uri: undefined, isBase: true, build: undefined }], vex([]));
		assert.deepEqual([...counts.keys()], ["docker.io/library/debian:12", `docker.io/library/debian@sha256:${"b".repeat(64)}`]);
	});

	it("what a statement hides does not count", () => {
		const counts = scanCounts([{ report: scan, uri: undefined, isBase: true, build: undefined }], vex(["CVE-1", "CVE-3"]));
		assert.deepEqual([...counts.values()], [{ critical: 1, high: 0, fixableCritical: 0, fixableHigh: 0 }]);
	});

	it("images that were built from a file are no base images", () => {
		assert.equal(scanCounts([{ report: scan, uri: "file:///Dockerfile", isBase: false, build: undefined }], vex([])).size, 0);
	});

	it("packages are those of the image that was built from the file, of base images, and of the SBOM that is shown", () => {
		const built = report([], { image: image(1, { reference: "shop/api:2" }), components: [component("ours", "2")] });
		const base = report([], { image: scan.image, components: [component("libc6", "1")] });
		const older = report([], { image: image(1, { reference: "shop/api:1" }) });
		const kept = [
			{ report: base, uri: "file:///other/Dockerfile", isBase: true, build: undefined },
			{ report: older, uri: "file:///Dockerfile", isBase: false, build: undefined },
			{ report: built, uri: "file:///Dockerfile", isBase: false, build: undefined },
		];
		const components = [component("npm", "1"), component("yarn", "1")];
		const sbom = { image: "node:22", digest: undefined, platform: undefined, source: "Trivy", components, original: undefined };
		const told = (uri: string): unknown =>
			packageLists(uri, kept, sbom).map(({ source, base: of, packages }) => [source, of, ...packages.map(({ name }) => name)]);
		const bases = [
			[scan.image.reference, `docker.io/library/debian@sha256:${"a".repeat(64)}`, "libc6"],
			["node:22", "docker.io/library/node:22", "npm", "yarn"],
		];
		assert.deepEqual(told("file:///Dockerfile"), [["shop/api:2", undefined, "ours"], ...bases]);
		assert.deepEqual(told("file:///third"), bases);
	});
});
