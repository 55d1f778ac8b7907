/**
 * Prints how fast linting, the language server and pinning are, each line with its goal: `npm run bench`. It runs as a bundle, as
 * everything that is shipped does.
 *
 * The files are those of the folder that HULLGUARD_CORPUS names, else the few in test/fixtures/corpus. Goals are for a laptop that
 * does nothing else; a missed one is marked, but is no failure. The time of the extension's activation is printed by its own suite
 * (`mocha test/e2e/inHost.test.ts`).
 */
import { existsSync } from "node:fs";
import { corpusFiles, corpusFolder } from "../test/support/corpus.ts";
import { changeTimes, lintTimes, lintTogetherTime, medianAndLargest, quantile, referenceTime, sumOf } from "../test/support/speed.ts";
import { coldStartText, measureColdStart } from "./benchColdStart.ts";
import { measureMemory } from "./benchMemory.ts";
import { measurePins, pinTimesText } from "./benchPins.ts";

const CHANGES = 60;
/** The goal for all files of the large corpus, and how many they are: other corpora are measured by it file for file. */
const ALL_FILES_MS = 3000;
const CORPUS_FILES = 4677;

const files = corpusFiles();
const isBuilt = existsSync("dist/cli.cjs");
const { median, largest } = medianAndLargest(files);
const size = (text: string): string => `${text.split("\n").length} lines, ${(text.length / 1000).toFixed(1)} kB`;

measure();

async function measure(): Promise<void> {
	console.log(`${files.length} files${corpusFolder() === undefined ? "; HULLGUARD_CORPUS names a folder with more" : ""}`);
	console.log(`this machine, now: ${referenceTime().toFixed(0)} ms for a fixed computation`);
	console.log(`${"".padEnd(72)}${"measured".padStart(14)}${"goal".padStart(14)}`);

	const [first = 0] = await lintTimes([median]);
	line("lint, first file of a process", first, 150);
	const cold = await lintTimes(files);
	line("lint, all files, cold", sumOf(cold) / files.length, 2, "/file");
	const warm = await lintTimes(files, 3);
	line("lint, all files, warm, one by one", sumOf(warm) / files.length, ALL_FILES_MS / CORPUS_FILES, "/file");
	line(
		"lint, all files, warm, as the command line does it",
		(await lintTogetherTime(files, 3)) / files.length,
		ALL_FILES_MS / CORPUS_FILES,
		"/file",
	);
	line("lint, warm, half of the files within", quantile(warm, 0.5), 0.3);
	line("lint, warm, 99 of 100 files within", quantile(warm, 0.99), 4);
	line("lint, warm, slowest file", quantile(warm, 1), 20);
	if (isBuilt) line("hullguard lint, all files, most memory", measureMemory(files) / 1e6, 300, "", "MB");
	for (const [name, { text }, goal] of [
		["median", median, 5],
		["largest", largest, 25],
	] as const) {
		const times = await changeTimes(text, CHANGES);
		line(`server, change to diagnostics, ${name} file (${size(text)})`, quantile(times, 0.5), goal);
		line("  19 of 20 changes within", quantile(times, 0.95), goal * 2);
	}
	console.log(pinTimesText(await measurePins()));
	console.log(isBuilt ? coldStartText(measureColdStart()) : 'cold start, memory: not measured, run "npm run build" first');
}

function line(what: string, amount: number, goal: number, per = "", unit = "ms"): void {
	const measured = `${amount.toFixed(2)} ${unit}${per}`;
	const wanted = `${Number(goal.toFixed(2))} ${unit}${per}`;
	console.log(`${what.padEnd(72)}${measured.padStart(14)}${wanted.padStart(14)}${amount > goal ? "  missed" : ""}`);
}
