import { type CurrentPlace, createLineMap } from "../attribution/currentLines.ts";
import type { Certainty, LineRange, Origin } from "../attribution/origin.ts";
import type { Dockerfile } from "../dockerfile/model/model.ts";
import { finalStage } from "../dockerfile/model/stages.ts";
import type { Instruction } from "../dockerfile/syntax/structure.ts";
import { type Range, rangeOf, type Span } from "../text.ts";
import { originOfLayer, type ScanReport } from "./report.ts";
import type { Vulnerability } from "./vulnerability.ts";

/** Where a vulnerability stands in a Dockerfile as it is now. */
export interface VulnerabilityPlace {
	/** `base`: on the FROM that brings it. `instruction`: on the one that adds it. `unknown`: on the last FROM, for want of a better place. */
	readonly kind: Origin["kind"];
	/** How the place is known; undefined where it is not. */
	readonly certainty: Certainty | undefined;
	/** What has become of the instruction since the build. */
	readonly state: CurrentPlace["state"];
	readonly instruction: Instruction;
	/** The token to mark: the image of a FROM, else the keyword. */
	readonly span: Span;
	readonly range: Range;
	/** Instructions of other stages that made what is copied. */
	readonly related: readonly Range[];
	/** The image that is copied from. */
	readonly copiedImage: string | undefined;
}

/** Gives the place of what a layer brought; undefined if the file has no FROM. */
export type PlaceFinder = (vulnerability: Pick<Vulnerability, "layer">) => VulnerabilityPlace | undefined;

/** Compares the text that was built with the file once, for all vulnerabilities of the report. */
export function createPlaceFinder(report: Pick<ScanReport, "image" | "attribution">, file: Dockerfile): PlaceFinder {
	const map = report.attribution === undefined ? undefined : createLineMap(report.attribution.text, file);
	const known = new Map<Origin, VulnerabilityPlace | undefined>();
	return ({ layer }) => {
		const origin = originOfLayer(report, layer);
		if (!known.has(origin)) known.set(origin, placeOf(origin, file, map));
		return known.get(origin);
	};
}

type LinesToPlace = (lines: LineRange) => CurrentPlace | undefined;

function placeOf(origin: Origin, file: Dockerfile, map: LinesToPlace | undefined): VulnerabilityPlace | undefined {
	const current = origin.kind === "unknown" ? undefined : map?.(origin.lines);
	const instruction = current?.instruction ?? finalStage(file)?.from;
	if (instruction === undefined) return undefined;
	const span = tokenOf(instruction, file);
	const isKnown = origin.kind !== "unknown" && current !== undefined;
	return {
		kind: isKnown ? origin.kind : "unknown",
		certainty: isKnown ? origin.certainty : undefined,
		state: current?.state ?? "same",
		instruction,
		span,
		range: rangeOf(file.lineStarts, span),
		related: origin.kind === "instruction" ? origin.related.flatMap((lines) => relatedRange(lines, file, map)) : [],
		copiedImage: origin.kind === "instruction" ? origin.copiedImage : undefined,
	};
}

function tokenOf(instruction: Instruction, file: Dockerfile): Span {
	const stage = file.stages.find((candidate) => candidate.from.firstLine === instruction.firstLine);
	return stage?.image?.span ?? instruction.keywordSpan;
}

function relatedRange(lines: LineRange, file: Dockerfile, map: LinesToPlace | undefined): readonly Range[] {
	const place = map?.(lines);
	return place === undefined || place.state === "gone" ? [] : [rangeOf(file.lineStarts, tokenOf(place.instruction, file))];
}
