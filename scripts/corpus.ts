/**
 * Prints what the rules find in the corpus, and random samples to look at.
 *
 *   npm run corpus                                   findings per rule and preset
 *   npm run corpus -- --rule ID [--sample 20] [--seed 1] [--context 2]
 */
import { parseArgs } from "node:util";
import type { LintFinding } from "../server/core/finding.ts";
import { lint } from "../server/core/lint/lint.ts";
import { RULES } from "../server/core/rules/registry.ts";
import { NO_WORKSPACE } from "../server/core/rules/rule.ts";
import { corpusFiles } from "../test/support/corpus.ts";
import { writeMarks } from "../test/support/marks.ts";
import { randomFrom } from "../test/support/random.ts";

const { values } = parseArgs({
	options: {
		rule: { type: "string" },
		sample: { type: "string", default: "20" },
		seed: { type: "string", default: "1" },
		context: { type: "string", default: "2" },
	},
});

const files = corpusFiles();
/** A fixed day, so that what is out of support is the same in every run. */
const workspace = { ...NO_WORKSPACE, today: "2026-11-21" };
const rules = new Map(
	RULES.filter((rule) => values.rule === undefined || rule.id === values.rule).map((rule) => [rule.id, rule.severity] as const),
);
const hits: { readonly id: string; readonly text: string; readonly finding: LintFinding }[] = [];
const started = performance.now();
for (const { id, text } of files) for (const finding of lint(text, { rules, workspace }).findings) hits.push({ id, text, finding });
const seconds = (performance.now() - started) / 1000;

if (values.rule === undefined) {
	for (const rule of RULES) {
		const own = hits.filter((hit) => hit.finding.rule === rule.id);
		const inFiles = new Set(own.map((hit) => hit.id)).size;
		console.log(
			`${String(own.length).padStart(6)} in ${String(inFiles).padStart(5)} files  ${rule.preset.padEnd(11)}  ${rule.severity.padEnd(7)}  ${rule.id}`,
		);
	}
} else {
	const random = randomFrom(Number(values.seed));
	const sample = hits
		.map((hit) => ({ hit, key: random() }))
		.sort((a, b) => a.key - b.key)
		.slice(0, Number(values.sample));
	for (const { hit } of sample) {
		const { finding, text, id } = hit;
		const lines = writeMarks(text, [finding.span]).split("\n");
		const around = Number(values.context);
		console.log(`\n── ${id}:${finding.range.start.line + 1}  ${finding.severity}  ${finding.message}`);
		console.log(lines.slice(Math.max(0, finding.range.start.line - around), finding.range.end.line + around + 1).join("\n"));
	}
}
console.log(`\n${hits.length} findings in ${files.length} files, ${seconds.toFixed(2)} s`);
