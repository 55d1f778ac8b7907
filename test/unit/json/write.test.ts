import assert from "node:assert/strict";
import fc from "fast-check";
import { parseJson } from "../../../server/core/json/parse.ts";
import { type JsonArray, type JsonObject, memberOf } from "../../../server/core/json/tree.ts";
import { appendElement, insertMemberAfter, type JsonData, NEW_STYLE, printJson, styleOf } from "../../../server/core/json/write.ts";
import { applyEdits } from "../../../server/core/text.ts";

function read(text: string): JsonObject {
	const result = parseJson(text);
	assert.ok("root" in result && result.root.kind === "object", text);
	return result.root;
}

function listOf(root: JsonObject): JsonArray {
	return memberOf(root, "a")!.value as JsonArray;
}

/** The text with an element more in its list `a`. */
function appended(text: string, data: JsonData): string {
	const root = read(text);
	const list = listOf(root);
	return applyEdits(text, [appendElement(text, list, data, styleOf(text, root))]);
}

function inserted(text: string, after: string): string {
	const root = read(text);
	return applyEdits(text, [insertMemberAfter(text, root, memberOf(root, after)!, "x", [1], styleOf(text, root))]);
}

describe("JSON edits", () => {
	it("append in the layout of the last element", () => {
		assert.equal(appended('{"a":[{"k":1}]}', { k: 2, l: 3 }), '{"a":[{"k":1},{"k":2,"l":3}]}');
		assert.equal(appended('{"a":[{"k":1,"j":2}]}', { k: 2, l: 3 }), '{"a":[{"k":1,"j":2},{"k":2,"l":3}]}');
		assert.equal(appended('{ "a": [ {"k": 1}, {"k": 2} ] }', { k: 3 }), '{ "a": [ {"k": 1}, {"k": 2}, {"k": 3} ] }');
		assert.equal(
			appended('{\n  "a": [\n    {\n      "k": 1\n    }\n  ]\n}\n', { k: 2 }),
			'{\n  "a": [\n    {\n      "k": 1\n    },\n    {\n      "k": 2\n    }\n  ]\n}\n',
		);
		assert.equal(
			appended('{\n\t"a": [{\n\t\t"k": 1\n\t}]\n}', { k: [2] }),
			'{\n\t"a": [{\n\t\t"k": 1\n\t}, {\n\t\t"k": [\n\t\t\t2\n\t\t]\n\t}]\n}',
		);
		assert.equal(
			appended('{\n    "a": [\n        {"k": 1},\n        {"k": 2}\n    ]\n}', { k: 3, l: 4 }),
			'{\n    "a": [\n        {"k": 1},\n        {"k": 2},\n        {"k": 3, "l": 4}\n    ]\n}',
		);
		assert.equal(
			appended('{\r\n  "a": [\r\n    {\r\n      "k": 1\r\n    }\r\n  ]\r\n}\r\n', { k: 2 }),
			'{\r\n  "a": [\r\n    {\r\n      "k": 1\r\n    },\r\n    {\r\n      "k": 2\r\n    }\r\n  ]\r\n}\r\n',
		);
	});

	it("fill an empty list in the layout of the document", () => {
		assert.equal(appended('{\n  "a": []\n}', { k: 1 }), '{\n  "a": [\n    {\n      "k": 1\n    }\n  ]\n}');
		assert.equal(appended('{"b": 1,"a": [ ]}', { k: 1 }), '{"b": 1,"a": [{"k": 1}]}');
	});

	it("insert a member in the layout of its neighbour", () => {
		assert.equal(inserted('{"a":1,"b":2}', "a"), '{"a":1,"x":[1],"b":2}');
		assert.equal(inserted('{"a": 1, "b": 2}', "b"), '{"a": 1, "b": 2, "x": [1]}');
		assert.equal(inserted('{\n  "a" : 1,\n  "b" : 2\n}', "a"), '{\n  "a" : 1,\n  "x" : [\n    1\n  ],\n  "b" : 2\n}');
		assert.equal(inserted('{ "a": 1\n, "b": 2 }', "b"), '{ "a": 1\n, "b": 2, "x": [1] }');
	});

	it("print new documents with two blanks", () => {
		assert.equal(
			printJson({ a: [], b: {}, c: undefined, d: ["é\n"], e: null }, NEW_STYLE),
			'{\n  "a": [],\n  "b": {},\n  "d": [\n    "é\\n"\n  ],\n  "e": null\n}',
		);
	});

	it("print what JSON.stringify prints", () => {
		fc.assert(
			fc.property(fc.jsonValue(), fc.constantFrom("  ", "\t", "    "), (value, indentation) => {
				assert.equal(printJson(value as JsonData, { ...NEW_STYLE, indentation }), JSON.stringify(value, undefined, indentation));
			}),
		);
	});

	it("keep every other byte, and give what was asked for", () => {
		const layouts = fc.record({
			indentation: fc.constantFrom(undefined, "  ", "\t", "   "),
			blank: fc.constantFrom("", " "),
			lineBreak: fc.constantFrom("\n" as const, "\r\n" as const),
		});
		fc.assert(
			fc.property(fc.array(fc.jsonValue(), { maxLength: 3 }), fc.jsonValue(), layouts, (list, added, { blank, ...layout }) => {
				const style = { ...layout, colon: `:${blank}`, comma: `,${blank}` };
				const text = printJson({ first: { k: 1, l: 2 }, a: list as JsonData }, style);
				const root = read(text);
				const edit = appendElement(text, listOf(root), added as JsonData, styleOf(text, root));
				const result = applyEdits(text, [edit]);
				assert.deepEqual(JSON.parse(result), JSON.parse(JSON.stringify({ first: { k: 1, l: 2 }, a: [...list, added] })));
				if (list.length > 0) assert.equal(edit.span.start, edit.span.end);
				if (style.indentation !== undefined) assert.ok(!/(^|[^\r])\n/.test(result) || style.lineBreak === "\n");
				// Where the document shows its layout, the addition cannot be told from it.
				const last = listOf(root).elements.at(-1);
				const oneLine = last === undefined || !text.slice(last.span.start, last.span.end).includes("\n");
				if (oneLine && style.indentation !== undefined) return;
				assert.equal(result, printJson({ first: { k: 1, l: 2 }, a: [...list, added] as JsonData }, style));
			}),
		);
	});
});
