import assert from "node:assert/strict";
import fc from "fast-check";
import { lineStartsOf, spanOf } from "../../../server/core/text.ts";
import { readVexDocument } from "../../../server/core/vex/document.ts";
import { readMarks, writeMarks } from "../../support/marks.ts";
import { documentOf, documentText } from "../../support/vex.ts";
import { FAULTS } from "../../support/vexFaults.ts";

describe("reading VEX documents", () => {
	for (const { marked, severity, message } of FAULTS) {
		it(`says: ${message} in ${JSON.stringify(marked.length > 90 ? `…${marked.slice(-80)}` : marked)}`, () => {
			const { text } = readMarks(marked);
			const { document, problems } = readVexDocument(text, "a.vex.json");
			assert.deepEqual(
				problems.map((problem) => [problem.severity, problem.message]),
				[[severity, message]],
			);
			const [problem] = problems;
			assert.equal(problem?.path, "a.vex.json");
			assert.ok((problem?.hint ?? "").length > 10 && !problem?.hint?.endsWith("."));
			const starts = lineStartsOf(text);
			if (marked.includes("«")) assert.equal(writeMarks(text, [spanOf(text, starts, problem!.range)]), marked);
			assert.equal(document === undefined, severity === "error" || /CSAF|CycloneDX/.test(message));
		});
	}

	it("reads all that a statement says", () => {
		const text = documentText([
			{
				"@id": "https://example.org/s/1",
				vulnerability: { "@id": "https://nvd.nist.gov/vuln/detail/CVE-1", name: "CVE-1", description: "d", aliases: ["GHSA-1"] },
				timestamp: "2026-02-02T00:00:00+01:00",
				products: [
					{
						"@id": "pkg:oci/a",
						identifiers: { cpe23: "cpe:2.3:a" },
						hashes: { "sha-256": "ab" },
						subcomponents: [{ identifiers: { purl: "pkg:npm/a" } }, {}],
					},
				],
				status: "not_affected",
				justification: "component_not_present",
				impact_statement: "None.",
				status_notes: "Looked at.",
				supplier: "S",
			},
			{ vulnerability: { name: "CVE-2" }, products: [{ "@id": "pkg:npm/b" }], status: "affected", action_statement: "Update." },
		]);
		const [first, second] = documentOf(text).statements;
		assert.ok(first && second);
		const { span, ...said } = first;
		assert.deepEqual(said, {
			vulnerability: "CVE-1",
			aliases: ["GHSA-1", "https://nvd.nist.gov/vuln/detail/CVE-1"],
			products: [{ ids: ["pkg:oci/a", "cpe:2.3:a", "ab"], subcomponents: [{ ids: ["pkg:npm/a"] }, { ids: [] }] }],
			status: "not_affected",
			justification: "component_not_present",
			impact: "None.",
			action: undefined,
			notes: "Looked at.",
			timestamp: "2026-02-02T00:00:00+01:00",
			dated: true,
			index: 0,
		});
		assert.deepEqual(JSON.parse(text.slice(span.start, span.end)), JSON.parse(text).statements[0]);
		assert.deepEqual([second.timestamp, second.dated, second.index, second.action], ["2026-01-02T03:04:05Z", false, 1, "Update."]);
	});

	it("leaves out statements that say nothing, and keeps the others", () => {
		const good = { vulnerability: { name: "CVE-1" }, products: [{ "@id": "pkg:npm/a" }], status: "fixed" };
		const { document } = readVexDocument(documentText([{ ...good, status: "gone" }, good]));
		assert.deepEqual(
			document?.statements.map((statement) => statement.index),
			[1],
		);
	});

	it("takes a nameless subcomponent for one that nothing fits", () => {
		const products = [{ "@id": "pkg:oci/a", subcomponents: [null, {}] }];
		const text = documentText([{ vulnerability: { name: "CVE-1", aliases: [null] }, products, status: "fixed" }]);
		assert.deepEqual(documentOf(text).statements[0]?.products, [{ ids: ["pkg:oci/a"], subcomponents: [{ ids: [] }, { ids: [] }] }]);
	});

	it("reads documents of version 0.0.1", () => {
		const text = JSON.stringify({
			"@context": "https://openvex.dev/ns",
			"@id": "i",
			author: "A",
			timestamp: "2023-01-01T00:00:00Z",
			version: "1",
			statements: [
				{
					vulnerability: "CVE-1",
					products: ["pkg:oci/a", "pkg:oci/b"],
					subcomponents: ["pkg:npm/c"],
					status: "not_affected",
					justification: "component_not_present",
				},
			],
		});
		const document = documentOf(text);
		assert.equal(document.specification, "0.0");
		assert.deepEqual(document.statements[0]?.products, [
			{ ids: ["pkg:oci/a"], subcomponents: [{ ids: ["pkg:npm/c"] }] },
			{ ids: ["pkg:oci/b"], subcomponents: [{ ids: ["pkg:npm/c"] }] },
		]);
		assert.equal(document.statements[0]?.timestamp, "2023-01-01T00:00:00Z");
	});

	it("never throws, and every fault has a place in the text", () => {
		const valid = documentText([{ vulnerability: { name: "CVE-1" }, products: [{ "@id": "pkg:npm/a" }], status: "fixed" }]);
		fc.assert(
			fc.property(
				fc.nat(valid.length),
				fc.nat(12),
				fc.constantFrom("", '"', "{", "null", "1", "[", ",", "\\", "é"),
				(at, length, inserted) => {
					const text = valid.slice(0, at) + inserted + valid.slice(at + length);
					const { problems } = readVexDocument(text);
					const lines = text.split("\n");
					for (const { range } of problems) {
						assert.ok(range.start.line <= range.end.line && range.end.line < lines.length);
						assert.ok(range.end.character <= (lines[range.end.line] ?? "").length + 1);
					}
				},
			),
			{ numRuns: 500 },
		);
	});
});
