import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { lint } from "../../../server/core/lint/lint.ts";
import { presetRules } from "../../../server/core/settings/rules.ts";

/** Each guide, and the rule that its first Dockerfile breaks and its second one keeps. */
const GUIDES = {
	"pinned-digests": "base-image-digest-missing",
	"non-root": "user-missing",
	"security-updates": "security-upgrade-missing",
	"oci-labels": "oci-labels-missing",
	"cache-mounts": "cache-mount-missing",
} as const;

describe("guides", () => {
	for (const [name, rule] of Object.entries(GUIDES)) {
		it(`${name}: ${rule} is reported before, and not after`, () => {
			const page = readFileSync(`docs/guides/${name}.md`, "utf8");
			const texts = [...page.matchAll(/```dockerfile\n([^`]*)```/g)].map((match) => match[1] ?? "");
			assert.equal(texts.length, 2);
			const rules = new Map(presetRules("strict").map(({ id, severity }) => [id, severity] as const));
			const [before, after] = texts.map((text) => lint(text, { rules }));
			assert.ok(before?.findings.some((finding) => finding.rule === rule));
			assert.ok(!after?.findings.some((finding) => finding.rule === rule));
			const worse = after?.findings.filter(({ severity }) => severity === "error" || severity === "warning").map(({ message }) => message);
			assert.deepEqual(worse, []);
		});
		it(`${name}: links lead to rules`, () => {
			const page = readFileSync(`docs/guides/${name}.md`, "utf8");
			const ids = new Set(presetRules("all").map(({ id }) => id));
			for (const [, id = ""] of page.matchAll(/\.\.\/rules\/([a-z0-9-]+)\.md/g))
				assert.ok(ids.has(id) || id === "system-upgrade-discouraged", id);
		});
	}
});
