import assert from "node:assert/strict";
import { Ajv } from "ajv";
import type { Problem } from "../../../server/core/finding.ts";
import { lintExample } from "../../../server/core/lint/lintExample.ts";
import { jsonReporter } from "../../../server/core/report/json.ts";
import { lintReportSchema } from "../../../server/core/report/lintReportSchema.ts";
import { RULES } from "../../../server/core/rules/registry.ts";

const validate = new Ajv({ allErrors: true, strict: true }).compile(lintReportSchema());

const PROBLEMS: readonly Problem[] = [
	{ kind: "file", message: "a cannot be read" },
	{
		kind: "settings",
		message: "there is no rule x",
		hint: "Did you mean y?",
		detail: "for the log",
		path: "hullguard.yaml",
		range: { start: { line: 0, character: 2 }, end: { line: 0, character: 3 } },
	},
];

/** What the examples of all rules look like in a report. */
function reportOfExamples(problems: readonly Problem[]): Report {
	let text = "";
	const reporter = jsonReporter((part) => {
		text += part;
	});
	for (const rule of RULES)
		for (const example of rule.examples) {
			const path = `${rule.id}/Dockerfile`;
			const { file, findings } = lintExample(rule, example);
			reporter.file({ path, text: file.text, findings, suppressedCount: 0 });
		}
	reporter.end(problems);
	return JSON.parse(text) as Report;
}

interface Report {
	readonly files: readonly { readonly findings: readonly { readonly fixes: readonly ReportedFix[] }[] }[];
	readonly problems: readonly { readonly kind: string; readonly detail?: string }[];
}

interface ReportedFix {
	readonly safety: string;
	readonly edits: readonly unknown[];
	readonly file?: string;
	readonly needs?: { readonly kind: string };
}

describe("the report as JSON", () => {
	const report = reportOfExamples(PROBLEMS);

	it("is what its schema says, for everything that rules find", () => {
		assert.ok(validate(report), JSON.stringify(validate.errors, undefined, "\t"));
	});

	it("has every kind of repair that the schema speaks of", () => {
		const fixes = report.files.flatMap(({ findings }) => findings.flatMap((finding) => finding.fixes));
		assert.deepEqual(new Set(fixes.map(({ safety }) => safety)), new Set(["safe", "review", "lookup"]));
		assert.deepEqual(new Set(fixes.flatMap(({ needs }) => needs?.kind ?? [])), new Set(["imageDigest", "fileDigest"]));
		for (const { safety, edits, needs, file } of fixes) {
			assert.equal(needs !== undefined, safety === "lookup");
			assert.equal(edits.length === 0, safety === "lookup");
			assert.ok(file === undefined || safety === "review", "what is not the Dockerfile is never repaired unasked");
		}
		assert.ok(fixes.some(({ file }) => file?.endsWith("/.dockerignore")));
	});

	it("keeps what tools say for the log", () => {
		assert.deepEqual(
			report.problems.map(({ kind, detail }) => [kind, detail]),
			[
				["file", undefined],
				["settings", undefined],
			],
		);
	});

	it("is whole without any file", () => {
		let text = "";
		jsonReporter((part) => {
			text += part;
		}).end([]);
		assert.ok(validate(JSON.parse(text)), text);
	});
});
