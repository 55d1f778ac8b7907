import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { decisionsByRule } from "../../../scripts/decisions.ts";
import { migrationPage } from "../../../server/core/report/migrationPage.ts";
import { rulePage } from "../../../server/core/report/rulePage.ts";
import { findRule } from "../../../server/core/rules/registry.ts";

const PAGE = `# Decisions

- **Unknown is silent.**

- \`sudo-in-run\` speaks once,
  and no more.
- \`pip-cache-kept\` and \`apt-instead-of-apt-get\`: another, see \`user-missing\`.
- The group of \`user-missing\` is not guessed.

## Next
`;

describe("decisions", () => {
	it("are those of the rules that an entry begins with", () => {
		assert.deepEqual(
			[...decisionsByRule(PAGE)],
			[
				["sudo-in-run", ["`sudo-in-run` speaks once, and no more."]],
				["pip-cache-kept", ["`pip-cache-kept` and `apt-instead-of-apt-get`: another, see `user-missing`."]],
				["apt-instead-of-apt-get", ["`pip-cache-kept` and `apt-instead-of-apt-get`: another, see `user-missing`."]],
			],
		);
	});

	it("tell those who come from another tool what differs, once for all ids that it is about", () => {
		const page = migrationPage("hadolint", decisionsByRule(PAGE));
		assert.match(page, /^- `DL3004`: `sudo-in-run` speaks once, and no more\.$/m);
		assert.match(page, /^- `DL3027`, `DL3042`: `pip-cache-kept` and/m);
	});

	it("stand on the page of the rule", () => {
		const rule = findRule("sudo-in-run");
		assert.ok(rule !== undefined);
		const page = rulePage(rule, "none", undefined, [
			"`sudo-in-run` speaks once.",
			"`sudo-in-run`: never twice.",
			"`sudo-in-run` and `a` agree.",
		]);
		assert.match(page, /^## On purpose\n\n- Speaks once\.\n- Never twice\.\n- `sudo-in-run` and `a` agree\.$/m);
		assert.doesNotMatch(rulePage(rule, "none"), /On purpose/);
	});

	it("are about rules that exist", () => {
		const ids = [...decisionsByRule(readFileSync("docs/rules/decisions.md", "utf8")).keys()];
		assert.ok(ids.length > 50);
		assert.deepEqual(
			ids.filter((id) => findRule(id) === undefined),
			[],
		);
	});
});
