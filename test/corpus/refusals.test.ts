import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lint } from "../../server/core/lint/lint.ts";
import { CORRECTNESS_RULES } from "../../server/core/rules/correctness/rules.ts";
import { buildKitResults, corpusFiles, corpusFolder, needsBuildChecks } from "../support/corpus.ts";
import { requireAll } from "../support/requirements.ts";

/** Rules whose errors say that the builder stops. Those about triggers are left out: BuildKit stores them unread. */
const REFUSALS = [
	"argument-count-wrong",
	"copy-from-empty-stage",
	"copy-from-self",
	"copy-from-variable",
	"directive-invalid",
	"flag-duplicate",
	"flag-value-invalid",
	"flag-value-missing",
	"healthcheck-options-invalid",
	"heredoc-invalid",
	"instruction-before-from",
	"no-stage",
	"parse-error",
	"run-mount-invalid",
	"shell-instruction-not-json",
	"stage-circular",
	"stage-name-invalid",
	"unknown-flag",
	"unknown-instruction",
	"variable-modifier-unsupported",
];

function errorsOf(
	text: string,
	ids: readonly string[],
): readonly { readonly code: string; readonly first: number; readonly last: number }[] {
	const rules = new Map(CORRECTNESS_RULES.filter((rule) => ids.includes(rule.id)).map((rule) => [rule.id, rule.severity] as const));
	const { findings, suppressed } = lint(text, { rules });
	return [...findings, ...suppressed.map(({ finding }) => finding)]
		.filter((finding) => finding.severity === "error")
		.map(({ code, range }) => ({ code, first: range.start.line + 1, last: range.end.line + 1 }));
}

describe("what the builder refuses, over the corpus", function () {
	this.timeout(120_000);
	before(function () {
		requireAll(this, [needsBuildChecks()]);
	});
	const texts = new Map(corpusFiles().map(({ id, text }) => [id, text]));

	it("nothing that BuildKit takes is called refused", () => {
		let files = 0;
		for (const result of buildKitResults()) {
			const text = texts.get(result.id);
			if (text === undefined || result.checkError !== undefined || result.parseError !== undefined) continue;
			files++;
			assert.deepEqual(errorsOf(text, REFUSALS), [], result.id);
		}
		assert.ok(files > 4000, "too few files were compared");
	});

	it("what BuildKit refuses is an error at its place", () => {
		let errors = 0;
		for (const { id, parseError, instructionError } of buildKitResults()) {
			const text = texts.get(id);
			const refusal = parseError ?? instructionError;
			if (text === undefined || refusal === undefined) continue;
			errors++;
			const found = errorsOf(
				text,
				CORRECTNESS_RULES.map((rule) => rule.id),
			);
			assert.ok(
				found.some(({ first }) => first >= refusal[1] || refusal[1] === 0),
				`${id}: ${refusal[0]}`,
			);
		}
		assert.ok(errors > 0, "nothing was compared");
	});

	it("so is every minimal case that it refuses, and no other", () => {
		const { cases } = JSON.parse(readFileSync(join(corpusFolder() ?? "", "micro-cases.json"), "utf8")) as {
			readonly cases: readonly {
				readonly name: string;
				readonly text?: string;
				readonly parseError?: string;
				readonly instructionError?: string;
			}[];
		};
		const wrong: string[] = [];
		for (const { name, text, parseError, instructionError } of cases) {
			// Two words behind USER are refused by the next RUN only.
			if (text === undefined || name === "cr_only") continue;
			const refused = (parseError ?? instructionError) !== undefined;
			const found = errorsOf(text, [...REFUSALS, "key-value-syntax", "onbuild-trigger-invalid"]);
			if (refused !== found.length > 0)
				wrong.push(`${name}: ${parseError ?? instructionError ?? "taken"} / ${found.map(({ code }) => code).join()}`);
		}
		assert.deepEqual(wrong, []);
	});

	it("empty lines in instructions are those that NoEmptyContinuation finds", () => {
		let lines = 0;
		for (const { id, check, checkError } of buildKitResults()) {
			const text = texts.get(id);
			if (text === undefined || checkError !== undefined) continue;
			const { file, findings } = lint(text, { rules: new Map([["empty-continuation-line", "warning" as const]]) });
			const ours = findings.map(
				({ span }) => (file.instructions.find((one) => one.span.start <= span.start && span.start <= one.span.end)?.lastLine ?? -1) + 1,
			);
			const theirs = (check ?? []).filter(([name]) => name === "NoEmptyContinuation").map(([, line]) => line);
			assert.deepEqual(ours, theirs, id);
			lines += theirs.length;
		}
		assert.ok(lines > 0, "nothing was compared");
	});
});
