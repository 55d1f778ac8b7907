import assert from "node:assert/strict";
import { moveToGlobals } from "../../../server/core/dockerfile/edits/moveInstruction.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import { applyEdits } from "../../../server/core/text.ts";

/** The text with its last ARG above the stages. */
function moved(text: string): string {
	const file = parseDockerfile(text);
	const argument = file.instructions.findLast(({ keyword }) => keyword === "ARG");
	assert.ok(argument !== undefined);
	const edits = moveToGlobals(file, argument);
	assert.ok(edits !== undefined);
	return applyEdits(text, edits);
}

describe("moveToGlobals", () => {
	it("takes the comments above along, and one of two empty lines", () => {
		assert.equal(
			moved("FROM a\nRUN b\n\n# what to start from\n# next\nARG BASE=c\n\nFROM $BASE\n"),
			"# what to start from\n# next\nARG BASE=c\nFROM a\nRUN b\n\nFROM $BASE\n",
		);
	});

	it("puts it below the arguments that are there", () => {
		assert.equal(moved("ARG A=1\nFROM a\nARG BASE=c\nFROM $BASE\n"), "ARG A=1\nARG BASE=c\nFROM a\nFROM $BASE\n");
	});

	it("leaves a comment where it is that would become a directive", () => {
		assert.equal(
			moved("# syntax=d\nFROM e\n# syntax=1\nARG BASE=c\nFROM $BASE\n"),
			"# syntax=d\nARG BASE=c\nFROM e\n# syntax=1\nFROM $BASE\n",
		);
	});
});
