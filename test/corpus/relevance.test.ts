import assert from "node:assert/strict";
import { parseDockerfile } from "../../server/core/dockerfile/parse/parse.ts";
import { INSTRUCTIONS } from "../../server/core/knowledge/instructions.ts";
import { relevantRules } from "../../server/core/lint/relevance.ts";
import { RULES } from "../../server/core/rules/registry.ts";
import type { RuleContext } from "../../server/core/rules/rule.ts";
import { NO_WORKSPACE, type WorkspaceFacts } from "../../server/core/rules/workspaceFacts.ts";
import { corpusFiles } from "../support/corpus.ts";

/** So much is known of the workspace that rules which need it do not stay silent for want of it. */
const WORKSPACE: WorkspaceFacts = {
	...NO_WORKSPACE,
	dockerignore: { kind: "absent" },
	contextEntries: [".git", ".env", "package.json", "node_modules"],
	contextFiles: new Map([
		["entrypoint.sh", { kind: "file", executable: false, text: "npm start\n" }],
		["package.json", { kind: "absent" }],
	]),
	packageLists: [{ source: "sbom.json", base: undefined, packages: [{ name: "a", licenses: ["AGPL-3.0-only"] }] }],
	cacheExports: [{ file: "build.yml", target: undefined, backend: "registry" }],
	today: "2026-11-21",
};

describe("rules that are not asked", () => {
	it("name words of letters in lower case, and instructions that there are", () => {
		for (const { id, onlyWith } of RULES) {
			for (const word of onlyWith?.words ?? []) assert.match(word, /^[a-z]+$/, id);
			for (const text of onlyWith?.texts ?? []) assert.equal(text, text.toLowerCase(), id);
			for (const keyword of onlyWith?.instructions ?? []) assert.ok(INSTRUCTIONS.has(keyword), `${id}: ${keyword}`);
			for (const list of [onlyWith?.words, onlyWith?.instructions, onlyWith?.texts]) assert.notEqual(list?.length, 0, id);
		}
	});

	it("would have found nothing", () => {
		const contexts = new Map<string, RuleContext>(
			RULES.map((rule) => [
				rule.id,
				{ options: Object.fromEntries((rule.options ?? []).map((option) => [option.name, option.default])), workspace: WORKSPACE },
			]),
		);
		let skipped = 0;
		for (const { id, text } of corpusFiles()) {
			const file = parseDockerfile(text);
			const relevant = new Set(relevantRules(file));
			for (const rule of RULES) {
				if (relevant.has(rule)) continue;
				skipped++;
				const [report] = rule.check(file, contexts.get(rule.id) as RuleContext);
				assert.equal(report, undefined, `${rule.id} finds ${report?.message} in ${id}`);
			}
		}
		assert.ok(skipped > 0);
	}).timeout(120_000);
});
