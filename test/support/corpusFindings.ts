import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LintFinding } from "../../server/core/finding.ts";
import { lint } from "../../server/core/lint/lint.ts";
import { RULES } from "../../server/core/rules/registry.ts";
import { NO_WORKSPACE } from "../../server/core/rules/workspaceFacts.ts";
import { type CorpusFile, corpusFiles } from "./corpus.ts";

/** A finding in a file of the corpus. */
export interface CorpusHit {
	readonly file: CorpusFile;
	readonly finding: LintFinding;
}

/** What the rules find in the large corpus: what `test/fixtures/corpus-findings.json` keeps. */
export interface CorpusFindings {
	/** The day that the rules are told, `YYYY-MM-DD`: what is out of support depends on it. */
	readonly today: string;
	readonly files: number;
	/** Findings of recommended rules in one file. */
	readonly perFile: { readonly median: number; readonly percentile90: number; readonly filesWithMoreThan15: number };
	/** Findings by rule, in the order of the ids; rules that find nothing have 0. */
	readonly hits: Readonly<Record<string, number>>;
}

/** Findings of a rule that were drawn at random and looked at in their context, and how many of them a good engineer would call wrong. */
export interface CorpusSample {
	readonly sampled: number;
	/** Those of them that were untrue, message included, or noise. */
	readonly wrong: number;
	/** Those of them whose repair would break something, or leave a text that nobody wants. */
	readonly repairs: number;
}

/** What was looked at of a rule. */
export interface CorpusReview {
	/** In order; what an earlier one holds is in no later one. */
	readonly samples: readonly CorpusSample[];
	/** What was wrong, finding or repair, and is still so. */
	readonly left: number;
	/** Of the last sample, `YYYY-MM-DD`. */
	readonly date: string;
}

/** Whole files that were drawn at random and read beside their recommended findings. */
export interface FileReview extends Omit<CorpusSample, "sampled"> {
	readonly files: number;
	readonly findings: number;
	/** `YYYY-MM-DD` */
	readonly date: string;
}

/** A fixed day, so that every run finds the same. */
const TODAY = "2026-11-21";

const FIXTURES = join(dirname(fileURLToPath(import.meta.url)), "../fixtures");
const SNAPSHOT = join(FIXTURES, "corpus-findings.json");

/** Every finding in the corpus, in the order of the files: of all rules, or of one. */
export function corpusHits(rule?: string): readonly CorpusHit[] {
	const rules = new Map(RULES.filter(({ id }) => rule === undefined || rule === id).map(({ id, severity }) => [id, severity] as const));
	const workspace = { ...NO_WORKSPACE, today: TODAY };
	return corpusFiles().flatMap((file) => lint(file.text, { rules, workspace }).findings.map((finding) => ({ file, finding })));
}

/** Counts findings of all rules. */
export function corpusFindings(hits: readonly CorpusHit[]): CorpusFindings {
	const byRule = new Map(RULES.map(({ id }) => [id, 0]));
	const recommended = new Set(RULES.filter(({ preset }) => preset === "recommended").map(({ id }) => id));
	const byFile = new Map(corpusFiles().map(({ id }) => [id, 0]));
	for (const { file, finding } of hits) {
		byRule.set(finding.rule, (byRule.get(finding.rule) ?? 0) + 1);
		if (recommended.has(finding.rule)) byFile.set(file.id, (byFile.get(file.id) ?? 0) + 1);
	}
	const sorted = [...byFile.values()].sort((a, b) => a - b);
	return {
		today: TODAY,
		files: sorted.length,
		perFile: {
			median: sorted[Math.floor(sorted.length / 2)] ?? 0,
			percentile90: sorted[Math.floor(sorted.length * 0.9)] ?? 0,
			filesWithMoreThan15: sorted.filter((count) => count > 15).length,
		},
		hits: Object.fromEntries([...byRule].sort(([a], [b]) => (a < b ? -1 : 1))),
	};
}

/** What the repository keeps. */
export function keptCorpusFindings(): CorpusFindings {
	return JSON.parse(readFileSync(SNAPSHOT, "utf8")) as CorpusFindings;
}

/** Keeps other findings from now on. */
export function keepCorpusFindings(findings: CorpusFindings): void {
	writeFileSync(SNAPSHOT, `${JSON.stringify(findings, undefined, "\t")}\n`);
}

/** What was looked at, by rule. */
export function corpusReview(): Readonly<Record<string, CorpusReview>> {
	return JSON.parse(readFileSync(join(FIXTURES, "corpus-review.json"), "utf8")) as Record<string, CorpusReview>;
}

/** In order. */
export function fileReviews(): readonly FileReview[] {
	return JSON.parse(readFileSync(join(FIXTURES, "corpus-file-review.json"), "utf8")) as FileReview[];
}

/** What differs from the findings that are kept, a line each: `from-as-casing: 635 → 640 (+5)`. */
export function differences(kept: CorpusFindings, found: CorpusFindings): readonly string[] {
	const ids = [...new Set([...Object.keys(kept.hits), ...Object.keys(found.hits)])].sort();
	const lines = ids.flatMap((id) => {
		const before = kept.hits[id];
		const after = found.hits[id];
		if (before === after) return [];
		if (before === undefined) return [`${id}: new, ${after}`];
		if (after === undefined) return [`${id}: no longer a rule, was ${before}`];
		return [`${id}: ${before} → ${after} (${after > before ? "+" : ""}${after - before})`];
	});
	return kept.files === found.files ? lines : [`files: ${kept.files} → ${found.files}`, ...lines];
}
