import assert from "node:assert/strict";
import { needsLargeCorpus } from "../support/corpus.ts";
import { corpusFindings, corpusHits, differences, keptCorpusFindings } from "../support/corpusFindings.ts";
import { requireAll } from "../support/requirements.ts";

describe("findings over the corpus", function () {
	this.timeout(600_000);

	it("are those that are kept", function () {
		requireAll(this, [needsLargeCorpus()]);
		const lines = differences(keptCorpusFindings(), corpusFindings(corpusHits()));
		assert.equal(
			lines.length,
			0,
			`Look at what differs (npm run corpus -- --rule ID), then npm run corpus -- --update:\n${lines.join("\n")}`,
		);
	});

	it("differ readably", () => {
		const kept = {
			today: "2026-01-01",
			files: 2,
			perFile: { median: 0, percentile90: 0, filesWithMoreThan15: 0 },
			hits: { a: 1, b: 2, c: 3 },
		};
		assert.deepEqual(differences(kept, { ...kept, hits: { a: 1, b: 5, c: 3 } }), ["b: 2 → 5 (+3)"]);
		assert.deepEqual(differences(kept, { ...kept, files: 3, hits: { a: 0, c: 3, d: 0 } }), [
			"files: 2 → 3",
			"a: 1 → 0 (-1)",
			"b: no longer a rule, was 2",
			"d: new, 0",
		]);
		assert.deepEqual(differences(kept, kept), []);
	});
});
