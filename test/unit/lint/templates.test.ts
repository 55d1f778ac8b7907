import assert from "node:assert/strict";
import { lint } from "../../../server/core/lint/lint.ts";
import { RULES } from "../../../server/core/rules/registry.ts";

const rules = new Map(RULES.map(({ id, severity }) => [id, severity]));

function found(text: string): readonly string[] {
	return lint(text, { rules, options: {}, today: "2026-11-21" }).findings.map(({ rule }) => rule);
}

describe("templates", () => {
	it("one finding says what they are", () => {
		assert.deepEqual(found("<%= x %>\nFROM alpine\nEXPOSE <%= port %>\nRUN apt-get install curl\n"), ["parse-error"]);
		assert.deepEqual(found("FROM alpine\nCOPY {{ a }} /x\nONBUILD RUN cd /a\n"), ["parse-error"]);
	});

	it("a credential is one, whatever becomes of the file", () => {
		const token = `ghp_${"a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8".slice(0, 36)}`;
		assert.ok(found(`FROM {{ a }}\nRUN git clone https://x:${token}@github.com/a/b\n`).includes("secret-literal-in-file"));
	});

	it("suppressions of rules that do not look are not called unused", () => {
		assert.deepEqual(found("FROM {{ a }}\n# hullguard-ignore apt-install-without-yes\nRUN apt-get install curl\n"), ["parse-error"]);
	});
});
