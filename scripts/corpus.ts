/**
 * Prints what the rules find in the corpus, and random samples to look at.
 *
 *   npm run corpus                                   findings per rule and preset, and what differs from those that are kept
 *   npm run corpus -- --update                       the like, and keeps them (test/fixtures/corpus-findings.json, docs/corpus.md)
 *   npm run corpus -- --rule ID [--sample 20] [--seed 1] [--context 2]
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { RULES } from "../server/core/rules/registry.ts";
import { corpusFolder } from "../test/support/corpus.ts";
import {
	type CorpusHit,
	corpusFindings,
	corpusHits,
	corpusReview,
	differences,
	fileReviews,
	keepCorpusFindings,
	keptCorpusFindings,
} from "../test/support/corpusFindings.ts";
import { writeMarks } from "../test/support/marks.ts";
import { randomFrom } from "../test/support/random.ts";
import { corpusPage } from "./corpusPage.ts";

const { values } = parseArgs({
	options: {
		rule: { type: "string" },
		sample: { type: "string", default: "20" },
		seed: { type: "string", default: "1" },
		context: { type: "string", default: "2" },
		update: { type: "boolean", default: false },
	},
});

const started = performance.now();
const hits = corpusHits(values.rule);
const seconds = (performance.now() - started) / 1000;
if (values.rule === undefined) printCounts();
else printSample();
console.log(`\n${hits.length} findings, ${seconds.toFixed(2)} s`);

function printCounts(): void {
	const files = new Map<string, Set<string>>();
	for (const { file, finding } of hits) files.set(finding.rule, (files.get(finding.rule) ?? new Set()).add(file.id));
	const found = corpusFindings(hits);
	for (const preset of ["recommended", "strict", "opt-in"] as const) {
		const rules = RULES.filter((rule) => rule.preset === preset);
		const count = rules.reduce((sum, { id }) => sum + (found.hits[id] ?? 0), 0);
		console.log(`\n${preset}: ${count} findings of ${rules.length} rules\n`);
		for (const { id, severity } of rules.toSorted((a, b) => (found.hits[b.id] ?? 0) - (found.hits[a.id] ?? 0)))
			console.log(
				`${String(found.hits[id]).padStart(6)} in ${String(files.get(id)?.size ?? 0).padStart(5)} files  ${severity.padEnd(7)}  ${id}`,
			);
	}
	const { median, percentile90, filesWithMoreThan15 } = found.perFile;
	console.log(
		`\nRecommended findings in one of the ${found.files} files: median ${median}, 90th percentile ${percentile90}, ` +
			`more than 15 in ${filesWithMoreThan15} files`,
	);
	if (corpusFolder() === undefined) {
		console.log("\nThis is the small corpus, the findings that are kept are those of the large one (HULLGUARD_CORPUS).");
		return;
	}
	const lines = differences(keptCorpusFindings(), found);
	console.log(
		lines.length === 0 ? "\nNothing differs from the findings that are kept." : `\nOther than what is kept:\n  ${lines.join("\n  ")}`,
	);
	if (!values.update) return;
	keepCorpusFindings(found);
	writeFileSync("docs/corpus.md", corpusPage(found, corpusReview(), fileReviews()));
	console.log("\nKept.");
}

function printSample(): void {
	const random = randomFrom(Number(values.seed));
	const sample = hits
		.map((hit) => ({ hit, key: random() }))
		.sort((a, b) => a.key - b.key)
		.slice(0, Number(values.sample));
	for (const { hit } of sample) printHit(hit);
}

function printHit({ file, finding }: CorpusHit): void {
	const lines = writeMarks(file.text, [finding.span]).split("\n");
	const around = Number(values.context);
	console.log(`\n── ${file.id}:${finding.range.start.line + 1}  ${finding.severity}  ${finding.message}`);
	console.log(lines.slice(Math.max(0, finding.range.start.line - around), finding.range.end.line + around + 1).join("\n"));
}
