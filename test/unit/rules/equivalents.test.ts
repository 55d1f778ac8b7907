import assert from "node:assert/strict";
import { RULES } from "../../../server/core/rules/registry.ts";
import type { Equivalent } from "../../../server/core/rules/rule.ts";

describe("equivalents", () => {
	const keysOf = (equivalents: readonly Equivalent[]): readonly string[] => equivalents.map(({ tool, id }) => `${tool} ${id}`);

	it("name a check of another tool once in a rule", () => {
		const twice = RULES.filter(({ equivalents }) => new Set(keysOf(equivalents)).size < equivalents.length).map(({ id }) => id);
		assert.deepEqual(twice, []);
	});

	it("lead from another tool's check to all rules that may speak in its place", () => {
		const lost = RULES.flatMap((general) =>
			RULES.filter(({ id }) => general.supersededBy?.includes(id)).flatMap((specific) => {
				const known = keysOf(specific.equivalents);
				const same = general.equivalents.filter(({ relation }) => relation === "same");
				return keysOf(same).flatMap((key) => (known.includes(key) ? [] : [`${specific.id}: ${key}`]));
			}),
		);
		assert.deepEqual(lost, []);
	});
});
