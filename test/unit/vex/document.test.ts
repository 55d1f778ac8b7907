import assert from "node:assert/strict";
import fc from "fast-check";
import { lineStartsOf, spanOf } from "../../../server/core/text.ts";
import { readVexDocument } from "../../../server/core/vex/document.ts";
import { readMarks, writeMarks } from "../../support/marks.ts";
import { documentOf, documentText } from "../../support/vex.ts";

const CONTEXT = '"@context":"https://openvex.dev/ns/v0.2.0"';
const HEAD = `${CONTEXT},"@id":"https://example.org/1","author":"A","timestamp":"2026-01-02T03:04:05Z","version":1`;
const STATEMENT = '"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":"pkg:npm/a"}],"status":"fixed"';

/** A statement with its fields, in a document without other faults. */
function inStatement(fields: string): string {
	return `{${HEAD},"statements":[{${fields}}]}`;
}

/** Marked text, severity, message. The marks show what is underlined. */
const FAULTS: readonly (readonly [string, "error" | "warning" | "info", string])[] = [
	["", "error", "The file is empty"],
	["«\n \n»", "error", "The file is empty"],
	[`«\ufeff»{${HEAD},"statements":[{${STATEMENT}}]}`, "error", "The file begins with a byte order mark"],
	['{"a": 1«,»}', "error", "A comma stands before the end"],
	[`{${CONTEXT},"statements":[{"status":"fix«e»`, "error", "A string is not closed"],
	["«[]»", "error", "The document is not an object"],
	["«{»}", "error", '"@context" is missing'],
	['{"@context":«3»}', "error", '"@context" must be a text'],
	['{"@context":«"https://example.org/ns"»}', "error", "The context is not that of OpenVEX"],
	['{"@context":«"https://openvex.dev/ns/v9.9.9"»}', "error", 'OpenVEX has no version "v9.9.9"'],
	['{"@context":«"https://openvex.dev/ns/v0.2.0/"»}', "error", 'OpenVEX has no version "v0.2.0/"'],
	[
		`{"@context":«"https://openvex.dev/ns"»,"timestamp":"2026-01-02T03:04:05Z","statements":[{${STATEMENT}}]}`,
		"error",
		"The context names version 0.0.1, the statements are those of 0.2.0",
	],
	['«{»"document":{"csaf_version":"2.0"}}', "info", "This is a CSAF document"],
	['«{»"bomFormat":"CycloneDX"}', "info", "This is a CycloneDX document"],
	[`«{»${CONTEXT},"@id":"i","author":"A","version":1,"statements":[{${STATEMENT}}]}`, "error", '"timestamp" is missing'],
	[
		`«{»${CONTEXT},"@id":"i","author":"A","version":1,"statements":[{"timestamp":"2026-01-02T03:04:05Z",${STATEMENT}}]}`,
		"warning",
		'"timestamp" is missing',
	],
	[
		`«{»${CONTEXT},"author":"A","timestamp":"2026-01-02T03:04:05Z","version":1,"statements":[{${STATEMENT}}]}`,
		"warning",
		'"@id" is missing',
	],
	[
		`«{»${CONTEXT},"@id":"i","timestamp":"2026-01-02T03:04:05Z","version":1,"statements":[{${STATEMENT}}]}`,
		"warning",
		'"author" is missing',
	],
	[
		`«{»${CONTEXT},"@id":"i","author":"A","timestamp":"2026-01-02T03:04:05Z","version":null,"statements":[{${STATEMENT}}]}`,
		"warning",
		'"version" is missing',
	],
	[
		`{${CONTEXT},"@id":"i","author":"A","timestamp":«"2026-13-02T03:04:05Z"»,"version":1,"statements":[{${STATEMENT}}]}`,
		"error",
		'"timestamp" is no date and time',
	],
	[
		`{${CONTEXT},"@id":"i","author":"A","timestamp":"2026-01-02T03:04:05Z","version":«"1"»,"statements":[{${STATEMENT}}]}`,
		"error",
		'"version" must be a whole number',
	],
	[
		`{${CONTEXT},"@id":"i","author":"A","timestamp":"2026-01-02T03:04:05Z","version":«1.5»,"statements":[{${STATEMENT}}]}`,
		"error",
		'"version" must be a whole number',
	],
	[`{${HEAD},"statements":«[]»}`, "warning", "The document has no statements"],
	[`«{»${HEAD}}`, "warning", "The document has no statements"],
	[`{${HEAD},"statements":«{}»}`, "error", '"statements" must be a list'],
	[`{${HEAD},"statements":[«"x"»]}`, "error", '"statements" must be an object'],
	[`{${HEAD},«"extra"»:1,"statements":[{${STATEMENT}}]}`, "info", '"extra" is no field of OpenVEX 0.2.0'],
	[`{${HEAD},"author":"B","statements":[{${STATEMENT}}]}`.replace('"author":"B"', '«"author"»:"B"'), "warning", '"author" is there twice'],
	[inStatement(`${STATEMENT},«"Status_Notes"»:"n"`), "info", '"Status_Notes" is no field of OpenVEX 0.2.0'],
	[
		inStatement('"vulnerability":«"CVE-2021-1"»,"products":[{"@id":"pkg:npm/a"}],"status":"fixed"'),
		"error",
		'"vulnerability" must be an object',
	],
	[
		inStatement('"products":[{"@id":"pkg:npm/a"}],"status":"fixed"').replace("[{", "[«{»"),
		"warning",
		"The statement names no vulnerability",
	],
	[inStatement('"vulnerability":«{»},"products":[{"@id":"pkg:npm/a"}],"status":"fixed"'), "warning", "The vulnerability has no name"],
	[
		inStatement('"vulnerability":{"name":«"cve-2021-1"»},"products":[{"@id":"pkg:npm/a"}],"status":"fixed"'),
		"warning",
		"Scanners write cve-2021-1 in capital letters",
	],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1","aliases":«"x"»},"products":[{"@id":"pkg:npm/a"}],"status":"fixed"'),
		"error",
		'"aliases" must be a list',
	],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1","aliases":[«1»]},"products":[{"@id":"pkg:npm/a"}],"status":"fixed"'),
		"error",
		'"aliases" must be a list of texts',
	],
	[inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":«[]»,"status":"fixed"'), "warning", "The statement names no products"],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[«"pkg:npm/a"»],"status":"fixed"'),
		"error",
		'"products" must be an object',
	],
	[inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[«{»}],"status":"fixed"'), "warning", "Nothing names this component"],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":«"pkg:npm"»}],"status":"fixed"'),
		"warning",
		"This is not a package URL",
	],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[{"identifiers":{"purl":«"lodash"»}}],"status":"fixed"'),
		"warning",
		"This is not a package URL",
	],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":"pkg:npm/a","hashes":{«"sha256"»:"ab"}}],"status":"fixed"'),
		"info",
		'"sha256" is no field of OpenVEX 0.2.0',
	],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":"pkg:npm/a","subcomponents":[«"pkg:npm/b"»]}],"status":"fixed"'),
		"error",
		'"subcomponents" must be an object',
	],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":"pkg:npm/a"}]').replace("[{", "[«{»"),
		"warning",
		"The statement has no status",
	],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":"pkg:npm/a"}],"status":«"Fixed"»'),
		"warning",
		'"Fixed" is no status',
	],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":"pkg:npm/a"}],"status":«"not_affected"»'),
		"warning",
		"A statement that is not_affected needs a justification or an impact_statement",
	],
	[
		inStatement(
			'"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":"pkg:npm/a"}],"status":"not_affected","impact_statement":"i","justification":«"because"»',
		),
		"warning",
		'"because" is no justification',
	],
	[
		inStatement(
			'"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":"pkg:npm/a"}],"status":"not_affected","justification":"component_not_present",«"action_statement"»:"a"',
		),
		"warning",
		'"action_statement" does not go with not_affected',
	],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":"pkg:npm/a"}],"status":«"affected"»'),
		"warning",
		"A statement that is affected needs an action_statement",
	],
	[inStatement(`${STATEMENT},«"justification"»:"component_not_present"`), "warning", '"justification" does not go with fixed'],
	[inStatement(`${STATEMENT},"timestamp":«"yesterday"»`), "error", '"timestamp" is no date and time'],
	[inStatement(`${STATEMENT},"last_updated":«"2026-02-30T00:00:00Z"»`), "error", '"last_updated" is no date and time'],
	[
		`{"@context":«"https://openvex.dev/ns/v0.0.1"»,"statements":[{"vulnerability":"CVE-2021-1"}]}`,
		"warning",
		"This is a document of OpenVEX 0.0.1",
	],
];

describe("reading VEX documents", () => {
	for (const [marked, severity, message] of FAULTS) {
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
