import assert from "node:assert/strict";
import { fixAll } from "../../../server/core/lint/fix.ts";
import { lint } from "../../../server/core/lint/lint.ts";
import { NO_WORKSPACE, type WorkspaceFacts } from "../../../server/core/rules/workspaceFacts.ts";

const RULES = new Map([["context-junk-copied", "warning"]] as const);
const WORKSPACE: WorkspaceFacts = {
	...NO_WORKSPACE,
	dockerignore: { kind: "present", text: "", path: "/project/.dockerignore" },
	contextEntries: ["node_modules", "src"],
};
const options = { rules: RULES, workspace: WORKSPACE };
const OLD = "# syntax=docker/dockerfile:1.4\nFROM node:22\nCOPY . /app\nRUN npm ci\n";
const NEW = OLD.replace(":1.4", ":1");

describe("fixing everything", () => {
	it("leaves other files alone, and takes the fix that is about the Dockerfile", () => {
		const [finding] = lint(NEW, options).findings;
		assert.deepEqual(
			finding?.fixes().map(({ title }) => title),
			["Add node_modules to .dockerignore", "Leave them out of the copy"],
		);
		const { text, applied } = fixAll(NEW, options, ["safe", "review"]);
		assert.equal(text, NEW.replace("COPY .", "COPY --exclude=node_modules ."));
		assert.deepEqual(
			applied.map(({ title }) => title),
			["Leave them out of the copy"],
		);
	});

	it("is worked out once", () => {
		const [finding] = lint(OLD, options).findings;
		assert.equal(finding?.fixes(), finding?.fixes());
	});

	it("leaves a finding whose only fix is about another file", () => {
		assert.deepEqual(
			lint(OLD, options).findings.flatMap(({ fixes }) => fixes().map(({ title }) => title)),
			["Add node_modules to .dockerignore"],
		);
		const { text, rounds, remaining } = fixAll(OLD, options, ["safe", "review"]);
		assert.equal(text, OLD);
		assert.equal(rounds, 0);
		assert.equal(remaining.findings.length, 1);
	});
});
