import assert from "node:assert/strict";
import fc from "fast-check";
import { mapContiguous, mappedTextBuilder, sliceMapped, sourceOffset, sourceSpan } from "../../../server/core/mappedText.ts";
import {
	applyEdits,
	joinedEdits,
	lineStartsOf,
	offsetAt,
	overlaps,
	positionAt,
	rangeOf,
	readable,
	shortened,
	spanOf,
} from "../../../server/core/text.ts";

describe("positions", () => {
	it("lead to offsets and back, for every offset of any text", () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom("a", "é", "😀", "\n", "\r\n", "\t") }), (text) => {
				const starts = lineStartsOf(text);
				for (let offset = 0; offset <= text.length; offset++) assert.equal(offsetAt(text, starts, positionAt(starts, offset)), offset);
			}),
		);
	});

	it("count UTF-16 units, as editors do", () => {
		const text = "ab\n😀x";
		const starts = lineStartsOf(text);
		assert.deepEqual(positionAt(starts, 5), { line: 1, character: 2 });
		assert.deepEqual(spanOf(text, starts, rangeOf(starts, { start: 3, end: 6 })), { start: 3, end: 6 });
	});

	it("beyond the end of a line are cut to it", () => {
		assert.equal(offsetAt("ab\ncd", lineStartsOf("ab\ncd"), { line: 0, character: 99 }), 2);
		assert.equal(offsetAt("ab\ncd", lineStartsOf("ab\ncd"), { line: 9, character: 0 }), 5);
	});
});

describe("a text too long for a message", () => {
	it("loses its middle", () => {
		assert.equal(shortened("abcdefghij", 10), "abcdefghij");
		assert.equal(shortened("abcdefghijk", 8), "abcd…ijk");
	});

	it("keeps the names of a path whole, as far as they find room", () => {
		assert.equal(shortened("mcr.microsoft.com/vscode/devcontainers/ruby", 30), "…/vscode/devcontainers/ruby");
		assert.equal(shortened("ghcr.io/rails/devcontainer/images/ruby:4.0.6", 36), "ghcr.io/…/images/ruby:4.0.6");
		assert.equal(shortened("https://example.com/releases/download/tool.tgz", 36), "…/releases/download/tool.tgz");
		assert.equal(shortened("mcr.microsoft.com/dotnet/runtime-deps:9.0.19-alpine3.24", 38), "…/runtime-deps:9.0.19-alpine3.24");
		assert.equal(shortened("mcr.microsoft.com/prereqs:azurelinux-4.0-net11.0-cross", 30), "…/prereqs:azure…-net11.0-cross");
		assert.equal(shortened("/usr/local/share/some/long/path/to/a/file.txt", 30), "/usr/…/long/path/to/a/file.txt");
	});

	it("takes no prose and no list for a path", () => {
		assert.equal(shortened("replace the client and/or the server by another one", 30), "replace the cli…by another one");
		assert.equal(shortened("/opt/application, /srv/application", 20), "/opt/appli…plication");
	});

	it("has no control characters, and says where a command prints a part of it", () => {
		assert.equal(readable("a \0/b\n\tc"), "a $(…)/b c");
		assert.equal(shortened("\0/bin/program", 10), "…/program");
		assert.equal(shortened("\0", 10), "$(…)");
	});

	it("is never longer than it may be", () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom("a", "/", ":", "é") }), fc.integer({ min: 2, max: 30 }), (text, most) => {
				assert.ok(shortened(text, most).length <= most);
			}),
		);
	});
});

describe("edits", () => {
	it("are applied by place, whatever their order", () => {
		const edits = [
			{ span: { start: 4, end: 5 }, newText: "E" },
			{ span: { start: 0, end: 1 }, newText: "A" },
			{ span: { start: 2, end: 2 }, newText: "-" },
		];
		assert.equal(applyEdits("abcde", edits), "Ab-cdE");
	});

	it("at one place keep their order", () => {
		const at = { start: 1, end: 1 };
		assert.equal(
			applyEdits("ab", [
				{ span: at, newText: "1" },
				{ span: at, newText: "2" },
			]),
			"a12b",
		);
	});

	it("can be joined so that none begins where another one does", () => {
		const insert = (at: number, newText: string) => ({ span: { start: at, end: at }, newText });
		const remove = (start: number, end: number) => ({ span: { start, end }, newText: "" });
		const apart = [remove(4, 5), insert(1, "1"), remove(0, 1)];
		assert.equal(joinedEdits(apart), apart);
		assert.deepEqual(joinedEdits([remove(1, 2), insert(1, "1"), insert(1, "2")]), [{ span: { start: 1, end: 2 }, newText: "12" }]);
		assert.deepEqual(joinedEdits([remove(1, 5), remove(3, 4), insert(5, "1"), remove(4, 5)]), [remove(1, 5), insert(5, "1")]);
	});

	it("that overlap are refused", () => {
		assert.throws(
			() =>
				applyEdits("abc", [
					{ span: { start: 0, end: 2 }, newText: "" },
					{ span: { start: 1, end: 3 }, newText: "" },
				]),
			RangeError,
		);
	});

	it("overlap when they share a character, not when they touch", () => {
		assert.equal(overlaps({ start: 0, end: 2 }, { start: 1, end: 3 }), true);
		assert.equal(overlaps({ start: 0, end: 2 }, { start: 2, end: 3 }), false);
		assert.equal(overlaps({ start: 1, end: 1 }, { start: 0, end: 2 }), true);
	});
});

describe("mapped texts", () => {
	it("lead from each character to where it stands, through slices of slices", () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 6 }), fc.nat(3)), { minLength: 1, maxLength: 8 }),
				fc.nat(),
				fc.nat(),
				(parts, a, b) => {
					const builder = mappedTextBuilder();
					let source = "";
					for (const [text, gap] of parts) {
						builder.add(text, source.length);
						source += text + "\\\n".repeat(gap);
					}
					const mapped = builder.build();
					const start = a % mapped.text.length;
					const end = start + 1 + (b % (mapped.text.length - start));
					const slice = sliceMapped(mapped, start, end);
					for (let at = 0; at < slice.text.length; at++) assert.equal(source[sourceOffset(slice, at)], slice.text[at]);
					const span = sourceSpan(slice, 0, slice.text.length);
					assert.equal(source[span.start], slice.text[0]);
					assert.equal(source[span.end - 1], slice.text.at(-1));
				},
			),
		);
	});

	it("end directly behind their last character, not where the next piece begins", () => {
		const builder = mappedTextBuilder();
		builder.add("ab", 0);
		builder.add("cd", 10);
		const mapped = builder.build();
		assert.deepEqual(sourceSpan(mapped, 0, 2), { start: 0, end: 2 });
		assert.deepEqual(sourceSpan(mapped, 1, 3), { start: 1, end: 11 });
		assert.equal(sourceOffset(mapContiguous("ab", 5), 2), 7);
	});
});
