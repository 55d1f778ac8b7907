import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { FAULTS } from "../../support/vexFaults.ts";

const schema = JSON.parse(readFileSync(new URL("../../../media/openvex.schema.json", import.meta.url), "utf8"));
const validate = addFormats.default(new Ajv({ allErrors: true, strict: true, strictRequired: false })).compile(schema);

/** The contract's own example: a document with a history, a justification and an impact. */
const EXAMPLE = {
	"@context": "https://openvex.dev/ns/v0.2.0",
	"@id": "https://example.org/vex/app-1",
	author: "Example Team <security@example.org>",
	role: "Document Creator",
	timestamp: "2026-01-02T03:04:05Z",
	last_updated: "2026-01-05T00:00:00Z",
	version: 2,
	tooling: "example/1.0",
	statements: [
		{
			vulnerability: { name: "CVE-2099-0001", aliases: ["GHSA-aaaa-bbbb-cccc"] },
			products: [{ "@id": "pkg:oci/app@sha256:11", subcomponents: [{ identifiers: { purl: "pkg:apk/alpine/curl@8.7.1-r0" } }] }],
			status: "under_investigation",
			status_notes: "Looking.",
		},
		{
			vulnerability: { name: "CVE-2099-0001" },
			timestamp: "2026-01-05T00:00:00Z",
			products: [{ identifiers: { cpe23: "cpe:2.3:a:x:y" }, hashes: { "sha-256": "ab" } }],
			status: "not_affected",
			justification: "vulnerable_code_not_in_execute_path",
			impact_statement: "Never used.",
			supplier: "Example",
		},
		{ vulnerability: { name: "CVE-2099-0002" }, products: [{ "@id": "pkg:npm/a" }], status: "affected", action_statement: "Update." },
		{ vulnerability: { name: "CVE-2099-0003" }, products: [{ "@id": "pkg:npm/a" }], status: "not_affected", impact_statement: "No." },
	],
};

describe("the schema of OpenVEX", () => {
	it("accepts what the specification allows", () => {
		assert.ok(validate(EXAMPLE), JSON.stringify(validate.errors));
	});

	// What is valid by the specification, and of no use to scanners.
	const ALLOWED = ["names no products", "capital letters", "not a package URL"];
	for (const { marked, severity, message } of FAULTS) {
		const text = marked.replaceAll(/[«»]/g, "");
		if (severity === "error" && !/must be|no version|no date|missing/.test(message)) continue;
		if (/twice|CSAF|CycloneDX|0\.0\.1/.test(message)) continue;
		const allowed = ALLOWED.some((words) => message.includes(words)) && !text.includes('"purl":"lodash"');
		it(`${allowed ? "accepts" : "refuses"} a document of which we say: ${message}`, () => {
			assert.equal(validate(JSON.parse(text)), allowed, text);
		});
	}

	it("refuses what does not go together", () => {
		const with_ = (fields: object): object => ({ ...EXAMPLE, statements: [{ ...EXAMPLE.statements[2], ...fields }] });
		assert.ok(!validate(with_({ status: "fixed" })));
		assert.ok(!validate(with_({ impact_statement: "x" })));
		assert.ok(!validate({ ...EXAMPLE, version: 0 }));
		assert.ok(!validate({ ...EXAMPLE, statements: [EXAMPLE.statements[2], EXAMPLE.statements[2]] }));
		assert.ok(!validate({ ...EXAMPLE, statements: [{ ...EXAMPLE.statements[2], products: [{ hashes: { md5: "x" } }] }] }));
	});
});
