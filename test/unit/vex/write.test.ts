import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { type JsonData, type JsonStyle, printJson } from "../../../server/core/json/write.ts";
import { applyEdits } from "../../../server/core/text.ts";
import { readVexDocument } from "../../../server/core/vex/document.ts";
import { JUSTIFICATIONS } from "../../../server/core/vex/justifications.ts";
import type { NewStatement, VexDecision } from "../../../server/core/vex/statement.ts";
import { addStatement, newDocument } from "../../../server/core/vex/write.ts";
import { documentOf, documentText, INDEX } from "../../support/vex.ts";

const NOW = "2026-03-04T05:06:07Z";

const STATEMENT: NewStatement = {
	vulnerability: "CVE-2021-23337",
	aliases: ["GHSA-35jh-r3h4-6jhm"],
	products: [{ id: `pkg:oci/app@${INDEX}`, subcomponents: ["pkg:npm/lodash@4.17.20"] }],
	decision: { status: "not_affected", justification: "vulnerable_code_not_in_execute_path", impact: "Never called." },
};

const EXISTING = { vulnerability: { name: "CVE-2020-1" }, products: [{ "@id": "pkg:npm/a" }], status: "fixed" };

function added(text: string, statement = STATEMENT, now = NOW): string {
	const result = addStatement(text, statement, now);
	assert.ok("edits" in result, JSON.stringify(result));
	return applyEdits(text, result.edits);
}

function refusal(text: string): string {
	const result = addStatement(text, STATEMENT, NOW);
	assert.ok("problem" in result);
	return result.problem.message;
}

const isOpenVex = addFormats
	.default(new Ajv({ allErrors: true }))
	.compile(JSON.parse(readFileSync(new URL("../../../media/openvex.schema.json", import.meta.url), "utf8")));

function assertValid(text: string): void {
	assert.ok(isOpenVex(JSON.parse(text)), `${JSON.stringify(isOpenVex.errors)}\n${text}`);
	assert.deepEqual(readVexDocument(text).problems, []);
}

describe("new VEX documents", () => {
	it("hold one statement", () => {
		const text = newDocument({ id: "https://example.org/1", author: "A <a@example.org>", tooling: "hullguard/0.1.0" }, STATEMENT, NOW);
		assert.equal(
			text,
			`{
  "@context": "https://openvex.dev/ns/v0.2.0",
  "@id": "https://example.org/1",
  "author": "A <a@example.org>",
  "timestamp": "2026-03-04T05:06:07Z",
  "version": 1,
  "tooling": "hullguard/0.1.0",
  "statements": [
    {
      "vulnerability": {
        "name": "CVE-2021-23337",
        "aliases": [
          "GHSA-35jh-r3h4-6jhm"
        ]
      },
      "timestamp": "2026-03-04T05:06:07Z",
      "products": [
        {
          "@id": "pkg:oci/app@${INDEX}",
          "subcomponents": [
            {
              "@id": "pkg:npm/lodash@4.17.20"
            }
          ]
        }
      ],
      "status": "not_affected",
      "justification": "vulnerable_code_not_in_execute_path",
      "impact_statement": "Never called."
    }
  ]
}
`,
		);
		assertValid(text);
	});
});

describe("adding a statement", () => {
	it("changes version and time, dates what had no date, and leaves the rest", () => {
		const text = `{
	"@context": "https://openvex.dev/ns/v0.2.0",
	"@id": "https://example.org/1",
	"author": "A", "role": "R",
	"timestamp": "2026-01-01T00:00:00Z",
	"version": 4,
	"statements": [
		{"vulnerability": {"name": "CVE-2020-1"}, "products": [{"@id": "pkg:npm/a"}], "status": "fixed"},
		{"status": "fixed", "timestamp": "2026-01-01T00:00:00Z", "vulnerability": {"name": "CVE-2020-2"}, "products": [{"@id": "pkg:npm/a"}]}
	]
}`;
		const result = added(text, { ...STATEMENT, aliases: [], decision: { status: "fixed" } });
		assert.equal(
			result,
			`{
	"@context": "https://openvex.dev/ns/v0.2.0",
	"@id": "https://example.org/1",
	"author": "A", "role": "R",
	"timestamp": "2026-01-01T00:00:00Z",
	"last_updated": "2026-03-04T05:06:07Z",
	"version": 5,
	"statements": [
		{"vulnerability": {"name": "CVE-2020-1"}, "timestamp": "2026-01-01T00:00:00Z", "products": [{"@id": "pkg:npm/a"}], "status": "fixed"},
		{"status": "fixed", "timestamp": "2026-01-01T00:00:00Z", "vulnerability": {"name": "CVE-2020-2"}, "products": [{"@id": "pkg:npm/a"}]},
		{"vulnerability": {"name": "CVE-2021-23337"}, "timestamp": "2026-03-04T05:06:07Z", "products": [{"@id": "pkg:oci/app@${INDEX}", "subcomponents": [{"@id": "pkg:npm/lodash@4.17.20"}]}], "status": "fixed"}
	]
}`,
		);
		assertValid(result);
	});

	it("works in a document without statements, version or last update", () => {
		for (const statements of ["[]", "null"]) {
			const text = `{"@context":"https://openvex.dev/ns/v0.2.0","@id":"i","author":"A","timestamp":"2026-01-01T00:00:00Z","statements":${statements}}`;
			assertValid(added(text));
			assert.equal(documentOf(added(text)).version, 1);
		}
		const bare = added(
			'{\n  "@context": "https://openvex.dev/ns/v0.2.0",\n  "@id": "i",\n  "author": "A",\n  "timestamp": "2026-01-01T00:00:00Z"\n}\n',
		);
		assertValid(bare);
		assert.match(
			bare,
			/"timestamp": "2026-01-01T00:00:00Z",\n {2}"version": 1,\n {2}"last_updated": "2026-03-04T05:06:07Z",\n {2}"statements": \[\n {4}\{/,
		);
	});

	it("gives undated statements the time of the last update, as vexctl does", () => {
		const text = documentText([EXISTING], { last_updated: "2026-02-01T00:00:00Z", version: 2 });
		assert.equal(documentOf(added(text)).statements[0]?.timestamp, "2026-02-01T00:00:00Z");
	});

	it("does not lift an undated statement over a dated one about the same", () => {
		const newer = { ...EXISTING, timestamp: "2026-01-15T00:00:00Z", status: "under_investigation" };
		const text = documentText([EXISTING, newer], { last_updated: "2026-02-01T00:00:00Z", version: 2 });
		assert.equal(documentOf(added(text)).statements[0]?.timestamp, "2026-01-02T03:04:05Z");
	});

	it("dates statements that say nothing too, and never changes a date", () => {
		const text = documentText([
			{ ...EXISTING, status: "gone" },
			{ ...EXISTING, status: "gone", timestamp: "2025-01-01T00:00:00Z" },
		]);
		const { statements } = JSON.parse(added(text)) as { statements: { timestamp: string }[] };
		assert.deepEqual(
			statements.map((statement) => statement.timestamp),
			["2026-01-02T03:04:05Z", "2025-01-01T00:00:00Z", NOW],
		);
	});

	it("makes the new statement the newest about its vulnerability", () => {
		const same = { ...EXISTING, vulnerability: { name: "GHSA-35jh-r3h4-6jhm" } };
		for (const [timestamp, expected] of [
			["2026-03-04T05:06:06Z", NOW],
			[NOW, "2026-03-04T05:06:08Z"],
			["2030-12-31T23:59:59.5Z", "2031-01-01T00:00:00Z"],
		]) {
			const document = documentOf(added(documentText([{ ...same, timestamp }])));
			assert.equal(document.statements[1]?.timestamp, expected);
			assert.equal(document.lastUpdated, expected);
		}
		const other = documentOf(added(documentText([{ ...EXISTING, timestamp: "2030-01-01T00:00:00Z" }])));
		assert.equal(other.statements[1]?.timestamp, NOW);
	});

	it("never moves the last update back", () => {
		const document = documentOf(added(documentText([EXISTING], { last_updated: "2030-01-01T00:00:00Z" })));
		assert.equal(document.lastUpdated, "2030-01-01T00:00:00Z");
	});

	it("does nothing when the document already says so", () => {
		const once = added(documentText([EXISTING]));
		assert.equal(added(once, STATEMENT, "2027-01-01T00:00:00Z"), once);
		const changed = added(once, { ...STATEMENT, decision: { status: "under_investigation" } });
		assert.notEqual(changed, once);
		// What was true before and is to be true again is news.
		assert.notEqual(added(changed), changed);
		assert.equal(documentOf(added(changed)).statements.length, 4);
	});

	it("leaves documents alone that nobody can write to", () => {
		assert.equal(refusal("{"), "A key or } is missing: the document ends too early");
		assert.equal(refusal("[]"), "The document is not an object");
		assert.equal(refusal("{}"), '"@context" is missing');
		assert.equal(refusal('{"bomFormat":"CycloneDX"}'), "This is a CycloneDX document");
		assert.equal(refusal(`\ufeff${documentText([EXISTING])}`), "The file begins with a byte order mark");
		const legacy =
			'{"@context":"https://openvex.dev/ns","timestamp":"2023-01-01T00:00:00Z","statements":[{"vulnerability":"CVE-1","products":["a"],"status":"fixed"}]}';
		assert.equal(refusal(legacy), "The document is one of OpenVEX 0.0.1, which is read, but not written");
	});
});

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter((value) => value.trim() === value && value !== "");
const decisions: fc.Arbitrary<VexDecision> = fc.oneof(
	fc.record({
		status: fc.constant("not_affected" as const),
		justification: fc.constantFrom(...JUSTIFICATIONS.map((choice) => choice.value)),
		impact: text,
	}),
	fc.record({ status: fc.constant("affected" as const), action: text }),
	fc.record({ status: fc.constantFrom("fixed" as const, "under_investigation" as const), notes: text }),
);
const packages = fc.constantFrom("pkg:npm/lodash@4.17.20", "pkg:deb/debian/passwd@1:4.13%2Bdfsg1-1", "pkg:oci/app", "pkg:maven/a/b@1");
const products = fc.uniqueArray(
	fc.record({ id: packages, subcomponents: fc.uniqueArray(packages, { maxLength: 2 }) }, { noNullPrototype: true }),
	{
		minLength: 1,
		maxLength: 3,
		selector: (product) => JSON.stringify(product),
	},
);
const ids = fc.constantFrom("CVE-2020-1", "CVE-2020-2", "GHSA-aaaa", "CVE-2021-9");
const newStatements: fc.Arbitrary<NewStatement> = fc.record({
	vulnerability: ids,
	aliases: fc.uniqueArray(fc.constantFrom("GHSA-1111", "GHSA-2222"), { maxLength: 2 }),
	products,
	decision: decisions,
});
const times = fc.constantFrom(undefined, "2026-01-05T00:00:00Z", "2026-02-05T00:00:00+02:00", "2031-01-01T00:00:00Z");
const statements = fc.record({ said: newStatements, timestamp: times, turned: fc.boolean() }).map(({ said, timestamp, turned }) => {
	const entries: (readonly [string, JsonData | undefined])[] = [
		["vulnerability", { name: said.vulnerability, aliases: said.aliases.length > 0 ? said.aliases : undefined }],
		["timestamp", timestamp],
		[
			"products",
			said.products.map((product) => ({ "@id": product.id, subcomponents: product.subcomponents.map((id) => ({ "@id": id })) })),
		],
		["status", said.decision.status],
		["justification", said.decision.status === "not_affected" ? said.decision.justification : undefined],
		["action_statement", said.decision.status === "affected" ? said.decision.action : undefined],
	];
	return Object.fromEntries(turned ? entries.toReversed() : entries);
});
const layouts: fc.Arbitrary<JsonStyle> = fc.record({
	indentation: fc.constantFrom(undefined, "  ", "\t", "    "),
	colon: fc.constantFrom(":", ": ", " : "),
	comma: fc.constantFrom(",", ", "),
	lineBreak: fc.constantFrom("\n" as const, "\r\n" as const),
});
const documents = fc
	.record({
		list: fc.uniqueArray(statements, { maxLength: 4, selector: (statement) => JSON.stringify(statement) }),
		style: layouts,
		author: text,
		lastUpdated: fc.constantFrom(undefined, "2026-02-01T00:00:00Z"),
		version: fc.integer({ min: 1, max: 99 }),
		end: fc.boolean(),
	})
	.map(({ list, style, author, lastUpdated, version, end }) => {
		const head = { "@context": "https://openvex.dev/ns/v0.2.0", "@id": "i", author, timestamp: "2026-01-01T00:00:00Z" };
		return printJson({ ...head, last_updated: lastUpdated, version, statements: list }, style) + (end ? style.lineBreak : "");
	});

describe("adding a statement to any document", () => {
	it("keeps every other byte", () => {
		fc.assert(
			fc.property(documents, newStatements, (before, statement) => {
				const result = addStatement(before, statement, NOW);
				assert.ok("edits" in result);
				for (const { span, newText } of result.edits) {
					const old = before.slice(span.start, span.end);
					// All that is ever replaced is a version, a last update, or an empty list.
					if (old !== "") assert.match(old, /^(?:\d+|"2026-02-01T00:00:00Z"|\[\s*\])$/);
					if (before.includes("\r\n")) assert.doesNotMatch(newText, /(^|[^\r])\n/);
					else assert.doesNotMatch(newText, /\r/);
				}
			}),
		);
	});

	it("gives a document that says what it said, and the new statement", () => {
		fc.assert(
			fc.property(documents, newStatements, (before, statement) => {
				const after = added(before, statement);
				const [old, fresh] = [documentOf(before), documentOf(after)];
				if (after === before) return;
				assertValid(after);
				assert.equal(fresh.version, (old.version ?? 0) + 1);
				assert.equal(fresh.statements.length, old.statements.length + 1);
				const said = (document: typeof old): unknown =>
					document.statements.slice(0, old.statements.length).map(({ span, timestamp, dated, ...rest }) => rest);
				assert.deepEqual(said(fresh), said(old));
				const last = fresh.statements.at(-1)!;
				assert.deepEqual(
					[last.vulnerability, last.aliases, last.status],
					[statement.vulnerability, statement.aliases, statement.decision.status],
				);
				assert.deepEqual(
					last.products.map((product) => ({ id: product.ids[0], subcomponents: product.subcomponents.map((each) => each.ids[0]) })),
					statement.products,
				);
				const about = new Set([statement.vulnerability, ...statement.aliases]);
				for (const other of fresh.statements.slice(0, -1)) {
					assert.ok(other.dated);
					if (!about.has(other.vulnerability)) continue;
					assert.ok(Date.parse(other.timestamp!) < Date.parse(last.timestamp!), `${other.timestamp} ${last.timestamp}`);
				}
			}),
		);
	});

	it("keeps the order of what is said about one vulnerability", () => {
		fc.assert(
			fc.property(documents, newStatements, (before, statement) => {
				const order = (document: string): readonly number[] => {
					const list = documentOf(document).statements.slice(0, documentOf(before).statements.length);
					const related = list.filter((each) => each.vulnerability === "CVE-2020-1" && each.aliases.length === 0);
					const time = (index: number): number => Date.parse(list.find((each) => each.index === index)!.timestamp!);
					return related.map((each) => each.index).sort((a, b) => time(a) - time(b) || a - b);
				};
				assert.deepEqual(order(added(before, statement)), order(before));
			}),
		);
	});

	it("can be done again and again", () => {
		fc.assert(
			fc.property(documents, newStatements, (before, statement) => {
				const once = added(before, statement);
				assert.equal(added(once, statement), once);
			}),
		);
	});
});
