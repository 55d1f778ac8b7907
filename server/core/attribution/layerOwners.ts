import { inputOf, lineageOf, resultStep, type StepTable, stepTable } from "./lineage.ts";
import type { Provenance, Step } from "./provenance.ts";

/** Merges inside merges; more of them no Dockerfile makes. */
const DEEPEST = 40;

/**
 * The step that made each layer of the image, the bottom layer first; undefined for a layer that nobody can tell.
 * @param count how many layers the image has
 * @returns undefined if the provenance is that of another image
 */
export function layerOwners(provenance: Provenance, count: number): readonly (Step | undefined)[] | undefined {
	const table = stepTable(provenance);
	const result = resultStep(provenance, table);
	const owners = result === undefined ? undefined : ownersOf(result, provenance, table, 0);
	return owners?.length === count ? owners : undefined;
}

type Owners = readonly (Step | undefined)[];

/** Goes up the lineage; the length of each step's chain tells how many layers it adds. */
function ownersOf(step: Step, provenance: Provenance, table: StepTable, depth: number): Owners | undefined {
	const owners: (Step | undefined)[] = [];
	let open: Step[] = [];
	for (const current of lineageOf(step, table)) {
		open.push(current);
		const chain = provenance.layers.get(current.id);
		if (chain === undefined) continue;
		const added = chain.length - owners.length;
		if (added < 0) return undefined;
		owners.push(...share(open, chain.slice(owners.length), { provenance, table, depth }));
		open = [];
	}
	return owners;
}

interface Circumstances {
	readonly provenance: Provenance;
	readonly table: StepTable;
	readonly depth: number;
}

/** Shares the added layers among the steps that can have made them: one as a rule, more where a chain is not listed. */
function share(steps: readonly Step[], added: readonly string[], circumstances: Circumstances): Owners {
	const [first, ...others] = steps;
	if (first === undefined) return added.map(() => undefined);
	if (others.length === 0) return first.operation.kind === "merge" ? mergedOwners(first, added, circumstances) : added.map(() => first);
	if (first.operation.kind === "source") {
		const own = baseLength(added, others.length, circumstances.provenance);
		return [...added.slice(0, own).map(() => first), ...share(others, added.slice(own), circumstances)];
	}
	return added.length === steps.length ? [...steps] : added.map(() => undefined);
}

/**
 * How many layers a base has that is not listed itself. Of steps with the same chain only one is listed: another source, as a
 * rule. Without one, each step on top of the base made one layer.
 */
function baseLength(chain: readonly string[], above: number, provenance: Provenance): number {
	const twins = provenance.steps.flatMap((step) => {
		const other = step.operation.kind === "source" ? provenance.layers.get(step.id) : undefined;
		const isPrefix = other !== undefined && other.length < chain.length && other.every((digest, index) => digest === chain[index]);
		return isPrefix ? [other.length] : [];
	});
	return twins.length > 0 ? Math.max(...twins) : Math.max(0, chain.length - above);
}

/** A merge puts the layers of its further inputs on top of those of the first. */
function mergedOwners(merge: Step, added: readonly string[], { provenance, table, depth }: Circumstances): Owners {
	if (merge.operation.kind !== "merge" || depth > DEEPEST) return added.map(() => merge);
	const further = merge.operation.inputs.slice(1).flatMap((index) => inputOf(merge, index, table) ?? []);
	const owners = further.flatMap((input) => ownersOf(input, provenance, table, depth + 1) ?? []);
	return owners.length === added.length ? owners : added.map(() => merge);
}
