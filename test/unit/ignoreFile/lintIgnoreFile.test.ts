import assert from "node:assert/strict";
import fc from "fast-check";
import { type IgnoreFacts, lintIgnoreFile } from "../../../server/core/ignoreFile/lintIgnoreFile.ts";
import { applyEdits } from "../../../server/core/text.ts";
import { writeMarks } from "../../support/marks.ts";

const NOBODY_LOOKED: IgnoreFacts = { contextEntries: undefined };

/** The text with marks, the codes, and the text after the first fix of each finding. */
function look(text: string, facts: IgnoreFacts = NOBODY_LOOKED) {
	const findings = lintIgnoreFile(text, facts);
	return {
		marked: writeMarks(
			text,
			findings.map(({ span }) => span),
		),
		codes: findings.map(({ code }) => code),
		fixed: applyEdits(
			text,
			findings.flatMap(({ fixes }) => fixes[0]?.edits ?? []),
		),
		messages: findings.map(({ message }) => message),
	};
}

describe("checks of an ignore file", () => {
	it("nothing is said of patterns that work", () => {
		const good =
			"# all\n\n./node_modules\n/dist/\n**/*.log\n  build  \n*.md\n!README.md\nsecrets/*\n!secrets/public\n[^a]bc\nfoo\\ bar\na\\[b\nx#y\n";
		assert.deepEqual(look(good).codes, []);
		assert.deepEqual(look("*\n!src\n!src/keep\n").codes, []);
	});

	it("what the builder refuses is an error", () => {
		const { marked, codes, fixed } = look("a\n!\n[abc\n[]a]\n[a]\nb\\\n");
		assert.equal(marked, "a\n«!»\n«[abc»\n«[]a]»\n[a]\n«b\\»\n");
		assert.deepEqual(codes, ["refused", "refused", "refused", "refused"]);
		assert.equal(fixed, "a\n[abc\n[]a]\n[a]\nb\\\n");
	});

	it("syntax of other files is text here", () => {
		const text = 'node_modules # deps\r\n  # indented\r\n"dist"\r\n!*.{md,txt}\r\n[!a]x\r\nsrc\\test\\a\r\n~/.ssh\r\n../other\r\n';
		const { codes, fixed } = look(text);
		assert.deepEqual(new Set(codes), new Set(["literal"]));
		assert.equal(codes.length, 8);
		assert.equal(fixed, "node_modules\r\n# indented\r\ndist\r\n!*.md\r\n!*.txt\r\n[^a]x\r\nsrc/test/a\r\n~/.ssh\r\n../other\r\n");
	});

	it("the last pattern that matches decides", () => {
		const { marked, codes } = look(".env\n!src\nsrc\n!.env\n");
		assert.equal(marked, "«.env»\n«!src»\nsrc\n!.env\n");
		assert.deepEqual(codes, ["overridden", "overridden"]);
	});

	it("a folder with a part taken back is left out all the same", () => {
		assert.deepEqual(look("node_modules\n!node_modules/keep\nsrc\n!src/*\n").codes, []);
	});

	it("a path that nothing left out is not taken back, unless a part of it could be out", () => {
		assert.equal(look("**/*.log\n!src\ndist\n!other\n").marked, "**/*.log\n!src\ndist\n!other\n");
		assert.equal(look("*.log\ndist\n!other\n").marked, "*.log\ndist\n«!other»\n");
		assert.equal(look("dist\n!other\n").fixed, "dist\n");
		assert.deepEqual(look("other/**/a\n!other\n").codes, []);
	});

	it("a pattern is needed once", () => {
		const { marked, fixed } = look("d/*\na/\nb\n./a\n!d/x\na\n");
		assert.equal(marked, "d/*\na/\nb\n«./a»\n!d/x\na\n");
		assert.equal(fixed, "d/*\na/\nb\n!d/x\na\n");
	});

	it("names that lie in folders are not found at the root", () => {
		const facts = { contextEntries: ["src", "node_modules"] };
		const { marked, fixed } = look("__pycache__\nnode_modules\n*.pyc\ndist\n", facts);
		assert.equal(marked, "«__pycache__»\nnode_modules\n«*.pyc»\ndist\n");
		assert.equal(fixed, "**/__pycache__\nnode_modules\n**/*.pyc\ndist\n");
		assert.deepEqual(look("__pycache__\n").codes, []);
	});

	it("any text is read: spans lie in it, messages are short, fixes apply", () => {
		fc.assert(
			fc.property(fc.array(fc.constantFrom(..."a!#[]{}*\\/.~,\"' \r\n\uFEFF".split("")), { maxLength: 60 }), (characters) => {
				const text = characters.join("");
				for (const { span, message, fixes, pattern } of lintIgnoreFile(text, { contextEntries: ["a"] })) {
					assert.equal(text.slice(span.start, span.end), pattern);
					assert.ok(message.length <= 100 && !message.endsWith("."), message);
					for (const { edits } of fixes) assert.notEqual(applyEdits(text, edits), text);
				}
			}),
		);
	});

	it("a hostile text takes no time", () => {
		for (const character of ["*", "[", "{", "!", "\\", "#", " #", "a\n", "{,", "**/"]) {
			const started = performance.now();
			lintIgnoreFile(character.repeat(20_000), { contextEntries: ["a"] });
			assert.ok(performance.now() - started < 2_000, character);
		}
	});
});
