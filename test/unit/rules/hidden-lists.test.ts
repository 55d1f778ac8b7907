import assert from "node:assert/strict";
import { lint } from "../../../server/core/lint/lint.ts";
import { applyEdits } from "../../../server/core/text.ts";

const BOTH = ["cleanup-in-later-layer", "apt-lists-not-removed"];

interface Found {
	readonly rule: string;
	/** Each repair: how sure it is, its title, what it makes of the text. */
	readonly repairs: readonly (readonly [string, string, string])[];
}

function found(text: string, on: readonly string[]): readonly Found[] {
	const rules = new Map(on.map((id) => [id, "warning"] as const));
	return lint(text, { rules }).findings.map(({ rule, fixes }) => ({
		rule,
		repairs: fixes().map((fix) => [fix.safety, fix.title, "edits" in fix ? applyEdits(text, fix.edits) : ""] as const),
	}));
}

describe("package lists that a later layer hides", () => {
	const install = "FROM debian:12\nRUN apt-get update && apt-get install -y curl";
	const removal = "RUN rm -rf /var/lib/apt/lists/*\n";
	const title = "Remove the package lists where they are fetched";

	it("have a safe repair beside the merge of two RUNs", () => {
		const cleaned = `${install} && rm -rf /var/lib/apt/lists/*\n`;
		const merged = `${install} \\\n    && rm -rf /var/lib/apt/lists/*\n`;
		assert.deepEqual(found(`${install}\n${removal}`, BOTH), [
			{
				rule: "cleanup-in-later-layer",
				repairs: [
					["safe", title, cleaned],
					["review", "Merge it into the RUN above", merged],
				],
			},
		]);
	});

	it("are reported by their own rule where the other one is off", () => {
		const repairs = [["safe", title, `${install} && rm -rf /var/lib/apt/lists/*\n${removal}`]] as const;
		assert.deepEqual(found(`${install}\n${removal}`, ["apt-lists-not-removed"]), [{ rule: "apt-lists-not-removed", repairs }]);
	});

	it("stay where what deletes them fails without them", () => {
		for (const options of ["-r", "-Rv"])
			assert.deepEqual(found(`${install}\nWORKDIR /a\nRUN rm ${options} /var/lib/apt/lists/*\n`, BOTH), [
				{ rule: "cleanup-in-later-layer", repairs: [] },
			]);
	});

	it("keep a clean-up behind steps that may fetch lists where nobody sees it", () => {
		for (const step of ["curl -fsSL https://a.b/setup | bash - && apt-get install -y nodejs", "npx playwright install-deps", "make"]) {
			const [first] = found(`${install}\nRUN ${step}\n${removal}`, BOTH);
			for (const [, , text] of first?.repairs ?? []) assert.ok(text.endsWith(`\nRUN ${step}\n${removal}`), text);
		}
	});
});
