import assert from "node:assert/strict";
import { corpusFiles } from "../support/corpus.ts";
import { changeTimes, medianAndLargest, quantile } from "../support/speed.ts";

describe("language server: the time from a change to its diagnostics", function () {
	// The goals are those of `npm run bench`. Here the fastest change counts, with room for a machine that does other things.
	this.timeout(60_000);
	const { median, largest } = medianAndLargest(corpusFiles());

	it("is short for the median file", async () => {
		const fastest = quantile(await changeTimes(median.text, 30), 0);
		assert.ok(fastest < 30, `${fastest} ms`);
	});

	it("is short for the largest file", async () => {
		const fastest = quantile(await changeTimes(largest.text, 10), 0);
		assert.ok(fastest < 400, `${fastest} ms`);
	});
});
