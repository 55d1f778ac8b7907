import assert from "node:assert/strict";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import type { TreeNode } from "../../../server/core/tree.ts";
import { createPlaceFinder } from "../../../server/core/vulnerabilities/places.ts";
import { type FindingsOptions, type FindingsSource, findingsTree, openCounts } from "../../../server/core/vulnerabilities/tree.ts";
import type { Vulnerability } from "../../../server/core/vulnerabilities/vulnerability.ts";
import { attribution, image, report, vulnerability } from "../../support/scan.ts";

const TEXT = "FROM debian:12\nRUN apt-get install -y curl openssl\nCOPY app /app\n";

const FOUND = [
	vulnerability("CVE-2026-0008", "low", "tar", 0),
	vulnerability("CVE-2026-0001", "critical", "curl", 1, { version: "7.88", fixed: "7.89" }),
	vulnerability("CVE-2026-0002", "high", "openssl", 1, { version: "3.0.2", fixed: "3.0.3" }),
	vulnerability("CVE-2026-0003", "high", "openssl", 1, { version: "3.0.2" }),
	vulnerability("CVE-2026-0005", "critical", "perl-base", 0),
	vulnerability("CVE-2026-0009", "medium", "lost", undefined),
];

function source(found: readonly Vulnerability[], more: Partial<FindingsSource> = {}, reference = "localhost:5000/app:1"): FindingsSource {
	const own = report(found, { attribution: attribution(TEXT, ["base 1", "2", "3"]), image: image(3, { reference }) });
	const dockerfile = { uri: "file:///app/Dockerfile", find: createPlaceFinder(own, parseDockerfile(TEXT)) };
	return { report: own, dockerfile, suppression: () => undefined, ...more };
}

const EVERYTHING: FindingsOptions["filter"] = { fixableOnly: false, minimumSeverity: undefined, text: "" };

function tree(groupBy: FindingsOptions["groupBy"], filter: Partial<FindingsOptions["filter"]> = {}, sources = [source(FOUND)]) {
	return findingsTree(sources, { groupBy, filter: { ...EVERYTHING, ...filter } });
}

/** Two spaces per level, label and description. */
function print(nodes: readonly TreeNode[], depth = 0): readonly string[] {
	return nodes.flatMap((node) => [
		`${"  ".repeat(depth)}${node.label}${node.description === undefined ? "" : ` | ${node.description}`}`,
		...print(node.children ?? [], depth + 1),
	]);
}

function ids(nodes: readonly TreeNode[]): readonly string[] {
	return nodes.flatMap((node) => [node.id, ...ids(node.children ?? [])]);
}

describe("findings view", () => {
	it("groups by severity, worst first", () => {
		assert.deepEqual(print(tree("severity").nodes), [
			"Critical | 2",
			"  CVE-2026-0001 | curl 7.88 → 7.89",
			"  CVE-2026-0005 | perl-base 1.0, no fixed version yet",
			"High | 2",
			"  CVE-2026-0002 | openssl 3.0.2 → 3.0.3",
			"  CVE-2026-0003 | openssl 3.0.2, no fixed version yet",
			"Medium | 1",
			"  CVE-2026-0009 | lost 1.0, no fixed version yet",
			"Low | 1",
			"  CVE-2026-0008 | tar 1.0, no fixed version yet",
		]);
	});

	it("groups by instruction in the order of the file", () => {
		assert.deepEqual(print(tree("instruction").nodes), [
			"FROM debian:12 | base image, line 1 · 2",
			"  CVE-2026-0005 | perl-base 1.0, no fixed version yet",
			"  CVE-2026-0008 | tar 1.0, no fixed version yet",
			"RUN apt-get install -y curl openssl | line 2 · 3",
			"  CVE-2026-0001 | curl 7.88 → 7.89",
			"  CVE-2026-0002 | openssl 3.0.2 → 3.0.3",
			"  CVE-2026-0003 | openssl 3.0.2, no fixed version yet",
			"Instruction unknown | localhost:5000/app:1 · 1",
			"  CVE-2026-0009 | lost 1.0, no fixed version yet",
		]);
	});

	it("groups by package and by image", () => {
		assert.deepEqual(
			tree("package").nodes.map((node) => `${node.label} | ${node.description}`),
			["curl 7.88 | deb · 1", "perl-base 1.0 | deb · 1", "openssl 3.0.2 | deb · 2", "lost 1.0 | deb · 1", "tar 1.0 | deb · 1"],
		);
		const two = [source(FOUND.slice(0, 1)), source(FOUND.slice(1, 2), {}, "other:1")];
		assert.deepEqual(print(tree("image", {}, two).nodes), [
			"other:1 | linux/amd64 · 1",
			"  CVE-2026-0001 | curl 7.88 → 7.89 · other:1",
			"localhost:5000/app:1 | linux/amd64 · 1",
			"  CVE-2026-0008 | tar 1.0, no fixed version yet · localhost:5000/app:1",
		]);
	});

	it("filters by severity, by fix and by text, and counts what it leaves out", () => {
		const high = tree("severity", { minimumSeverity: "high" });
		assert.deepEqual([high.shown, high.total], [4, 6]);
		assert.equal(tree("severity", { fixableOnly: true }).shown, 2);
		assert.equal(tree("severity", { text: "OpenSSL" }).shown, 2);
		assert.equal(tree("severity", { text: "0001" }).shown, 1);
		assert.deepEqual(tree("severity", { text: "nothing" }).nodes, []);
	});

	it("puts what is suppressed into a closed group at the end, with the reason", () => {
		const hidden = FOUND.map((one, index) => (index === 0 ? { ...one, suppressedBy: "ignored by .trivyignore" } : one));
		const sources = [
			source(hidden, { suppression: (one) => (one.id === "CVE-2026-0001" ? "not_affected by app.openvex.json" : undefined) }),
		];
		const result = tree("severity", {}, sources);
		const last = result.nodes.at(-1);
		assert.deepEqual([result.shown, result.total, result.suppressed], [4, 4, 2]);
		assert.deepEqual(
			[last?.label, last?.collapsed, last?.children?.map((node) => node.kind)],
			["Suppressed (2)", true, ["suppressedVulnerability", "suppressedVulnerability"]],
		);
		assert.deepEqual(
			last?.children?.map((node) => node.data?.["suppression"]),
			["not_affected by app.openvex.json", "ignored by .trivyignore"],
		);
		assert.equal(openCounts(sources).critical, 1);
		assert.equal(openCounts(sources).low, 0);
	});

	it("gives nodes what their commands need: place, ids, link", () => {
		const found = [{ ...vulnerability("CVE-2026-0001", "critical", "curl", 1), link: "https://example.org/CVE-2026-0001" }];
		const node = tree("severity", {}, [source(found)]).nodes[0]?.children?.[0];
		assert.deepEqual(node?.place, {
			uri: "file:///app/Dockerfile",
			range: { start: { line: 1, character: 0 }, end: { line: 1, character: 3 } },
		});
		assert.deepEqual(
			[node?.data?.["id"], node?.data?.["purl"], node?.data?.["link"]],
			["CVE-2026-0001", "pkg:deb/debian/curl@1.0", "https://example.org/CVE-2026-0001"],
		);
		assert.equal(node?.spoken, "critical, CVE-2026-0001, package curl, no fix");
	});

	it("has ids that are unique, and the same each time, in every grouping", () => {
		const sources = [source(FOUND), source(FOUND, {}, "other:1")];
		for (const groupBy of ["severity", "instruction", "package", "image"] as const) {
			const all = ids(tree(groupBy, {}, sources).nodes);
			assert.equal(new Set(all).size, all.length, groupBy);
			assert.deepEqual(ids(tree(groupBy, {}, sources).nodes), all);
		}
	});

	it("shows texts of others as they are: no link or picture comes from a scanner's report", () => {
		const evil = {
			...vulnerability("CVE-2026-0001", "critical", "curl`](https://evil.example)", 1),
			title: "![x](https://evil.example/p.png) <img src=x> [a](command:b)",
			description: "a\n\n# b\n[c](https://evil.example)",
			link: "javascript:alert(1)",
		};
		const tooltip = tree("severity", {}, [source([evil])]).nodes[0]?.children?.[0]?.tooltip ?? "";
		const withoutCode = tooltip.replace(/``.*?``|`[^`]*`/g, "");
		assert.doesNotMatch(withoutCode, /(?<!\\)\]\(|(?<!\\)<|javascript:/);
	});

	it("says where a finding without a Dockerfile is: nowhere", () => {
		const node = tree("instruction", {}, [source(FOUND.slice(1, 2), { dockerfile: undefined })]).nodes[0];
		assert.deepEqual([node?.label, node?.place, node?.children?.[0]?.place], ["Instruction unknown", undefined, undefined]);
	});
});
