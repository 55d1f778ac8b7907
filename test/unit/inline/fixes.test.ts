import assert from "node:assert/strict";
import { documentKind } from "../../../server/core/documents/documentKind.ts";
import { lintableOf } from "../../../server/core/documents/lintable.ts";
import type { LintFinding } from "../../../server/core/finding.ts";
import { bakeDockerfiles } from "../../../server/core/inline/bake.ts";
import { composeDockerfiles } from "../../../server/core/inline/compose.ts";
import { silencing } from "../../../server/core/lint/ignore.ts";
import { lint } from "../../../server/core/lint/lint.ts";
import { presetRules } from "../../../server/core/settings/rules.ts";
import { applyEdits, type SpanEdit } from "../../../server/core/text.ts";
import { corpusFiles } from "../../support/corpus.ts";

const options = { rules: new Map(presetRules("all").map((rule) => [rule.id, rule.severity] as const)) };

interface Host {
	readonly name: string;
	/** The file around a Dockerfile, with something behind it. */
	around(text: string): string;
	inside(host: string): string | undefined;
}

function indented(text: string, indentation: string): string {
	return text.replace(/^(?=[^\r\n])/gm, indentation);
}

const HOSTS: readonly Host[] = [
	{
		name: "compose.yaml",
		around: (text) =>
			`services:\n  api:\n    build:\n      dockerfile_inline: |\n${indented(text.replaceAll("$", "$$$$"), "        ")}  db:\n    image: postgres\n`,
		inside: (host) => composeDockerfiles(host)[0]?.mapped.text,
	},
	{
		name: "compose.dev.yaml",
		around: (text) =>
			`services:\n  api:\n    build:\n      dockerfile_inline: ${JSON.stringify(text.replaceAll("$", "$$$$"))}\n  db:\n    image: postgres\n`,
		inside: (host) => composeDockerfiles(host)[0]?.mapped.text,
	},
	{
		name: "docker-bake.json",
		around: (text) =>
			JSON.stringify({ target: { api: { "dockerfile-inline": text.replace(/([$%])(?=\{)/g, "$1$1"), tags: ["api"] } } }, undefined, "\t"),
		inside: (host) => bakeDockerfiles(host)[0]?.mapped.text,
	},
	{
		name: "docker-bake.dev.hcl",
		around: (text) =>
			`target "api" {\n  dockerfile-inline = ${JSON.stringify(text.replace(/([$%])(?=\{)/g, "$1$1"))}\n  tags = ["api"]\n}\n`,
		inside: (host) => bakeDockerfiles(host)[0]?.mapped.text,
	},
	{
		name: "docker-bake.hcl",
		around: (text) =>
			`target "api" {\n  dockerfile-inline = <<-EOT\n${indented(text.replace(/([$%])(?=\{)/g, "$1$1"), "    ")}  EOT\n  tags = ["api"]\n}\n`,
		inside: (host) => bakeDockerfiles(host)[0]?.mapped.text,
	},
];

/** Lines of blanks may differ, and how the text ends: hosts do not tell. */
function compared(text: string): string {
	return text.replace(/^[\t ]+$/gm, "").trimEnd();
}

const TEXTS = corpusFiles()
	.slice(0, 400)
	.map(
		({ text }) =>
			`${text
				.replace(/^\ufeff/, "")
				.replaceAll("\r", "")
				.trim()}\n`,
	)
	.flatMap((text, index) => (index % 4 === 0 ? [text, text.replaceAll("\n", "\r\n")] : [text]));

describe("repairs of Dockerfiles inside other files", function () {
	this.timeout(60_000);
	for (const host of HOSTS) {
		it(`change the text in ${host.name} as they would change a file of its own`, () => {
			let count = 0;
			for (const text of TEXTS) {
				const around = host.around(text);
				if (host.inside(around) !== text) continue;
				const outer = lintableOf(documentKind(host.name), around)?.lint(options);
				const inner = lint(text, options);
				assert.deepEqual(
					outer?.findings.map(({ code, message }) => `${code} ${message}`),
					inner.findings.map(({ code, message }) => `${code} ${message}`),
				);
				const check = (finding: LintFinding, title: string, edits: readonly SpanEdit[], moved: readonly SpanEdit[]): void => {
					count++;
					const result = applyEdits(around, moved);
					const what = `${finding.code}: ${title}\n${text}\n---\n${result}`;
					assert.equal(compared(host.inside(result) ?? "gone"), compared(applyEdits(text, edits)), what);
					assert.ok(!host.name.startsWith("compose") || /^ {2}db:\n {4}image/m.test(result), what);
				};
				for (const [index, finding] of inner.findings.entries()) {
					const own = outer?.findings[index] as LintFinding;
					for (const [order, fix] of finding.fixes().entries()) {
						const moved = own.fixes()[order];
						if (fix.safety !== "lookup" && moved !== undefined && moved.safety !== "lookup")
							check(finding, fix.title, fix.edits, moved.edits);
					}
					const silenced = outer?.silence(own);
					assert.ok(silenced !== undefined);
					check(finding, "ignore on the line", [silencing(inner.file, finding).onLine], [silenced.onLine]);
					check(finding, "ignore in the file", [silencing(inner.file, finding).inFile], [silenced.inFile]);
				}
			}
			assert.ok(count > 500, `${count} repairs`);
		});
	}
});
