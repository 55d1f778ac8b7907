import assert from "node:assert/strict";
import { lint } from "../../../server/core/lint/lint.ts";
import { exampleText } from "../../../server/core/lint/lintExample.ts";
import { remembered } from "../../../server/core/memo.ts";
import { RULES } from "../../../server/core/rules/registry.ts";
import { NO_WORKSPACE } from "../../../server/core/rules/workspaceFacts.ts";
import { presetRules } from "../../../server/core/settings/rules.ts";

const ALL = new Map(presetRules("all").map(({ id, severity }) => [id, severity] as const));

/** How many questions were made so far: answers lie on pages, and the one here is the only one on the last. */
function questionsMade(): number {
	const key = {};
	remembered((_: object) => "an answer")(key);
	const [pages] = Object.getOwnPropertySymbols(key).map((symbol) => (key as Record<symbol, unknown>)[symbol]);
	assert.ok(Array.isArray(pages));
	const last: unknown = pages.at(-1);
	assert.ok(Array.isArray(last));
	const place = last.findIndex((answer) => answer !== undefined);
	assert.notEqual(place, -1);
	return (pages.length - 1) * last.length + place + 1;
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
