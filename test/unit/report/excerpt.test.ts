import assert from "node:assert/strict";
import { terminalColors } from "../../../server/core/report/colors.ts";
import { linesExcerpt, markedExcerpt } from "../../../server/core/report/excerpt.ts";
import { columnsOf } from "../../../server/core/report/terminalText.ts";
import { lineStartsOf, rangeOf } from "../../../server/core/text.ts";

const PLAIN = terminalColors(false);
const same = (text: string): string => text;

/** The excerpt for the part between « and ». */
function marked(text: string): readonly string[] {
	const start = text.indexOf("«");
	const plain = text.replace("«", "").replace("»", "");
	const starts = lineStartsOf(plain);
	return markedExcerpt({ text: plain, starts }, rangeOf(starts, { start, end: text.indexOf("»") - 1 }), same, PLAIN);
}

describe("excerpts", () => {
	it("marks the part with carets, below the line", () => {
		assert.deepEqual(marked("FROM a\nUSER «root»\n"), ["  2 | USER root", "    |      ^^^^"]);
	});

	it("marks the rest of the first line of a range over several", () => {
		assert.deepEqual(marked("RUN «a \\\r\n b»\r\n"), ["  1 | RUN a \\", "    |     ^^^"]);
	});

	it("marks an empty range with one caret, at the end of the file too", () => {
		assert.deepEqual(marked("FROM a«»"), ["  1 | FROM a", "    |       ^"]);
		assert.deepEqual(marked("FROM a\n«»"), ["  2 | ", "    | ^"]);
	});

	it("stands right below tabs, wide and control characters", () => {
		assert.deepEqual(marked("\tRUN «x»"), ["  1 |     RUN x", "    |         ^"]);
		assert.deepEqual(marked("# 日本 «語»"), ["  1 | # 日本 語", "    |        ^^"]);
		assert.deepEqual(marked("RUN \u001b«x»"), ["  1 | RUN ␛x", "    |      ^"]);
	});

	it("keeps the marked part in sight in a line of 100 kB", () => {
		const [line = "", carets = ""] = marked(`RUN ${"a".repeat(50_000)} «bad» ${"c".repeat(50_000)}`);
		assert.ok(columnsOf(line) < 160);
		assert.equal(line.indexOf("bad"), carets.indexOf("^"));
		assert.match(carets, /\^{3}$/);
	});

	it("shows the lines of an instruction, carets below its first word, and how many are left out", () => {
		const text = `FROM a\n  RUN b \\\n${"  c \\\n".repeat(10)}  d\n`;
		const lines = linesExcerpt({ text, starts: lineStartsOf(text) }, { first: 1, last: 12 }, same, PLAIN);
		assert.deepEqual(lines.slice(0, 3), ["  2 |   RUN b \\", "    |   ^^^", "  3 |   c \\"]);
		assert.equal(lines.at(-1), "    | … and 4 more lines");
		assert.equal(lines.length, 10);
	});
});
