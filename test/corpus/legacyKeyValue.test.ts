import assert from "node:assert/strict";
import type { Dockerfile } from "../../server/core/dockerfile/model/model.ts";
import { assignmentsOf } from "../../server/core/dockerfile/model/views.ts";
import { expand } from "../../server/core/dockerfile/syntax/expand.ts";
import type { VariableValue } from "../../server/core/dockerfile/syntax/variableValue.ts";
import { lint } from "../../server/core/lint/lint.ts";
import { applyEdits } from "../../server/core/text.ts";
import { corpusFiles } from "../support/corpus.ts";

const options = { rules: new Map([["legacy-key-value", "warning"] as const]) };

/** Three worlds: no variable is set, all are empty, each has a value of its own with characters that quoting could spoil. */
const WORLDS: readonly ((name: string) => VariableValue)[] = [
	() => ({ kind: "unset" }),
	() => ({ kind: "set", value: "" }),
	(name) => ({ kind: "set", value: ` ${name} "q" 'r' $s \\t #` }),
];

/** What every ENV and LABEL of a file sets, in each world. */
function settings(file: Dockerfile): readonly unknown[] {
	return file.stages.flatMap((stage) =>
		stage.steps
			.filter((step) => step.keyword === "ENV" || step.keyword === "LABEL")
			.map((step) =>
				assignmentsOf(step, file.escape).map(({ name, value }) =>
					WORLDS.map((lookup) => {
						const expansion = expand(value ?? "", { escape: file.escape, lookup });
						return [name, expansion.kind, expansion.kind === "known" ? expansion.value : ""];
					}),
				),
			),
	);
}

describe("the old form of ENV and LABEL over the corpus", function () {
	this.timeout(120_000);
	it("sets the same values after the repair", () => {
		let repaired = 0;
		for (const { id, text } of corpusFiles()) {
			const before = lint(text, options);
			const edits = before.findings.flatMap(({ fixes }) => {
				const fix = fixes()[0];
				return fix === undefined || fix.safety === "lookup" ? [] : fix.edits;
			});
			if (edits.length === 0) continue;
			const after = lint(applyEdits(text, edits), options);
			assert.deepEqual(settings(after.file), settings(before.file), id);
			assert.deepEqual(after.findings, [], id);
			repaired++;
		}
		assert.ok(repaired > 0, "the corpus has no old form");
	});
});
