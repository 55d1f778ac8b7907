import assert from "node:assert/strict";
import { lint } from "../../../server/core/lint/lint.ts";
import { presetRules } from "../../../server/core/settings/rules.ts";

const RULES = new Map(presetRules("all").map(({ id, severity }) => [id, severity] as const));

/** Every object has a member of this name, and so has a table that is asked for it without care. */
const INHERITED = "constructor";
const OTHER = "constrvctor";

const TEXTS: readonly string[] = [
	"FROM debian:12\n",
	"FROM debian:12\nRUN --@=1 make\n",
	"FROM debian:12\nCOPY --@ a /b\n",
	"FROM debian:12\nRUN --network=none -@=1 make\n",
	"FROM debian:12\nHEALTHCHECK --@=5 CMD a\n",
	"FROM debian:12\nHEALTHCHECK CMD --@=5s a\n",
	"FROM debian:12\nHEALTHCHECK --interval=5@ CMD a\n",
	"FROM debian:12\nADD --checksum=@:00 https://example.com/a /a\n",
	"FROM debian:12\nLABEL org.label-schema.@=1\n",
	"FROM rockylinux:9\nRUN dnf @ -y a\n",
];

/** What the rules find where a name stands in the place of `@`, and in the settings. */
function findings(text: string, name: string): string {
	const found = lint(text.replaceAll("@", name), { rules: RULES, options: { "oci-labels-missing": { required: [name] } } }).findings;
	return JSON.stringify(found).replaceAll(name, "@").replaceAll(name.toUpperCase(), "@");
}

describe("names that every object has", () => {
	for (const text of TEXTS) it(JSON.stringify(text), () => assert.equal(findings(text, INHERITED), findings(text, OTHER)));
});
