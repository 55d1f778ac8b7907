import assert from "node:assert/strict";
import { RULES } from "../../../server/core/rules/registry.ts";
import { readConfigFile } from "../../../server/core/settings/configFile.ts";
import { CONFIG_FILE_EXAMPLE } from "../../../server/core/settings/configFileSection.ts";

describe("the configuration file of the documentation", () => {
	const { problems, extends: links, layer, overrides } = readConfigFile(CONFIG_FILE_EXAMPLE, "hullguard.yaml");

	it("is read without a problem, and shows every key", () => {
		assert.deepEqual(problems, []);
		assert.deepEqual(
			links.map(({ name }) => name),
			["./base.yaml"],
		);
		assert.equal(layer.preset, "strict");
		assert.equal(overrides[0]?.layer.preset, "recommended");
	});

	it("names rules that exist", () => {
		const ids = new Set(RULES.flatMap(({ id, subCodes = {} }) => [id, ...Object.keys(subCodes).map((code) => `${id}/${code}`)]));
		const patterns = [layer, ...overrides.map((override) => override.layer)].flatMap(({ rules = [] }) =>
			rules.map(({ pattern }) => pattern),
		);
		assert.ok(patterns.length > 0);
		for (const pattern of patterns) assert.ok(pattern.endsWith("*") || ids.has(pattern), pattern);
	});
});
