import type { Stage, Step } from "../dockerfile/model/model.ts";
import { sourcesOf } from "../dockerfile/model/sources.ts";
import { rootBase } from "../dockerfile/model/stages.ts";
import { parseDockerfile } from "../dockerfile/parse/parse.ts";
import type { HistoryEntry } from "../image/image.ts";
import { align } from "./align.ts";
import { baseLines, stageChain } from "./exact.ts";
import { type ComparableStep, comparableStep, compareSteps, LAYER_KEYWORDS, readCreatedBy } from "./historyText.ts";
import type { Attribution, LineRange, Origin } from "./origin.ts";

export interface HistoryInput {
	/** The history of the image, the oldest entry first. */
	readonly history: readonly HistoryEntry[];
	readonly layerCount: number;
	/** The Dockerfile that the image may have been built from. */
	readonly text: string;
	readonly target?: string | undefined;
	/** How many layers of the image are those of its base, where that is known. */
	readonly baseLayerCount?: number | undefined;
}

/** An agreement of texts outweighs any number of agreements of keywords. */
const EXACT = 100_000;
const KEYWORD = 1;

/** Engines allow 127 layers; a document that names far more is none of theirs. */
const MOST_LAYERS = 1000;
/** Of a file with more instructions the last ones are compared. */
const MOST_STEPS = 2000;

/**
 * Where each layer comes from, by comparing the image's history with a Dockerfile. Wrong where texts agree by accident, so
 * everything that it gives is marked `history`; silent where too little agrees.
 * @returns undefined if the history does not tell the layers apart, or nothing agrees
 */
export function attributeByHistory(input: HistoryInput): Attribution | undefined {
	const entries = input.history.filter((entry) => !entry.emptyLayer);
	if (entries.length !== input.layerCount || entries.length > MOST_LAYERS) return undefined;
	const chain = stageChain(parseDockerfile(input.text), input.target);
	if (chain.length === 0) return undefined;
	const expected = expectedSteps(chain).slice(-MOST_STEPS);
	const matched = match(entries.map(readCreatedBy), expected);
	if (expected.length > 0 && matched.size === 0) return undefined;
	const baseCount = baseLength(input, chain, expected, matched);
	const lines = rootBase(chain[0] as Stage).kind === "scratch" ? undefined : baseLines(chain);
	const origins = entries.map((_, index): Origin => {
		const step = matched.get(index);
		if (step !== undefined && index >= (input.baseLayerCount ?? 0)) return originOf(step);
		return index < baseCount && lines !== undefined ? { kind: "base", lines, certainty: "history" } : { kind: "unknown" };
	});
	return { origins, text: input.text, target: input.target };
}

interface ExpectedStep {
	readonly step: Step;
	readonly comparable: ComparableStep;
	/** Where it stands: for a trigger of ONBUILD the FROM that sets it off. */
	readonly lines: LineRange;
}

/** What makes layers on top of the base, in the order in which it is run. */
function expectedSteps(chain: readonly Stage[]): readonly ExpectedStep[] {
	return [...chain].reverse().flatMap((stage) => {
		const triggers = stage.base.kind === "stage" ? stage.base.stage.steps.flatMap((step) => step.trigger ?? []) : [];
		const from = { first: stage.from.firstLine, last: stage.from.lastLine };
		return [
			...triggers.map((step) => ({ step, comparable: comparableStep(step), lines: from })),
			...stage.steps.map((step) => ({ step, comparable: comparableStep(step), lines: { first: step.firstLine, last: step.lastLine } })),
		].filter(({ step }) => LAYER_KEYWORDS.has(step.keyword));
	});
}

/** The instruction of each layer that has one. Agreement of keywords alone counts only if nothing is left over. */
function match(entries: readonly (ComparableStep | undefined)[], expected: readonly ExpectedStep[]): ReadonlyMap<number, ExpectedStep> {
	const verdict = (left: number, right: number): "exact" | "keyword" | "different" => {
		const entry = entries[left];
		return entry === undefined ? "different" : compareSteps(entry, (expected[right] as ExpectedStep).comparable);
	};
	const pairs = align(entries.length, expected.length, (left, right) => {
		const found = verdict(left, right);
		return found === "exact" ? EXACT : found === "keyword" ? KEYWORD : 0;
	});
	const paired = new Set(pairs.map((pair) => pair.right));
	const isComplete = expected.every(({ step }, index) => paired.has(index) || step.keyword === "WORKDIR");
	const isGapless = pairs.every((pair, index) => index === 0 || pair.left === (pairs[index - 1]?.left ?? 0) + 1);
	const isTail = pairs[pairs.length - 1]?.left === entries.length - 1;
	const trusted = pairs.filter((pair) => (isComplete && isGapless && isTail) || verdict(pair.left, pair.right) === "exact");
	return new Map(trusted.map((pair) => [pair.left, expected[pair.right] as ExpectedStep]));
}

/** How many layers are the base's: all in front of the first instruction; without that one, those that end like an image. */
function baseLength(
	input: HistoryInput,
	chain: readonly Stage[],
	expected: readonly ExpectedStep[],
	matched: ReadonlyMap<number, ExpectedStep>,
): number {
	if (input.baseLayerCount !== undefined) return input.baseLayerCount;
	if (expected.length === 0) return input.layerCount;
	const first = Math.min(...matched.keys());
	const leading = expected.find(({ step }) => step.keyword !== "WORKDIR");
	if (leading === undefined || matched.get(first) === expected[0] || matched.get(first) === leading) return first;
	// In a lineage of several stages a CMD in the middle may be one of ours.
	return chain.length === 1 ? Math.min(first, endOfBase(input.history)) : 0;
}

/** Images end with CMD or ENTRYPOINT as a rule: how many layers stand in front of the last one that something follows. */
function endOfBase(history: readonly HistoryEntry[]): number {
	let layers = 0;
	let base = 0;
	let pending = 0;
	for (const entry of history) {
		if (!entry.emptyLayer) {
			layers++;
			base = Math.max(base, pending);
		} else if (/^(?:\/bin\/sh -c #\(nop\)\s+)?(?:CMD|ENTRYPOINT)\b/.test(entry.createdBy)) pending = layers;
	}
	return base;
}

function originOf({ step, lines }: ExpectedStep): Origin {
	if (step.deferred) return { kind: "base", lines, certainty: "history" };
	const sources = sourcesOf(step, step.stage.file).map((source) => source.target);
	const related = sources.flatMap((source) =>
		source.kind === "stage" ? [{ first: source.stage.from.firstLine, last: source.stage.from.lastLine }] : [],
	);
	const image = sources.find((source) => source.kind === "image");
	const copies = step.keyword === "COPY" || step.keyword === "ADD";
	return {
		kind: "instruction",
		lines,
		certainty: "history",
		related: copies ? related : [],
		copiedImage: copies && image?.kind === "image" ? image.reference.text : undefined,
	};
}

/** Fills the layers that one attribution leaves open from another one of the same text. */
export function completeAttribution(exact: Attribution, other: Attribution | undefined): Attribution {
	if (other === undefined || other.text !== exact.text) return exact;
	return {
		...exact,
		origins: exact.origins.map((origin, index) => (origin.kind === "unknown" ? (other.origins[index] ?? origin) : origin)),
	};
}
