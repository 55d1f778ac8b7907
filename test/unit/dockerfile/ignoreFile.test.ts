import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { isAllowList, isIgnored, parseIgnoreFile } from "../../../server/core/dockerfile/files/ignoreFile.ts";

interface Recorded {
	readonly paths: readonly string[];
	readonly cases: readonly { readonly ignoreFile: string; readonly left: readonly string[] }[];
}

describe("ignore file", () => {
	const recorded = JSON.parse(readFileSync(new URL("../../fixtures/ignore-files.json", import.meta.url), "utf8")) as Recorded;
	for (const { ignoreFile, left } of recorded.cases) {
		it(`leaves out what BuildKit leaves out: ${JSON.stringify(ignoreFile)}`, () => {
			const file = parseIgnoreFile(ignoreFile);
			assert.deepEqual(
				recorded.paths.filter((path) => isIgnored(file, path)),
				left,
			);
		});
	}

	it("tells a list of what is wanted from a list of what is not", () => {
		for (const text of ["*\n!src\n", "**\n!src/**\n", "# all\r\n/*\r\n!package.json\r\n", "./*\n", "**/*\n!a\n"])
			assert.ok(isAllowList(parseIgnoreFile(text)), text);
		for (const text of ["", ".git\nnode_modules\n", "*.md\n", "*\n!*\n", "*.*\n!src\n"])
			assert.ok(!isAllowList(parseIgnoreFile(text)), text);
	});

	it("knows where each pattern stands", () => {
		const text = "\uFEFF# comment\n\n  !docs/keep.md \r\n.git\n";
		assert.deepEqual(
			parseIgnoreFile(text).patterns.map(({ span, line, negated }) => [text.slice(span.start, span.end), line, negated]),
			[
				["!docs/keep.md", 2, true],
				[".git", 3, false],
			],
		);
	});

	it("is not slowed down by hostile patterns", () => {
		const file = parseIgnoreFile(`${"**/*".repeat(100)}b\n${"*".repeat(500)}b\n`);
		const started = performance.now();
		isIgnored(file, `${"a/".repeat(500)}a`);
		isIgnored(file, "a".repeat(2000));
		assert.ok(performance.now() - started < 5000);
	});
});
