/**
 * Lints random texts with every rule and looks for what must never happen: an exception, more than a second for one text, a
 * repair that breaks a file. Prints each failing text, made short, with its seed.
 *
 *   npm run fuzz -- [--seed 1] [--count 200000] [--seconds 3600]
 *
 * The texts come from a grammar and from files: those of the folder that HULLGUARD_CORPUS names, else those in
 * test/fixtures/corpus. Text number n has the seed `--seed` + n: `--seed n --count 1` makes it again.
 */
import { parseArgs } from "node:util";
import { corpusFiles } from "../test/support/corpus.ts";
import { runFuzz } from "../test/support/fuzz.ts";

const { values } = parseArgs({
	options: {
		seed: { type: "string", default: "1" },
		count: { type: "string", default: "200000" },
		seconds: { type: "string", default: "86400" },
	},
});

const { count, failures, slowest } = runFuzz({
	files: corpusFiles(),
	seed: Number(values.seed),
	count: Number(values.count),
	seconds: Number(values.seconds),
	onFailure: ({ seed, problem, text }) => console.log(`\n── seed ${seed}: ${problem}\n${JSON.stringify(text)}`),
});
console.log(`\n${count} texts, ${failures} failed; the slowest took ${Math.round(slowest.milliseconds)} ms (seed ${slowest.seed})`);
process.exitCode = failures > 0 ? 1 : 0;
