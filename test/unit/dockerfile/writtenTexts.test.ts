import assert from "node:assert/strict";
import { writesAny } from "../../../server/core/dockerfile/model/writtenTexts.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";

describe("what is written in a Dockerfile", () => {
	const file = parseDockerfile("# Kept for old-tool-x9\nFROM debian:12\nRUN Some-Call-Q7 <<EOF\nin-body-z3\nEOF\n");

	it("is found anywhere, comments and heredocs included, capital letters as small ones", () => {
		assert.equal(writesAny(["some-call-q7"])(file), true);
		assert.equal(writesAny(["old-tool-x9"])(file), true);
		assert.equal(writesAny(["nowhere-to-be-found", "in-body-z3"])(file), true);
		assert.equal(writesAny(["nowhere-to-be-found"])(file), false);
		assert.equal(writesAny([])(file), false);
	});

	it("is found inside of other texts, and where one text is the end of another", () => {
		assert.equal(writesAny(["call-q"])(file), true);
		assert.equal(writesAny(["l-q7", "q7"])(file), true);
	});

	it("is looked for again when a question is made after the file was walked", () => {
		const asked = writesAny(["some-call-q7"]);
		assert.equal(asked(file), true);
		const later = writesAny(["in-body-z3-and-more", "debian:12"]);
		assert.equal(later(file), true);
		assert.equal(asked(file), true);
	});
});
