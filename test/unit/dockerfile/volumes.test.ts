import assert from "node:assert/strict";
import { writesBelow } from "../../../server/core/dockerfile/files/volumes.ts";
import type { Step } from "../../../server/core/dockerfile/model/model.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";

function stepOf(text: string): Step {
	const step = parseDockerfile(`FROM debian:12\nWORKDIR /srv\nRUN ${text}\n`).stages[0]?.steps[1];
	assert.ok(step !== undefined);
	return step;
}

function written(text: string): string | undefined {
	return writesBelow(stepOf(text), new Set(["/srv/data"])).get("/srv/data")?.text;
}

describe("what a RUN writes below a folder", () => {
	it("follows the folder, unless a subshell changes it", () => {
		assert.equal(written("touch a data/b"), "data/b");
		assert.equal(written("cd data && touch b"), "b");
		assert.equal(written("(cd /x && make); touch data/b"), undefined);
		assert.equal(written("(cd /x && make); touch /srv/data/b"), "/srv/data/b");
	});
});
