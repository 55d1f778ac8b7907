import type { Attribution, Origin } from "../attribution/origin.ts";
import type { Problem } from "../finding.ts";
import type { Image } from "../image/image.ts";
import type { Component } from "../sbom/component.ts";
import type { ScannerName, Vulnerability } from "./vulnerability.ts";

/** What a scan gives. A report with one failed scanner is still a report. */
export interface ScanReport {
	readonly image: Image;
	readonly scanners: readonly ScannerRun[];
	readonly components: readonly Component[];
	readonly vulnerabilities: readonly Vulnerability[];
	/** Where the layers come from; undefined if no Dockerfile is known. */
	readonly attribution: Attribution | undefined;
	readonly problems: readonly Problem[];
	/** ISO 8601. */
	readonly started: string;
	readonly durationMs: number;
}

export interface ScannerRun {
	readonly name: ScannerName;
	readonly version: string;
	/** When its database was made; ISO 8601. */
	readonly databaseDate: string | undefined;
}

const UNKNOWN: Origin = { kind: "unknown" };

/** Index of a layer, by the digest that a scanner or an SBOM names it with; undefined for one of another image. */
function layerIndex(image: Image, layer: string | undefined): number | undefined {
	if (layer === undefined) return undefined;
	const index = image.layers.findIndex((candidate) => candidate.diffId === layer || candidate.digest === layer);
	return index === -1 ? undefined : index;
}

/** Where a layer comes from, by the digest that a scanner names it with. */
export function originOfLayer(report: Pick<ScanReport, "image" | "attribution">, layer: string | undefined): Origin {
	const index = layerIndex(report.image, layer);
	return index === undefined ? UNKNOWN : (report.attribution?.origins[index] ?? UNKNOWN);
}
