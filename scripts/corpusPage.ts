import { RULES } from "../server/core/rules/registry.ts";
import type { CorpusFindings, CorpusReview } from "../test/support/corpusFindings.ts";

const PRESETS = ["recommended", "strict", "opt-in"] as const;

/** `docs/corpus.md`: how often each rule reports in real files, and how often it was wrong where somebody looked. */
export function corpusPage(findings: CorpusFindings, review: Readonly<Record<string, CorpusReview>>): string {
	const { median, percentile90, filesWithMoreThan15 } = findings.perFile;
	const sections = PRESETS.map((preset) => {
		const rules = RULES.filter((rule) => rule.preset === preset).map(({ id }) => ({
			id,
			hits: findings.hits[id] ?? 0,
			sampled: review[id]?.sampled ?? 0,
			wrong: review[id]?.wrong ?? 0,
			date: review[id]?.date ?? "",
		}));
		const sampled = rules.reduce((sum, rule) => sum + rule.sampled, 0);
		const wrong = rules.reduce((sum, rule) => sum + rule.wrong, 0);
		const hits = rules.reduce((sum, rule) => sum + rule.hits, 0);
		const rows = rules
			.toSorted((a, b) => b.hits - a.hits || (a.id < b.id ? -1 : 1))
			.map((rule) => `| [${rule.id}](rules/${rule.id}.md) | ${rule.hits} | ${rule.sampled} | ${rule.wrong} | ${rule.date} |`);
		return [
			`## ${preset}`,
			"",
			`${rules.length} rules, ${hits} findings, ${sampled} looked at, ${wrong} wrong${sampled === 0 ? "" : ` (${((100 * wrong) / sampled).toFixed(1)} %)`}.`,
			"",
			"| rule | hits | sampled | wrong | date |",
			"| --- | ---: | ---: | ---: | --- |",
			...rows,
			"",
		].join("\n");
	});
	return [
		"# What the rules find in real files",
		"",
		`The rules run over ${findings.files} Dockerfiles of public repositories. *Hits* are their findings there, as of ${findings.today}. *Sampled* are findings`,
		"that were drawn at random and looked at in their context, *wrong* those that a good engineer would not want to see, or whose repair would annoy.",
		"A rule with 0 sampled was not looked at.",
		"",
		`A file has a median of ${median} recommended findings; 9 of 10 files have at most ${percentile90}, and ${filesWithMoreThan15} have more than 15.`,
		"",
		"`npm run corpus -- --rule ID` draws a sample, `npm run corpus -- --update` counts again; what was looked at stands in `test/fixtures/corpus-review.json`.",
		"",
		...sections,
	].join("\n");
}
