import assert from "node:assert/strict";
import { terminalColors } from "../../../server/core/report/colors.ts";
import { settingOf } from "../../../server/core/report/exampleSetting.ts";
import { explanationText } from "../../../server/core/report/explanation.ts";
import { rulePage } from "../../../server/core/report/rulePage.ts";
import { findRule } from "../../../server/core/rules/registry.ts";

const setting = (workspace: Parameters<typeof settingOf>[0]["workspace"]) =>
	settingOf({ caption: "x", good: "FROM scratch\n", ...(workspace === undefined ? {} : { workspace }) });

describe("what an example takes for granted", () => {
	it("is nothing for most", () => assert.deepEqual(setting(undefined), []));

	it("are options of the rule", () => {
		const parts = settingOf({ caption: "x", good: "FROM scratch\n", options: { allow: ["a/*"], repeated: true } });
		assert.deepEqual(parts, [{ heading: "With these options", text: 'allow: ["a/*"]\nrepeated: true' }]);
	});

	it("is the ignore file, where somebody looked", () => {
		assert.deepEqual(setting({ dockerignore: { kind: "unknown" } }), []);
		assert.deepEqual(setting({ dockerignore: { kind: "absent" } }), [{ heading: "There is no `.dockerignore`" }]);
		assert.deepEqual(setting({ dockerignore: { kind: "present", text: "\n" } }), [{ heading: "`.dockerignore` is empty" }]);
		assert.deepEqual(setting({ dockerignore: { kind: "present", text: "a\n" } }), [{ heading: "`.dockerignore`", text: "a\n" }]);
	});

	it("is what lies in the build context", () => {
		const parts = setting({
			contextEntries: ["src", "a.sh"],
			contextFiles: new Map([
				["a.sh", { kind: "file", executable: false, text: "exec b\n" }],
				["b", { kind: "file", text: "\u007fELF\0" }],
				["src", { kind: "folder" }],
				["dist", { kind: "absent" }],
			]),
			today: "2026-11-22",
		});
		assert.deepEqual(parts, [
			{ heading: "The build context has `src`, `a.sh`" },
			{ heading: "`a.sh`, not executable", text: "exec b\n" },
			{ heading: "`src` is a folder" },
			{ heading: "`dist` is not there" },
			{ heading: "On 2026-11-22" },
		]);
	});

	it("stands below the example, on the rule's page and in the terminal", () => {
		const rule = findRule("copy-source-ignored");
		assert.ok(rule !== undefined);
		assert.match(rulePage(rule, "review"), /COPY \$F \/\n```\n\n`\.dockerignore`:\n\n```text\n# out\n\*\.md\n/);
		assert.match(explanationText(rule, "review", terminalColors(false)), /\n`\.dockerignore`\n {2}# out\n {2}\*\.md\n/);
	});
});
