import assert from "node:assert/strict";
import { corpusFiles } from "../support/corpus.ts";
import { runFuzz } from "../support/fuzz.ts";

/** `npm run fuzz` takes more texts, and other ones. */
const SECONDS = 60;

describe("random texts", function () {
	this.timeout(SECONDS * 3000);

	it("none throws, hangs, or is broken by a repair", () => {
		const failures: string[] = [];
		const { count } = runFuzz({
			files: corpusFiles(),
			seed: 1,
			count: 20_000,
			seconds: SECONDS,
			onFailure: ({ seed, problem, text }) => failures.push(`seed ${seed}: ${problem}\n${JSON.stringify(text)}`),
		});
		assert.deepEqual(failures, []);
		assert.ok(count > 200, "too few texts were linted");
	});
});
