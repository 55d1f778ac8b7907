import { RULES } from "../server/core/rules/registry.ts";
import type { CorpusFindings, CorpusReview } from "../test/support/corpusFindings.ts";

const NOT_SAMPLED: CorpusReview = { sampled: 0, wrong: 0, repairs: 0, left: 0, date: "" };
const PRESETS = ["recommended", "strict", "opt-in"] as const;

/** `docs/corpus.md`: how often each rule reports in real files, and how often it was wrong where somebody looked. */
export function corpusPage(findings: CorpusFindings, review: Readonly<Record<string, CorpusReview>>): string {
	const { median, percentile90, filesWithMoreThan15 } = findings.perFile;
	const sections = PRESETS.map((preset) => {
		const rules = RULES.filter((rule) => rule.preset === preset).map(({ id }) => ({
			id,
			hits: findings.hits[id] ?? 0,
			...(review[id] ?? NOT_SAMPLED),
		}));
		const sumOf = (column: "hits" | "sampled" | "wrong" | "repairs" | "left"): number => rules.reduce((sum, rule) => sum + rule[column], 0);
		const sampled = sumOf("sampled");
		const part = (count: number): string => (sampled === 0 ? `${count}` : `${count} (${((100 * count) / sampled).toFixed(1)} %)`);
		const rows = rules
			.toSorted((a, b) => b.hits - a.hits || (a.id < b.id ? -1 : 1))
			.map(({ id, hits, date, ...rule }) =>
				["", `[${id}](rules/${id}.md)`, hits, rule.sampled, rule.wrong, rule.repairs, rule.left, date, ""].join(" | ").trim(),
			);
		return [
			`## ${preset}`,
			"",
			`${rules.length} rules, ${sumOf("hits")} findings, ${sampled} looked at: ${part(sumOf("wrong"))} were wrong, ${part(sumOf("repairs"))} had a wrong repair, ${part(sumOf("left"))} are so still.`,
			"",
			"| rule | hits | sampled | wrong | repairs | left | date |",
			"| --- | ---: | ---: | ---: | ---: | ---: | --- |",
			...rows,
			"",
		].join("\n");
	});
	return [
		"# What the rules find in real files",
		"",
		`The rules run over ${findings.files} Dockerfiles of public repositories. *Hits* are their findings there, as of ${findings.today}. *Sampled* are findings`,
		"that were drawn at random and looked at in their context; *wrong* are those of them that said something untrue, if only in a word, or that a good engineer",
		"would not want to see; *repairs* those whose repair would break or change something unasked, or leave a text that nobody wants. These are the counts of the",
		"day; what was wrong was then mended where it could be, and *left* are those of either kind that are still so. A new sample finds what nobody has seen yet,",
		"so expect the share of *wrong* to lie between that of *left* and that of the day. A rule with 0 sampled has no findings there, or was not looked at.",
		"",
		`A file has a median of ${median} recommended findings; 9 of 10 files have at most ${percentile90}, and ${filesWithMoreThan15} have more than 15.`,
		"",
		"`npm run corpus -- --rule ID` draws a sample, `npm run corpus -- --update` counts again; what was looked at stands in `test/fixtures/corpus-review.json`.",
		"",
		...sections,
	].join("\n");
}
