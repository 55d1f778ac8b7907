import assert from "node:assert/strict";
import fc from "fast-check";
import { parseJson } from "../../../server/core/json/parse.ts";
import type { JsonNode } from "../../../server/core/json/tree.ts";
import { readMarks } from "../../support/marks.ts";

/** The plain value of a node: what JSON.parse gives. */
function valueOf(node: JsonNode): unknown {
	if (node.kind === "object") {
		const entries = node.members.map(({ key, value }) => [key.value, valueOf(value)] as const);
		return Object.fromEntries(entries);
	}
	if (node.kind === "array") return node.elements.map(valueOf);
	return node.kind === "number" ? Number(node.text) : node.value;
}

/** Marks show where the fault is. */
const FAULTS: readonly (readonly [string, string])[] = [
	['{"a": 1«,»}', "A comma stands before the end"],
	['{"a": 1 «"»b": 2}', "A comma or } is missing"],
	["[1«,»]", "A comma stands before the end"],
	["[1 «2»]", "A comma or ] is missing"],
	["{«a»: 1}", "A key or } is missing"],
	['{"a": 1, «b»: 2}', "A key is missing"],
	['{"a" «1»}', "A colon is missing after the key"],
	['{"a": «}»', "A value is missing"],
	['{"a": «/»* c */ 1}', "A value is missing"],
	['{"a": «"b»\n}', "A string is not closed"],
	['{"a": «"b\\»', "A string is not closed"],
	['{"a": «"\\x41"»}', "A string has an escape that JSON does not know"],
	['{"a": "«\t»"}', "A control character stands in a string"],
	['{"a": «01»}', "01 is not a number in JSON"],
	['{"a": «+»1}', "A value is missing"],
	['{"a": «1.»}', "1. is not a number in JSON"],
	["{} «x»", "Something follows the end of the document"],
	['{"a": [1, 2«]»', "A comma or } is missing: the document ends too early"],
	["«{»", "A key or } is missing: the document ends too early"],
	["«N»aN", "A value is missing"],
	["«\ufeff»{}", "A value is missing"],
];

describe("parseJson", () => {
	for (const [marked, message] of FAULTS) {
		it(`finds the fault in ${JSON.stringify(marked)}`, () => {
			const { text, spans } = readMarks(marked);
			const result = parseJson(text);
			assert.ok("fault" in result);
			assert.equal(result.fault.message, message);
			assert.deepEqual(result.fault.span, spans[0]);
		});
	}

	it("agrees with JSON.parse on every value", () => {
		fc.assert(
			fc.property(fc.json(), fc.constantFrom(undefined, 2, "\t"), (json, indentation) => {
				const value: unknown = JSON.parse(json);
				const text = JSON.stringify(value, undefined, indentation);
				const result = parseJson(text);
				assert.ok("root" in result);
				assert.deepEqual(JSON.stringify(valueOf(result.root)), JSON.stringify(value));
			}),
		);
	});

	it("agrees with JSON.parse on what is no JSON", () => {
		const pieces = fc.constantFrom(
			"{",
			"}",
			"[",
			"]",
			":",
			",",
			'"',
			"\\",
			"a",
			"1",
			"-",
			".",
			"e",
			" ",
			"\n",
			"true",
			"null",
			"\\u00",
			'"k"',
			"\u0001",
		);
		fc.assert(
			fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
				const text = parts.join("");
				let valid = true;
				try {
					JSON.parse(text);
				} catch {
					valid = false;
				}
				assert.equal("root" in parseJson(text), valid, text);
			}),
			{ numRuns: 3000 },
		);
	});

	it("gives spans that hold the very text", () => {
		const text = ' { "a" : [ "b\\n" , -1.5e3 ] }';
		const result = parseJson(text);
		assert.ok("root" in result && result.root.kind === "object");
		const member = result.root.members[0]!;
		assert.equal(text.slice(member.key.span.start, member.key.span.end), '"a"');
		assert.ok(member.value.kind === "array");
		assert.deepEqual(
			member.value.elements.map(({ span }) => text.slice(span.start, span.end)),
			['"b\\n"', "-1.5e3"],
		);
	});

	it("refuses what is nested too deeply, and is quick about hostile texts", () => {
		const started = performance.now();
		const deep = parseJson("[".repeat(100_000));
		assert.ok("fault" in deep && deep.fault.message === "The document is nested too deeply");
		for (const character of ['"', "\\", " ", "1", "-", "{", ",", "e"]) parseJson(`[${character.repeat(100_000)}`);
		assert.ok(performance.now() - started < 500);
	});
});
