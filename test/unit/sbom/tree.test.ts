import assert from "node:assert/strict";
import type { Component, Sbom } from "../../../server/core/sbom/component.ts";
import { type SbomTreeOptions, sbomTree } from "../../../server/core/sbom/tree.ts";
import type { TreeNode } from "../../../server/core/tree.ts";
import { countPerPackage } from "../../../server/core/vulnerabilities/packageFindings.ts";
import { component, image, vulnerability } from "../../support/scan.ts";

const COMPONENTS = [
	component("zlib1g", "1.2", { licenses: ["Zlib"], layer: "L0", dependsOn: ["libc"] }),
	component("libc6", "2.36", { licenses: ["LGPL-2.1-only", "GPL-2.0-only"], layer: "B0", reference: "libc" }),
	component("lodash", "4.17.20", { type: "npm", licenses: ["MIT"], layer: "L2", locations: ["app/node_modules/lodash/package.json"] }),
	component("lodash", "4.17.20", { type: "npm", licenses: [], layer: "other", locations: ["b/package.json"] }),
];

function sbomOf(components: readonly Component[]): Sbom {
	return {
		image: "localhost:5000/app:1",
		digest: `sha256:${"a".repeat(64)}`,
		platform: "linux/amd64",
		source: "BuildKit attestation",
		components,
		original: undefined,
	};
}

function tree(options: Partial<SbomTreeOptions> = {}, components: readonly Component[] = COMPONENTS) {
	const layers = image(3).layers.map((layer, index) => (index === 2 ? { ...layer, createdBy: "COPY app /app # buildkit" } : layer));
	return sbomTree(sbomOf(components), { groupBy: "type", text: "", layers, findings: () => undefined, ...options });
}

function print(nodes: readonly TreeNode[], depth = 0): readonly string[] {
	return nodes.flatMap((node) => [
		`${"  ".repeat(depth)}${node.label}${node.description === undefined ? "" : ` | ${node.description}`}`,
		...print(node.children ?? [], depth + 1),
	]);
}

function ids(nodes: readonly TreeNode[]): readonly string[] {
	return nodes.flatMap((node) => [node.id, ...ids(node.children ?? [])]);
}

describe("SBOM view", () => {
	it("shows the image, where the list comes from, packages by type, and what shows and needs them", () => {
		assert.deepEqual(print(tree().nodes), [
			"localhost:5000/app:1@sha256:aaaaaaaaaaaa | linux/amd64 · BuildKit attestation",
			"  Debian packages | 2",
			"    libc6 2.36 | LGPL-2.1-only, GPL-2.0-only",
			"    zlib1g 1.2 | Zlib",
			"      libc6 2.36 | needed",
			"  npm | 2",
			"    lodash 4.17.20 | MIT",
			"      app/node_modules/lodash/package.json",
			"    lodash 4.17.20 | ",
			"      b/package.json",
		]);
	});

	it("takes types that nobody has named as they are", () => {
		const others = ["constructor", "swift", ""].map((type) => component("a", "1", { type }));
		assert.deepEqual(
			tree({}, others).nodes[0]?.children?.map(({ label }) => label),
			["Other", "constructor", "swift"],
		);
	});

	it("groups by layer, from the bottom up, whichever digest names it", () => {
		assert.deepEqual(
			tree({ groupBy: "layer" }).nodes[0]?.children?.map((node) => `${node.label} | ${node.description}`),
			["Layer 1: L0 | 2", "Layer 3: COPY app /app | 1", "Layer unknown | 1"],
		);
	});

	it("groups by licence: a package stands under each of its own", () => {
		assert.deepEqual(
			tree({ groupBy: "licence" }).nodes[0]?.children?.map((node) => `${node.label} | ${node.description}`),
			["GPL-2.0-only | 1", "LGPL-2.1-only | 1", "MIT | 1", "Zlib | 1", "No licence | 1"],
		);
	});

	it("filters by name, version, package URL and licence", () => {
		assert.deepEqual([tree({ text: "LODASH" }).shown, tree({ text: "LODASH" }).total], [2, 4]);
		assert.equal(tree({ text: "lgpl" }).shown, 1);
		assert.equal(tree({ text: "libc6 2.36" }).shown, 1);
		assert.equal(tree({ text: "pkg:npm" }).shown, 2);
		assert.deepEqual(tree({ text: "nothing" }).nodes[0]?.children, []);
	});

	it("counts the findings of each package, whoever names it", () => {
		const findings = countPerPackage([
			vulnerability("CVE-2026-0001", "high", "lodash", 2, {
				type: "npm",
				version: "4.17.20",
				path: "app/node_modules/lodash/package.json",
			}),
			vulnerability("CVE-2026-0002", "critical", "zlib1g", 0, { version: "1.2" }),
			vulnerability("CVE-2026-0003", "low", "zlib1g", 0, { version: "1:1.2" }),
		]);
		const all = tree({ findings }).nodes[0]?.children?.flatMap((node) => node.children ?? []) ?? [];
		assert.deepEqual(
			all.map((node) => [node.label, node.description, node.severity]),
			[
				["libc6 2.36", "LGPL-2.1-only, GPL-2.0-only", undefined],
				["zlib1g 1.2", "Zlib · 2 findings", "critical"],
				["lodash 4.17.20", "MIT · 1 finding", "high"],
				["lodash 4.17.20", "", undefined],
			],
		);
	});

	it("shows 500 packages at once and the rest behind a node", () => {
		const many = Array.from({ length: 1203 }, (_, index) => component(`p${String(index).padStart(4, "0")}`, "1", { type: "npm" }));
		const group = tree({}, many).nodes[0]?.children?.[0];
		assert.deepEqual([group?.description, group?.children?.length], ["1203", 501]);
		const more = group?.children?.[500];
		assert.deepEqual([more?.label, more?.kind, more?.collapsed, more?.children?.length], ["703 more", "more", true, 501]);
		assert.equal(more?.children?.[500]?.children?.length, 203);
		assert.equal(more?.children?.[0]?.label, "p0500 1");
	});

	it("lists twenty files and needed packages and counts the rest", () => {
		const files = Array.from({ length: 25 }, (_, index) => `file${index}`);
		const node = tree({}, [component("a", "1", { locations: files })]).nodes[0]?.children?.[0]?.children?.[0];
		assert.deepEqual([node?.children?.length, node?.children?.[20]?.label], [21, "5 more"]);
	});

	it("has ids that are unique in every grouping", () => {
		const twins = [...COMPONENTS, ...COMPONENTS];
		for (const groupBy of ["type", "layer", "licence"] as const) {
			const all = ids(tree({ groupBy }, twins).nodes);
			assert.equal(new Set(all).size, all.length, groupBy);
		}
	});

	it("shows ten thousand packages in a moment", () => {
		const many = Array.from({ length: 10_000 }, (_, index) =>
			component(`p${index}`, "1", { dependsOn: [`pkg:deb/debian/p${index + 1}@1`] }),
		);
		const started = performance.now();
		tree({ groupBy: "layer" }, many);
		assert.ok(performance.now() - started < 1000, `${performance.now() - started} ms`);
	});
});
