import assert from "node:assert/strict";
import { lint } from "../../../server/core/lint/lint.ts";
import { findRule } from "../../../server/core/rules/registry.ts";

/** The titles of the repairs of each finding. */
function repairs(id: string, text: string): readonly (readonly string[])[] {
	const rule = findRule(id);
	assert.ok(rule !== undefined);
	return lint(text, { rules: new Map([[id, rule.severity]]) }).findings.map((finding) => finding.fixes().map(({ title }) => title));
}

describe("findings without a repair", () => {
	it("dependency-layer-missing: what empties the cache may fail", () => {
		const id = "dependency-layer-missing";
		const above = "FROM python:3.12\nWORKDIR /app\nCOPY . .\n";
		assert.equal(repairs(id, `${above}RUN pip install -r requirements.txt && rm -rf /root/.cache\n`)[0]?.length, 1);
		assert.deepEqual(repairs(id, `${above}RUN pip install -r requirements.txt && rm -rf /root/.cache /x\n`), [[]]);
		assert.deepEqual(repairs(id, `${above}RUN pip install -r requirements.txt && rm -rf /root/.cache || true\n`), [[]]);
	});

	it("pip-cache-kept: the call names a folder of its own", () => {
		const id = "pip-cache-kept";
		assert.deepEqual(repairs(id, "FROM python:3.12\nRUN pip install --cache-dir /c a\n"), [[]]);
		assert.deepEqual(repairs(id, "FROM python:3.12\nRUN pip install a && pip install --cache-dir /c b\n"), [[]]);
	});
});
