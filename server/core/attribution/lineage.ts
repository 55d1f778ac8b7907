import type { FileAction, Provenance, Step } from "./provenance.ts";

/** Steps by id; of two with one id the last. */
export type StepTable = ReadonlyMap<string, Step>;

export function stepTable(provenance: Provenance): StepTable {
	return new Map(provenance.steps.map((step) => [step.id, step]));
}

/** The step whose result is the image. */
export function resultStep(provenance: Provenance, table: StepTable): Step | undefined {
	const root = provenance.steps[provenance.steps.length - 1];
	return root?.operation.kind === "other" ? table.get(root.inputs[0] ?? "") : root;
}

/** The steps that a step builds upon, the bottom one first, itself last. A circle, which no builder writes, ends it. */
export function lineageOf(step: Step, table: StepTable): readonly Step[] {
	const chain: Step[] = [];
	const seen = new Set<Step>();
	for (let current: Step | undefined = step; current !== undefined && !seen.has(current); current = parentOf(current, table)) {
		seen.add(current);
		chain.push(current);
	}
	return chain.reverse();
}

/** The step that another one writes onto; undefined for sources and for what starts from nothing. */
function parentOf(step: Step, table: StepTable): Step | undefined {
	const { operation } = step;
	if (operation.kind === "exec") return inputOf(step, operation.root, table);
	if (operation.kind === "merge") return inputOf(step, operation.inputs[0] ?? -1, table);
	if (operation.kind === "file") return inputOf(step, writtenInput(operation.actions, step.inputs.length), table);
	return undefined;
}

/** The input that the last action of a file step, through the ones before it, writes onto; -1 for none. */
function writtenInput(actions: readonly FileAction[], inputs: number): number {
	let index = actions.length - 1;
	while (index >= 0) {
		const { input } = actions[index] as FileAction;
		if (input < inputs) return input;
		// An earlier action's result; a later one's would be a circle.
		index = input - inputs < index ? input - inputs : -1;
	}
	return -1;
}

export function inputOf(step: Step, index: number, table: StepTable): Step | undefined {
	const id = step.inputs[index];
	return id === undefined ? undefined : table.get(id);
}
