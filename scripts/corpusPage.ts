import { RULES } from "../server/core/rules/registry.ts";
import type { CorpusFindings, CorpusReview, CorpusSample, FileReview } from "../test/support/corpusFindings.ts";

const NOT_SAMPLED: CorpusReview = { samples: [], left: 0, date: "" };
const PRESETS = ["recommended", "strict", "opt-in"] as const;

interface Row extends CorpusReview {
	readonly id: string;
	readonly hits: number;
}

/** `docs/corpus.md`: how often each rule reports in real files, and how often it was wrong where somebody looked. */
export function corpusPage(
	findings: CorpusFindings,
	review: Readonly<Record<string, CorpusReview>>,
	fileReviews: readonly FileReview[],
): string {
	const { median, percentile90, filesWithMoreThan15 } = findings.perFile;
	const sections = PRESETS.map((preset) => {
		const rules = RULES.filter((rule) => rule.preset === preset);
		const rows = rules.map(({ id }): Row => ({ id, hits: findings.hits[id] ?? 0, ...(review[id] ?? NOT_SAMPLED) }));
		return [
			`## ${preset}`,
			"",
			`${rows.length} rules, ${sum(rows, ({ hits }) => hits)} findings.`,
			"",
			...samplesText(rows),
			"",
			"| rule | hits | sampled | wrong | repairs | left | date |",
			"| --- | ---: | ---: | ---: | ---: | ---: | --- |",
			...rows.toSorted((a, b) => b.hits - a.hits || (a.id < b.id ? -1 : 1)).map(rowText),
			"",
		].join("\n");
	});
	return [
		"# What the rules find in real files",
		"",
		`The rules run over ${findings.files} Dockerfiles of public repositories. *Hits* are their findings there, as of ${findings.today}. *Sampled* are findings`,
		"that were drawn at random and looked at in their context; *wrong* are those of them that said something untrue, if only in a word, or that a good engineer",
		"would not want to see; *repairs* those whose repair would break or change something unasked, or leave a text that nobody wants. These are the counts of the",
		"day; what was wrong was then mended where it could be, and *left* are those of either kind that are still so. Where there are two numbers, a second sample",
		"was drawn after that, of findings that were not in the first: it tells what is to be expected of those that nobody has looked at, before it was mended in",
		"its turn. *By hits* weighs each rule by its findings, as who lints many files meets them. A rule with 0 sampled has no findings there, or was not looked at.",
		"",
		`A file has a median of ${median} recommended findings; 9 of 10 files have at most ${percentile90}, and ${filesWithMoreThan15} have more than 15.`,
		"",
		"Whole files were drawn at random, too, and read beside what is said of them; what was wrong was then mended:",
		"",
		...fileReviews.map(fileReviewText),
		"",
		"`npm run corpus -- --rule ID` draws a sample, `npm run corpus -- --update` counts again; what was looked at stands in `test/fixtures/corpus-review.json` and",
		"`test/fixtures/corpus-file-review.json`.",
		"",
		...sections,
	].join("\n");
}

function fileReviewText({ files, findings, wrong, repairs, date }: FileReview): string {
	const parts = (number: number): string => `${number} (${percent(number, findings)})`;
	return `- Read on ${date}: ${files} files with ${findings} recommended findings; ${parts(wrong)} were wrong, ${parts(repairs)} had a wrong repair.`;
}

/** A line for each sample: what was wrong of all that it held. */
function samplesText(rows: readonly Row[]): readonly string[] {
	const lines: string[] = [];
	const most = Math.max(...rows.map(({ samples }) => samples.length));
	for (let index = 0; index < most; index++) {
		const looked = rows.flatMap(({ hits, samples }) => {
			const sample = samples[index];
			return sample === undefined || sample.sampled === 0 ? [] : [{ ...sample, hits }];
		});
		const sampled = sum(looked, (sample) => sample.sampled);
		const hits = sum(looked, (sample) => sample.hits);
		const parts = (of: (sample: CorpusSample) => number): string => {
			const number = sum(looked, of);
			const weighted = sum(looked, (sample) => (sample.hits * of(sample)) / sample.sampled);
			return `${number} (${percent(number, sampled)}; by hits ${percent(weighted, hits)})`;
		};
		lines.push(
			`- Sample ${index + 1}: ${sampled} looked at; ${parts(({ wrong }) => wrong)} were wrong, ${parts(({ repairs }) => repairs)} had a wrong repair.`,
		);
	}
	return [...lines, `- Still so, of all: ${sum(rows, ({ left }) => left)}.`];
}

function percent(part: number, all: number): string {
	return `${((100 * part) / all).toFixed(1)} %`;
}

function rowText({ id, hits, samples, left, date }: Row): string {
	const column = (of: (sample: CorpusSample) => number): string => samples.map(of).join(" + ") || "0";
	const counts = [column(({ sampled }) => sampled), column(({ wrong }) => wrong), column(({ repairs }) => repairs)];
	return ["", `[${id}](rules/${id}.md)`, hits, ...counts, left, date, ""].join(" | ").trim();
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
	return items.reduce((total, item) => total + of(item), 0);
}
