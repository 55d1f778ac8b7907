import assert from "node:assert/strict";
import { parseDockerfile } from "../../server/core/dockerfile/parse/parse.ts";
import type { Refactorer, Refactoring } from "../../server/core/refactor/refactoring.ts";
import { applyEdits } from "../../server/core/text.ts";
import { readMarks } from "./marks.ts";

/** The refactorings for the selection between the marks. */
export function refactoringsOf(refactor: Refactorer, marked: string): readonly Refactoring[] {
	const { text, spans } = readMarks(marked);
	assert.equal(spans.length, 1, "one selection");
	return refactor(parseDockerfile(text), spans[0] ?? { start: 0, end: 0 });
}

/** The text after the only refactoring for the selection between the marks; undefined if there is none. What comes out has to parse. */
export function refactored(refactor: Refactorer, marked: string): string | undefined {
	const [found, ...others] = refactoringsOf(refactor, marked);
	assert.deepEqual(others, []);
	if (found === undefined) return undefined;
	const text = applyEdits(readMarks(marked).text, found.edits);
	assert.deepEqual(parseDockerfile(text).errors, []);
	return text;
}
