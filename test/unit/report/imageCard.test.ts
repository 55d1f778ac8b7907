import assert from "node:assert/strict";
import type { Image } from "../../../server/core/image/image.ts";
import { terminalColors } from "../../../server/core/report/colors.ts";
import {
	type ImageFactsShown,
	imageCardLists,
	imageCardRows,
	imageCardText,
	recordRows,
	tableText,
} from "../../../server/core/report/imageCard.ts";

function shown(labels: Readonly<Record<string, string>> = {}, more: Partial<Image["config"]> = {}): ImageFactsShown {
	const image: Image = {
		reference: "registry.example.com/app:1",
		digest: `sha256:${"a".repeat(64)}`,
		platform: "linux/amd64",
		repositoryDigests: [],
		manifestDigests: [],
		layers: Array.from({ length: 12 }, (_, index) => ({
			diffId: `sha256:${index}`,
			digest: undefined,
			size: 1_500_000,
			createdBy: `RUN step ${index} | tee log`,
		})),
		created: "2026-01-02T03:04:05Z",
		config: {
			user: "app",
			entrypoint: ["/bin/app"],
			command: ["--serve"],
			environment: ["PATH=/bin", "TOKEN=secret"],
			exposedPorts: ["8080/tcp"],
			labels,
			workdir: undefined,
			history: [],
			...more,
		},
	};
	return { image, platforms: [{ digest: "sha256:1", platform: "linux/amd64" }], size: 18_000_000, registryHost: "registry.example.com" };
}

describe("image card", () => {
	it("says the same in a terminal and in a table", () => {
		const text = imageCardText(shown(), terminalColors(false));
		const rows = imageCardRows(shown()).map((row) => row.slice(2, -2).split(" | "));
		assert.deepEqual(
			rows.map(([title]) => title),
			["Platforms", "Created", "Size", "User", "Entry point", "Command", "Ports", "Environment"],
		);
		for (const [title = "", value = ""] of rows) assert.ok(text.includes(`${title.padEnd(12)}${value}`), title);
		assert.ok(!text.includes("secret") && !rows.join().includes("secret"), "values of variables are not shown");
	});

	it("says what is attached as far as anybody asked, and that it was not verified", () => {
		const rows = (...[signature, attestation]: readonly ["found" | "none" | "unknown", "found" | "none" | "unknown"]) =>
			imageCardRows({ ...shown(), attached: { signature, attestation } }).slice(-2);
		assert.deepEqual(rows("found", "none"), ["| Signature | found (not verified) |", "| Attestation | none found |"]);
		assert.deepEqual(rows("unknown", "found"), ["| Signature | not known |", "| Attestation | found (not verified) |"]);
		assert.ok(!imageCardText(shown(), terminalColors(false)).includes("Signature"));
	});

	it("shows the first layers and labels and counts the others", () => {
		const lists = imageCardLists(shown({ maintainer: "me" }));
		assert.ok(lists.includes("**Layers: 12**") && lists.includes("and 2 more") && lists.includes("**Labels: 1**"));
		assert.equal(lists.filter((line) => line.startsWith("| 1.5 MB |")).length, 10);
		assert.deepEqual(imageCardLists({ ...shown(), image: { ...shown().image, layers: [] } }), []);
	});

	it("links to the source where that is an address of the web, and to nothing else", () => {
		const source = (address: string): string =>
			imageCardRows(shown({ "org.opencontainers.image.source": address })).find((row) => row.startsWith("| Source")) ?? "";
		assert.equal(source("https://example.com/app"), "| Source | [example.com/app](https://example.com/app) |");
		assert.equal(source("command:hullguard.digest.pin"), "| Source | command:hullguard.digest.pin |");
		assert.equal(source("javascript:alert(1)"), "| Source | javascript:alert(1) |");
		assert.equal(source("[x](command:a)"), "| Source | `[x](command:a)` |");
	});

	it("lets nothing of a registry become Markdown or end its cell", () => {
		for (const text of ["a | b", "[x](https://evil.example)", "![x](y)", "**x**", "<b>", "`x`", "www.example.com", "http://a.example"]) {
			const cell = tableText(text);
			assert.match(cell, /^`.*`$/, text);
			assert.doesNotMatch(cell, /(?<!\\)\|/, text);
		}
		assert.equal(tableText("linux/arm64/v8, linux/amd64"), "linux/arm64/v8, linux/amd64");
		const [row = ""] = imageCardRows(shown({}, { entrypoint: ["a\n| b |", "[x](command:c)"] })).filter((line) => line.includes("Entry"));
		assert.equal(row.split("\n").length, 1);
	});

	it("shows of a remembered image what is remembered", () => {
		assert.deepEqual(recordRows({ created: "2026-02-03T00:00:00Z", platforms: ["linux/amd64"], size: 2_000_000 }), [
			"| Platforms | linux/amd64 |",
			"| Created | 2026-02-03 |",
			"| Size | 2.0 MB, compressed |",
		]);
		assert.deepEqual(recordRows({ created: "1970-01-01T00:00:00Z" }), []);
	});
});
