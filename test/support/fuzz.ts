import type { CorpusFile } from "./corpus.ts";
import { type FuzzDepth, fuzzProblemOrTime, processorTime } from "./fuzzCheck.ts";
import { fuzzInputs } from "./fuzzInputs.ts";
import { reduced } from "./reduce.ts";

export interface FuzzOptions {
	readonly files: readonly CorpusFile[];
	readonly seed: number;
	/** Texts at most. */
	readonly count: number;
	/** Seconds at most, by the clock. */
	readonly seconds: number;
	/** Called once for each kind of problem, with the text made short. */
	readonly onFailure: (failure: FuzzFailure) => void;
}

export interface FuzzFailure {
	readonly seed: number;
	readonly problem: string;
	readonly text: string;
}

export interface FuzzResult {
	readonly count: number;
	readonly failures: number;
	/** Of linting and of everything that is asked besides, in milliseconds of the processor. */
	readonly slowest: { readonly seed: number; readonly milliseconds: number };
}

/** Each how many texts the costly questions are asked. */
const EACH = 40;

/** Lints one text after the other until their number or the time is used up. */
export function runFuzz({ files, seed, count, seconds, onFailure }: FuzzOptions): FuzzResult {
	const inputOf = fuzzInputs(files);
	const end = Date.now() + seconds * 1000;
	const kinds = new Set<string>();
	let failures = 0;
	let slowest = { seed, milliseconds: 0 };
	let done = 0;
	for (; done < count && Date.now() < end; done++) {
		const own = seed + done;
		const text = inputOf(own);
		const depth: FuzzDepth = { lintFixed: own % EACH === 0, fixAll: own % EACH === 1 };
		let problem: string | undefined;
		const milliseconds = processorTime(() => {
			problem = fuzzProblemOrTime(text, depth);
		});
		if (milliseconds > slowest.milliseconds) slowest = { seed: own, milliseconds };
		if (problem === undefined) continue;
		failures++;
		const kind = kindOf(problem);
		if (kinds.has(kind)) continue;
		kinds.add(kind);
		onFailure({ seed: own, problem, text: reduced(text, (candidate) => kindOf(fuzzProblemOrTime(candidate, depth)) === kind) });
	}
	return { count: done, failures, slowest };
}

/** Problems that differ in numbers or in what they quote are of one kind. */
function kindOf(problem: string | undefined): string {
	return (problem ?? "").replace(/\d+|"[^"]*"/g, "").slice(0, 120);
}
