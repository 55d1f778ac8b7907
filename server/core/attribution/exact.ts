import type { Dockerfile, Stage } from "../dockerfile/model/model.ts";
import { finalStage, lineage } from "../dockerfile/model/stages.ts";
import { parseDockerfile } from "../dockerfile/parse/parse.ts";
import { copySource } from "./copySource.ts";
import { layerOwners } from "./layerOwners.ts";
import type { Attribution, LineRange, Origin } from "./origin.ts";
import type { Place, Provenance, Step } from "./provenance.ts";

/** Index of the Dockerfile among the files of a provenance. */
const MAIN_FILE = 0;

/**
 * Where each layer of an image comes from, by the provenance of its build. Layers that it does not explain are `unknown`.
 * @param layerCount of the image
 * @returns undefined if the provenance does not describe an image with so many layers, or has no Dockerfile
 */
export function attributeByProvenance(provenance: Provenance, layerCount: number): Attribution | undefined {
	const owners = layerOwners(provenance, layerCount);
	const text = provenance.files[MAIN_FILE]?.text;
	if (owners === undefined || text === undefined || text === "") return undefined;
	const file = parseDockerfile(text);
	const chain = stageChain(file, provenance.target);
	const known = new Map<Step, Origin>();
	const originOf = (owner: Step | undefined): Origin => {
		if (owner === undefined) return { kind: "unknown" };
		const before = known.get(owner);
		const origin = before ?? originOfStep(owner, provenance, file, chain);
		known.set(owner, origin);
		return origin;
	};
	return { origins: owners.map(originOf), text, target: provenance.target };
}

/** The stage that is built and those it starts from; none if there is no such stage. */
export function stageChain(file: Dockerfile, target: string | undefined): readonly Stage[] {
	const built = target === undefined ? finalStage(file) : stageNamed(file, target);
	return built === undefined ? [] : lineage(built);
}

function stageNamed(file: Dockerfile, target: string): Stage | undefined {
	const named = file.stages.findLast((stage) => stage.name?.text.toLowerCase() === target.toLowerCase());
	return named ?? (/^\d{1,4}$/.test(target) ? file.stages[Number(target)] : undefined);
}

function originOfStep(step: Step, provenance: Provenance, file: Dockerfile, chain: readonly Stage[]): Origin {
	if (step.operation.kind === "source") {
		const lines = baseLines(chain) ?? placeOf(step, provenance, chain)?.lines;
		return lines === undefined ? { kind: "unknown" } : { kind: "base", lines, certainty: "exact" };
	}
	const place = placeOf(step, provenance, chain);
	if (place === undefined) return { kind: "unknown" };
	// Steps that the base image asks for with ONBUILD stand on the FROM that triggered them.
	if (isFrom(file, place.lines)) return { kind: "base", lines: place.lines, certainty: "exact" };
	return { kind: "instruction", lines: place.lines, certainty: "exact", ...copySource(step, provenance) };
}

/** The FROM that names the image which everything starts from. */
export function baseLines(chain: readonly Stage[]): LineRange | undefined {
	const root = chain[chain.length - 1];
	return root === undefined ? undefined : { first: root.from.firstLine, last: root.from.lastLine };
}

/** Of the places of a step that several instructions share, the one in the stages that the image is made of. */
function placeOf(step: Step, provenance: Provenance, chain: readonly Stage[]): Place | undefined {
	const places = (provenance.places.get(step.id) ?? []).filter((place) => place.file === MAIN_FILE);
	return places.find((place) => chain.some((stage) => isInStage(place.lines, stage))) ?? (chain.length === 0 ? places[0] : undefined);
}

function isInStage(lines: LineRange, stage: Stage): boolean {
	const last = stage.steps[stage.steps.length - 1] ?? stage.from;
	return stage.from.firstLine <= lines.first && lines.last <= last.lastLine;
}

function isFrom(file: Dockerfile, lines: LineRange): boolean {
	return file.stages.some((stage) => stage.from.firstLine <= lines.first && lines.last <= stage.from.lastLine);
}
