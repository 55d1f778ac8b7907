import assert from "node:assert/strict";
import type { BuildFailure } from "../../../server/core/build/build.ts";
import { buildFailureText, buildProblem } from "../../../server/core/report/buildFailure.ts";
import { terminalColors } from "../../../server/core/report/colors.ts";

const PLAIN = terminalColors(false);
const TEXT = "FROM debian:12\nRUN apt-get update && \\\n    false\n";
const FAILURE: BuildFailure = {
	message: "The command ended with exit code 1",
	lines: { first: 1, last: 2 },
	step: { name: "[2/2] RUN apt-get update", id: "a" },
	log: ["one", "two\u001b[31m"],
};

function textOf(failure: BuildFailure, hint?: string): string {
	return buildFailureText(failure, buildProblem(failure, "api/Dockerfile", hint), TEXT, PLAIN);
}

describe("a failed build", () => {
	it("shows place, lines with carets, the end of the log, and what to do", () => {
		assert.equal(
			textOf(FAILURE, "Try again."),
			[
				"hullguard: api/Dockerfile:2:1: The command ended with exit code 1",
				"  2 | RUN apt-get update && \\",
				"    | ^^^",
				"  3 |     false",
				"  The last lines of its log:",
				"    one",
				"    two␛[31m",
				"  Try again.",
				"",
			].join("\n"),
		);
	});

	it("names the step that is no instruction's", () => {
		assert.equal(
			textOf({ message: "No space left", lines: undefined, step: { name: "exporting to image", id: "b" }, log: [] }),
			"hullguard: api/Dockerfile: No space left\n  in exporting to image\n",
		);
	});

	it("is a problem with the lines of the instruction", () => {
		assert.deepEqual(buildProblem(FAILURE, "Dockerfile", undefined), {
			kind: "failed",
			message: "The command ended with exit code 1",
			path: "Dockerfile",
			range: { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } },
		});
	});
});
