import { inputOf, lineageOf, stepTable } from "./lineage.ts";
import type { LineRange } from "./origin.ts";
import type { FileAction, Operation, Provenance, Step } from "./provenance.ts";

/** What a `COPY --from` took its files from. */
export interface CopySource {
	/** The instructions of other stages that made them. */
	readonly related: readonly LineRange[];
	/** The image that they come from. */
	readonly copiedImage: string | undefined;
}

const IMAGE = "docker-image://";

/** What is known of the origin of the files that a step copies; nothing for other steps and for the build context. */
export function copySource(step: Step, provenance: Provenance): CopySource {
	const related: LineRange[] = [];
	let copiedImage: string | undefined;
	const table = stepTable(provenance);
	const copies = step.operation.kind === "file" ? step.operation.actions.filter((action) => action.source !== undefined) : [];
	for (const action of copies) {
		const from = inputOf(step, action.secondaryInput, table);
		if (from === undefined) continue;
		const maker = makerOf(action, lineageOf(from, table));
		if (maker?.operation.kind === "source" && maker === from) copiedImage ??= imageName(maker.operation);
		else if (maker !== undefined) related.push(...placesOf(maker, provenance));
	}
	return { related: related.filter((lines, index) => related.findIndex((other) => other.first === lines.first) === index), copiedImage };
}

/** The last step of a lineage that can have written a path: a RUN writes anywhere, a COPY to its destination. */
function makerOf(action: FileAction, chain: readonly Step[]): Step | undefined {
	return chain.findLast(({ operation }) => operation.kind !== "other" && writes(operation, action.source ?? "/"));
}

function writes(operation: Operation, path: string): boolean {
	if (operation.kind !== "file") return true;
	return operation.actions.some(({ source, destination }) => source !== undefined && overlap(destination ?? "/", path));
}

/** Whether one of two absolute paths lies in the other. Wildcards stand for anything. */
function overlap(a: string, b: string): boolean {
	const one = segmentsOf(a);
	const two = segmentsOf(b);
	const shared = Math.min(one.length, two.length);
	return one.slice(0, shared).every((segment, index) => segment === two[index]);
}

/** The segments in front of the first wildcard. */
function segmentsOf(path: string): readonly string[] {
	const segments = path.split("/").filter((segment) => segment !== "" && segment !== ".");
	const wild = segments.findIndex((segment) => /[*?[]/.test(segment));
	return wild === -1 ? segments : segments.slice(0, wild);
}

function placesOf(step: Step, provenance: Provenance): readonly LineRange[] {
	return (provenance.places.get(step.id) ?? []).slice(0, 1).map((place) => place.lines);
}

/** `docker-image://host/name:1@sha256:…` → `host/name:1`; undefined for other sources. */
function imageName(operation: Extract<Operation, { kind: "source" }>): string | undefined {
	if (!operation.identifier.startsWith(IMAGE)) return undefined;
	return operation.identifier.slice(IMAGE.length).split("@")[0];
}
