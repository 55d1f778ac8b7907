import assert from "node:assert/strict";
import type { Step } from "../../server/core/dockerfile/model/model.ts";
import { assignmentsOf } from "../../server/core/dockerfile/model/views.ts";
import { lint } from "../../server/core/lint/lint.ts";
import { buildKitResults, corpusFiles, needsBuildChecks } from "../support/corpus.ts";
import { requireAll } from "../support/requirements.ts";

/** Why we do not report what BuildKit does: it judges by name alone. */
const HARMLESS: Readonly<Record<string, (name: string, value: string) => boolean>> = {
	"the fingerprint of a public key": (name, value) => /KEY$/i.test(name) && /^[0-9A-F]{40}$/i.test(value),
	"a path": (_, value) => value.startsWith("/") || /\.(?:sh|key|json)$/.test(value),
	"a switch": (_, value) => /^(?:true|false)$/i.test(value) || /\bfalse\b/.test(value),
	"a KEY that may be anything, with a value that is no key": (name, value) =>
		/(?:^|_)KEY$/i.test(name) && (value === "" || value.startsWith("$") || /^[A-Za-z]+$/.test(value) || new Set(value).size <= 2),
	"a copy of what is none": (_, value) => value === "${COMPOSER_AUTH_JSON}",
	"another thing at the end of the name": (name) =>
		!/(?:KEY|AUTH|TOKEN|SECRET|PASS(?:WOR)?D?|PASSWD|CREDENTIALS?|APIKEY|PWORD|JSON)$/i.test(name),
};

/** Why we report what BuildKit does not. */
const MORE: Readonly<Record<string, (name: string, value: string) => boolean>> = {
	"a password in an address or a connection string": (_, value) => /:\/\/[^/]*:[^/]*@|password=/i.test(value),
	"a word that BuildKit does not know": (name) => /_PASS$/i.test(name),
	"words that nothing but their case separates": (name) => /[a-z]Password$/.test(name),
};

describe("secret-in-arg-or-env and SecretsUsedInArgOrEnv over the corpus", function () {
	this.timeout(120_000);
	before(function () {
		requireAll(this, [needsBuildChecks()]);
	});

	const rules = new Map([["secret-in-arg-or-env", "error" as const]]);

	it("differ only for reasons", () => {
		const texts = new Map(corpusFiles().map(({ id, text }) => [id, text]));
		let both = 0;
		for (const result of buildKitResults()) {
			const text = texts.get(result.id);
			if (text === undefined) continue;
			const { file, findings } = lint(text, { rules });
			const theirs = new Set((result.check ?? []).filter(([name]) => name === "SecretsUsedInArgOrEnv").map(([, line]) => line));
			for (const step of file.stages.flatMap((stage) => stage.steps)) {
				const inStep = findings.filter(({ span }) => step.span.start <= span.start && span.end <= step.span.end);
				const hit = theirs.has(step.firstLine + 1);
				const where = `${result.id}:${step.firstLine + 1}`;
				if (hit && inStep.length > 0) both++;
				else if (hit)
					assert.ok(
						pairsOf(step).every(([name, value]) => explained(HARMLESS, name, value)),
						`${where} is missed`,
					);
				// BuildKit checks nothing behind its first error.
				else if (inStep.length > 0 && result.checkError === undefined && (result.check?.length ?? 0) > 0)
					assert.ok(
						pairsOf(step).some(([name, value]) => explained(MORE, name, value)),
						`${where} is too much`,
					);
			}
		}
		assert.ok(both >= 40, `only ${both} lines in common`);
	});
});

function pairsOf(step: Step): readonly (readonly [string, string])[] {
	return assignmentsOf(step, step.stage.file.escape).map(({ name, value }) => [name, (value ?? "").replace(/^(["'])(.*)\1$/s, "$2")]);
}

function explained(reasons: typeof HARMLESS, name: string, value: string): boolean {
	return Object.values(reasons).some((holds) => holds(name, value));
}
