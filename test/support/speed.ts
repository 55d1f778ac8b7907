import { setImmediate } from "node:timers/promises";
import { parseDockerfile } from "../../server/core/dockerfile/parse/parse.ts";
import { lint, lintTogether } from "../../server/core/lint/lint.ts";
import { RULES } from "../../server/core/rules/registry.ts";
import { limitHeap } from "../../server/operations/heapLimits.ts";
import type { CorpusFile } from "./corpus.ts";
import { startLanguageClient } from "./languageClient.ts";

const URI = "file:///project/Dockerfile";
/** What is typed into a document while it is measured: each time another character at the end of a comment above the text. */
const TYPED = "abcdefghij";

/** Times in milliseconds, the shortest first. */
export type Times = readonly number[];

/** The time that a part of all does not exceed: 0.5 for the median. */
export function quantile(times: Times, part: number): number {
	return times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
}

export function sumOf(times: Times): number {
	return times.reduce((sum, time) => sum + time, 0);
}

/** Lints each file with every rule. Of several rounds the fastest counts: what else the machine does slows down some of them. */
export async function lintTimes(files: readonly CorpusFile[], rounds = 1): Promise<Times> {
	const rules = new Map(RULES.map((rule) => [rule.id, rule.severity] as const));
	const once = (text: string): number => {
		const started = performance.now();
		lint(text, { rules });
		limitHeap();
		return performance.now() - started;
	};
	const times: number[] = [];
	for (const { text } of files) {
		times.push(Math.min(...Array.from({ length: rounds }, () => once(text))));
		await setImmediate();
	}
	return sorted(times);
}

/** As many files as the command line lints together. */
const TOGETHER = 32;

/** Lints all files with every rule as the command line does, a few dozen together: milliseconds, of several rounds the fastest. */
export async function lintTogetherTime(files: readonly CorpusFile[], rounds: number): Promise<number> {
	const options = { rules: new Map(RULES.map((rule) => [rule.id, rule.severity] as const)) };
	const once = async (): Promise<number> => {
		const started = performance.now();
		for (let at = 0; at < files.length; at += TOGETHER) {
			lintTogether(files.slice(at, at + TOGETHER).map(({ text }) => ({ file: parseDockerfile(text), options })));
			limitHeap();
			await setImmediate();
		}
		return performance.now() - started;
	};
	let fastest = Number.POSITIVE_INFINITY;
	for (let round = 0; round < rounds; round++) fastest = Math.min(fastest, await once());
	return fastest;
}

/** How fast the machine is just now: milliseconds for the same computation everywhere, the fastest of some. Neighbours make it slower, too. */
export function referenceTime(): number {
	const numbers = new Float64Array(1 << 20);
	const once = (): number => {
		const started = performance.now();
		for (let at = 0; at < numbers.length * 8; at++)
			numbers[(at * 7919) & (numbers.length - 1)] = (numbers[at & (numbers.length - 1)] ?? 0) + at;
		return performance.now() - started;
	};
	return Math.min(...Array.from({ length: 5 }, once));
}

/** The file of which half of the others are shorter, and the longest. */
export function medianAndLargest(files: readonly CorpusFile[]): { readonly median: CorpusFile; readonly largest: CorpusFile } {
	const ordered = files.toSorted((a, b) => a.text.length - b.text.length);
	const median = ordered[Math.floor(ordered.length / 2)];
	const largest = ordered.at(-1);
	if (median === undefined || largest === undefined) throw new Error("there is no file to measure");
	return { median, largest };
}

/** From a change that an editor sends to the diagnostics that it gets: once for each character that is typed, after some to warm up. */
export async function changeTimes(text: string, changes: number): Promise<Times> {
	const client = await startLanguageClient();
	try {
		await client.open(URI, `# \n${text}`);
		await client.pull(URI);
		const times: number[] = [];
		for (let index = 0; index < changes + 10; index++) {
			const at = { line: 0, character: 2 + index };
			const started = performance.now();
			await client.edit(URI, index + 2, { start: at, end: at }, TYPED.charAt(index % TYPED.length));
			await client.pull(URI);
			times.push(performance.now() - started);
		}
		return sorted(times.slice(10));
	} finally {
		await client.stop();
	}
}

function sorted(times: readonly number[]): Times {
	return times.toSorted((a, b) => a - b);
}
