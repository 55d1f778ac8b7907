import assert from "node:assert/strict";
import fc from "fast-check";
import { columnsOf, endOf, padded, startOf, terminalText } from "../../../server/core/report/terminalText.ts";

describe("text of others in a terminal", () => {
	it("shows control characters instead of sending them", () => {
		assert.equal(terminalText("a\u001b[2Jb\tc\u0007\u007f\r"), "a␛[2Jb    c␇␡␍");
	});

	it("shows what turns the direction of writing", () => {
		assert.equal(terminalText("user\u202e\u2066x\u009b31m\u2028"), "user��x�31m�");
	});

	it("lets no control character through, whatever the text", () => {
		fc.assert(
			fc.property(fc.string({ unit: "binary" }), (text) => {
				// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
				assert.doesNotMatch(terminalText(text), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
			}),
		);
	});

	it("leaves letters of all languages as they are", () => {
		for (const text of ["Größe", "日本語", "עברית", "e\u0301", "🐳"]) assert.equal(terminalText(text), text);
	});

	it("counts columns: wide ones twice, combining ones not", () => {
		assert.deepEqual(["abc", "日本", "e\u0301", "🐳", "ｆ", "ﬁ", ""].map(columnsOf), [3, 4, 1, 2, 2, 1, 0]);
	});

	it("cuts at the end and at the start, never through a character", () => {
		assert.deepEqual([startOf("abcdef", 4), endOf("abcdef", 4), startOf("abcd", 4), startOf("日本語", 4)], ["abc…", "…def", "abcd", "日…"]);
		fc.assert(
			fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 20 }), (text, columns) => {
				for (const cut of [startOf(text, columns), endOf(text, columns)]) {
					assert.ok(columnsOf(cut) <= columns, `${JSON.stringify(cut)} takes more than ${columns}`);
					assert.doesNotMatch(cut, /\p{Surrogate}/u);
				}
			}),
		);
	});

	it("pads by columns", () => {
		assert.deepEqual([padded("日", 4), padded("abcd", 2)], ["日  ", "abcd"]);
	});
});
