import assert from "node:assert/strict";
import { lint } from "../../../server/core/lint/lint.ts";
import { exampleText } from "../../../server/core/lint/lintExample.ts";
import { remembered } from "../../../server/core/memo.ts";
import { RULES } from "../../../server/core/rules/registry.ts";
import { NO_WORKSPACE } from "../../../server/core/rules/workspaceFacts.ts";
import { presetRules } from "../../../server/core/settings/rules.ts";

const ALL = new Map(presetRules("all").map(({ id, severity }) => [id, severity] as const));

/** How many questions were made so far: an answer lies at the number of its question, which is the last one here. */
function questionsMade(): number {
	const key = {};
	remembered((_: object) => "an answer")(key);
	const [answers] = Object.getOwnPropertySymbols(key).map((symbol) => (key as Record<symbol, unknown>)[symbol]);
	assert.ok(Array.isArray(answers));
	return answers.length;
}

function lintExamples(): void {
	for (const rule of RULES)
		for (const example of rule.examples) {
			const options = example.options === undefined ? {} : { [rule.id]: example.options };
			lint(exampleText(example), {
				rules: new Map([...ALL, [rule.id, rule.severity]]),
				options,
				workspace: { ...NO_WORKSPACE, ...example.workspace },
			});
		}
}

describe("what is remembered of a file", () => {
	it("answers questions that were made once: a server that runs for weeks makes no more of them", () => {
		lintExamples();
		const before = questionsMade();
		lintExamples();
		assert.equal(questionsMade(), before + 1);
	}).timeout(60_000);
});
