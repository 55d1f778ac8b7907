import type { Dockerfile, Stage } from "../dockerfile/model/model.ts";
import { finalStage } from "../dockerfile/model/stages.ts";
import { parseDockerfile } from "../dockerfile/parse/parse.ts";
import type { Instruction } from "../dockerfile/syntax/structure.ts";
import { align } from "./align.ts";
import type { LineRange } from "./origin.ts";

/** Where an instruction of the Dockerfile that was built stands in the text of now. */
export interface CurrentPlace {
	/** The instruction; for one that is gone the FROM of its stage. */
	readonly instruction: Instruction;
	/** `same`: its text has not changed. `edited`: the one in its place has another text. `gone`: there is none in its place. */
	readonly state: "same" | "edited" | "gone";
}

/** Gives the place of built lines; undefined if the text of now has no stage at all. */
export type LineMap = (lines: LineRange) => CurrentPlace | undefined;

/** Files with more instructions are compared by equal texts in equal order only at their beginning. */
const MOST_INSTRUCTIONS = 1500;

/**
 * Compares the text that was built with the text of now: first equal instructions in order, then equal ones that were moved,
 * then those that stand alone between the same neighbours. Line breaks and a changed digest on a FROM are no difference.
 */
export function createLineMap(builtText: string, current: Dockerfile): LineMap {
	const built = parseDockerfile(builtText);
	const places = matchInstructions(built, current);
	return (lines) => {
		const instruction = built.instructions.find((candidate) => candidate.firstLine <= lines.first && lines.last <= candidate.lastLine);
		const found = instruction === undefined ? undefined : places.get(instruction);
		return found ?? gone(instruction, built, current, places);
	};
}

type Places = Map<Instruction, CurrentPlace>;

function matchInstructions(built: Dockerfile, current: Dockerfile): Places {
	const old = described(built);
	const now = described(current);
	const places: Places = new Map();
	const taken = new Set<Instruction>();
	const take = (from: Described, to: Described, state: CurrentPlace["state"]): void => {
		places.set(from.instruction, { instruction: to.instruction, state });
		taken.add(to.instruction);
	};
	const pairs = align(Math.min(old.length, MOST_INSTRUCTIONS), Math.min(now.length, MOST_INSTRUCTIONS), (left, right) => {
		const [a, b] = [old[left] as Described, now[right] as Described];
		return a.text === b.text ? (a.stage === b.stage ? 3 : 2) : 0;
	});
	for (const { left, right } of pairs) take(old[left] as Described, now[right] as Described, "same");
	for (const left of old.filter(({ instruction }) => !places.has(instruction))) {
		const moved = now.filter((right) => right.text === left.text && right.stage === left.stage && !taken.has(right.instruction));
		if (moved[0] !== undefined && moved.length === 1) take(left, moved[0], "same");
	}
	for (const [left, right] of betweenNeighbours(old, now, places, taken)) take(left, right, "edited");
	return places;
}

interface Described {
	readonly instruction: Instruction;
	/** The joined line with blanks collapsed, heredocs included. */
	readonly text: string;
	/** Name or index of the stage. */
	readonly stage: string;
}

function described(file: Dockerfile): readonly Described[] {
	const stages = new Map<Instruction, string>();
	for (const stage of file.stages) {
		const name = stageName(stage);
		for (const step of [stage.from, ...stage.steps]) stages.set(instructionAt(file, step.firstLine) ?? step, name);
	}
	return file.instructions.map((instruction) => ({
		instruction,
		text: comparableText(instruction),
		stage: stages.get(instruction) ?? "",
	}));
}

/** Steps are copies of the file's instructions. */
function instructionAt(file: Dockerfile, line: number): Instruction | undefined {
	return file.instructions.find((instruction) => instruction.firstLine === line);
}

function stageName(stage: Stage): string {
	return stage.name?.text.toLowerCase() ?? String(stage.index);
}

function comparableText(instruction: Instruction): string {
	const line = instruction.line.text
		.split(/\s/)
		.filter((word) => word !== "")
		.join(" ");
	const plain = instruction.keyword === "FROM" ? line.replace(/@sha256:[0-9a-f]{64}/, "") : line;
	return [plain, ...instruction.heredocs.map((heredoc) => heredoc.body.text.replaceAll("\r", ""))].join("\n");
}

/** Instructions without a partner that stand alone, on both sides, between the same neighbours, and have the same keyword. */
function betweenNeighbours(
	old: readonly Described[],
	now: readonly Described[],
	places: Places,
	taken: ReadonlySet<Instruction>,
): readonly (readonly [Described, Described])[] {
	const found: (readonly [Described, Described])[] = [];
	const indexNow = new Map(now.map(({ instruction }, index) => [instruction, index] as const));
	const partner = (item: Described | undefined): number | undefined => {
		const place = item === undefined ? undefined : places.get(item.instruction);
		return place === undefined ? undefined : indexNow.get(place.instruction);
	};
	for (let start = 0; start < old.length; start++) {
		if (places.has((old[start] as Described).instruction)) continue;
		let end = start;
		while (end < old.length && !places.has((old[end] as Described).instruction)) end++;
		const from = start === 0 ? 0 : (partner(old[start - 1]) ?? now.length) + 1;
		const to = end === old.length ? now.length : (partner(old[end]) ?? 0);
		const gap = now.slice(from, Math.max(from, to));
		const left = old.slice(start, end);
		const isClear = gap.length === left.length && gap.every(({ instruction }) => !taken.has(instruction));
		if (isClear && gap.every((item, index) => item.instruction.keyword === left[index]?.instruction.keyword)) {
			for (const [index, item] of gap.entries()) found.push([left[index] as Described, item]);
		}
		start = end;
	}
	return found;
}

/** The FROM of the stage that the instruction was in; of the last stage where that one is gone too. */
function gone(instruction: Instruction | undefined, built: Dockerfile, current: Dockerfile, places: Places): CurrentPlace | undefined {
	const stage = built.stages.findLast((candidate) => instruction !== undefined && candidate.from.firstLine <= instruction.firstLine);
	const from = stage === undefined ? undefined : instructionAt(built, stage.from.firstLine);
	const placed = from === undefined ? undefined : places.get(from)?.instruction;
	const fallback = (stage && current.stages.find((candidate) => stageName(candidate) === stageName(stage))) ?? finalStage(current);
	const target = placed ?? fallback?.from;
	return target === undefined ? undefined : { instruction: target, state: "gone" };
}
