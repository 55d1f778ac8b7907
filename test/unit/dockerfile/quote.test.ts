import assert from "node:assert/strict";
import fc from "fast-check";
import { quoteAsOneWord, quoteLiterally } from "../../../server/core/dockerfile/edits/quote.ts";
import { expand } from "../../../server/core/dockerfile/syntax/expand.ts";
import type { VariableValue } from "../../../server/core/dockerfile/syntax/variableValue.ts";
import { splitAssignments } from "../../../server/core/dockerfile/syntax/words.ts";
import { mapContiguous } from "../../../server/core/mappedText.ts";
import { applyEdits } from "../../../server/core/text.ts";

/** Texts made of what could go wrong. */
const texts = fc.string({
	unit: fc.constantFrom("a", "b", " ", "\t", '"', "'", "\\", "`", "$", "{", "}", "x", ":", "-", "="),
	maxLength: 12,
});
const escapes = fc.constantFrom("\\", "`");
const values: fc.Arbitrary<VariableValue> = fc.oneof(
	fc.constant<VariableValue>({ kind: "unset" }),
	fc.string().map((value): VariableValue => ({ kind: "set", value })),
);

describe("quotes", () => {
	it("literally: the substituted value is the text", () => {
		fc.assert(
			fc.property(texts, escapes, (text, escape) => {
				const quoted = applyEdits(text, quoteLiterally(mapContiguous(text, 0), escape));
				const expansion = expand(quoted, { escape, lookup: () => ({ kind: "set", value: "?" }) });
				assert.equal(expansion.kind === "known" ? expansion.value : expansion.kind, text);
				assert.equal(splitAssignments(`NAME=${quoted}`, escape).length, 1);
			}),
		);
	});

	it("as one word: the substituted value stays, whatever the variables hold", () => {
		let offered = 0;
		fc.assert(
			fc.property(texts, escapes, values, (written, escape, value) => {
				const text = written.trim();
				const edits = text === "" ? undefined : quoteAsOneWord(mapContiguous(text, 0), escape);
				if (edits === undefined) return;
				if (edits.length > 0) offered++;
				const lookup = (): VariableValue => value;
				const before = expand(text, { escape, lookup });
				const after = expand(applyEdits(text, edits), { escape, lookup });
				assert.deepEqual(
					[after.kind, after.kind === "known" ? after.value : ""],
					[before.kind, before.kind === "known" ? before.value : ""],
				);
			}),
			{ numRuns: 3000 },
		);
		assert.ok(offered > 300, `only ${offered} texts were quoted`);
	});

	it("as one word: no quotes where none are needed, none inside", () => {
		const quoted = (text: string): string | undefined => {
			const edits = quoteAsOneWord(mapContiguous(text, 0), "\\");
			return edits && applyEdits(text, edits);
		};
		assert.equal(quoted("/a:$PATH"), "/a:$PATH");
		assert.equal(quoted('"a b"'), '"a b"');
		assert.equal(quoted("a b"), '"a b"');
		assert.equal(quoted("a '$b' \"c\""), '"a \\$b c"');
		assert.equal(quoted("it's a"), undefined);
		assert.equal(quoted('${A:-"b c"} d'), undefined);
	});
});
