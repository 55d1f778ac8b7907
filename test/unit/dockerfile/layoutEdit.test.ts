import assert from "node:assert/strict";
import { removeArgument } from "../../../server/core/dockerfile/edits/layoutEdit.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import { applyEdits } from "../../../server/core/text.ts";
import { readMarks } from "../../support/marks.ts";

/** The text without the words between the marks. */
function without(marked: string): string {
	const { text, spans } = readMarks(marked);
	const file = parseDockerfile(text);
	return applyEdits(
		text,
		spans.map((span) => removeArgument(file, span)),
	);
}

describe("removing an argument", () => {
	it("on a line of its own takes the line away, and joins nothing that follows", () => {
		assert.equal(without("RUN a \\\n  «b» \\\n  c\nCMD d\n"), "RUN a \\\n  c\nCMD d\n");
		assert.equal(without("RUN a \\\n  «b»\n\nCMD d\n"), "RUN a\n\nCMD d\n");
		assert.equal(without("RUN a \\\r\n  «b» \\\r\n  «c»\r\nCMD d\r\n"), "RUN a\r\nCMD d\r\n");
		assert.equal(without("# escape=`\nRUN a `\n  «b»"), "# escape=`\nRUN a");
	});

	it("leaves comments between the lines", () => {
		assert.equal(without("RUN a \\\n  # why\n  «b» \\\n  c\n"), "RUN a \\\n  # why\n  c\n");
		assert.equal(without("RUN a \\\n  # why\n\n  «b»\nCMD d\n"), "RUN a\n  # why\nCMD d\n");
	});

	it("beside others takes the word away", () => {
		assert.equal(without("RUN a «b» c \\\n  «d» e\n"), "RUN a c \\\n  e\n");
	});
});
