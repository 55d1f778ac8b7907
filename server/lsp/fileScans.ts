import type { Dockerfile } from "../core/dockerfile/model/model.ts";
import type { ImageUse } from "../core/dockerfile/variables/imageUses.ts";
import { canonicalName, parseReference } from "../core/image/reference.ts";
import type { Settings } from "../core/settings/schema.ts";
import { placeVulnerabilities, type VulnerabilityFinding } from "../core/vulnerabilities/place.ts";
import { createPlaceFinder, type VulnerabilityPlace } from "../core/vulnerabilities/places.ts";
import type { ScanReport } from "../core/vulnerabilities/report.ts";
import { isFixable, type Vulnerability } from "../core/vulnerabilities/vulnerability.ts";
import type { ScanRequest } from "../operations/scan.ts";
import type { VexState } from "./vexState.ts";

/** A scan, and what the image is to a Dockerfile. */
export interface KeptScan {
	readonly report: ScanReport;
	/** The Dockerfile on whose lines it is shown; undefined for an image that has nothing to do with one. */
	readonly uri: string | undefined;
	/** Whether a FROM names the image; else it was built from the file. */
	readonly isBase: boolean;
	/** What our own build said of it. */
	readonly build: ScanRequest["build"];
}

/** A finding of a scan on a line, and the report that it is from. */
export interface PlacedFinding {
	readonly finding: VulnerabilityFinding;
	readonly report: ScanReport;
}

/**
 * What the scans of a Dockerfile say on its lines as they are now.
 * @param scans of this file, the newest last
 */
export function placedFindings(scans: readonly KeptScan[], file: Dockerfile, vex: VexState, settings: Settings): readonly PlacedFinding[] {
	if (settings["scan.inline"] === "off") return [];
	const onLines = scansOnLines(scans);
	const covered = new Set<number>();
	return onLines.flatMap(({ report, isBase }) => {
		const findings = placeVulnerabilities(report, file, {
			inline: settings["scan.inline"],
			minimumSeverity: settings["scan.minimumSeverity"],
			isSuppressed: (vulnerability) => !vex.isOpen(report, vulnerability),
		});
		// What a base image brings is said once: of the image that was built, where that is known.
		if (isBase) return findings.filter(({ span }) => !covered.has(span.start)).map((finding) => ({ finding, report }));
		if (onLines.length > 1)
			for (const place of placesOf(report, file)) {
				if (place.kind === "base") covered.add(place.span.start);
			}
		return findings.map((finding) => ({ finding, report }));
	});
}

/** The scans of one Dockerfile that count: the newest image that was built from it, then its base images. */
function scansOnLines(scans: readonly KeptScan[]): readonly KeptScan[] {
	const built = scans.findLast(({ isBase }) => !isBase);
	return [...(built === undefined ? [] : [built]), ...scans.filter(({ isBase }) => isBase)];
}

/** Where the layers of an image stand. */
function placesOf(report: ScanReport, file: Dockerfile): readonly VulnerabilityPlace[] {
	const find = createPlaceFinder(report, file);
	return report.image.layers.flatMap(({ diffId }) => find({ layer: diffId }) ?? []);
}

/**
 * Whether an image was built from a Dockerfile, as far as its layers tell: an instruction of it still stands there as it was
 * built. Of a file without such instructions the provenance has to say so.
 */
export function isBuiltFrom(report: ScanReport, file: Dockerfile): boolean {
	const known = placesOf(report, file).filter(({ kind }) => kind !== "unknown");
	const steps = known.filter(({ kind }) => kind === "instruction");
	if (steps.length > 0) return steps.some(({ state }) => state === "same");
	const named = (report.attribution?.origins ?? []).some(({ kind }) => kind === "instruction");
	return !named && known.some(({ state, certainty }) => state === "same" && certainty === "exact");
}

/** What the last scan says of a Dockerfile's image, or of its base images: `2 critical, 5 high, 3 fixable`; undefined without one. */
export function fileSummary(scans: readonly KeptScan[], vex: VexState): string | undefined {
	const [first, ...others] = scansOnLines(scans);
	if (first === undefined) return undefined;
	const counted = first.isBase ? [first, ...others] : [first];
	return countsText(counted.flatMap(({ report }) => vex.open(report)));
}

/** What the last scan says of an image that a Dockerfile names: of itself, else of what it brought into the image that was built. */
export function imageSummary(use: ImageUse, scans: readonly KeptScan[], file: Dockerfile, vex: VexState): string | undefined {
	const name = canonicalName(use.reference);
	const own = scans.findLast(({ report, isBase }) => isBase && nameOf(report) === name);
	if (own !== undefined) return `${countsText(vex.open(own.report))}; ${runText(own.report)}`;
	const built = scansOnLines(scans).find(({ isBase }) => !isBase);
	if (built === undefined || use.kind !== "from") return undefined;
	const find = createPlaceFinder(built.report, file);
	const isOwn = (place: VulnerabilityPlace | undefined): boolean => place?.kind === "base" && place.span.start === use.span.start;
	if (!placesOf(built.report, file).some(isOwn)) return undefined;
	const brought = vex.open(built.report).filter((vulnerability) => isOwn(find(vulnerability)));
	return `${countsText(brought)}, in \`${built.report.image.reference}\`; ${runText(built.report)}`;
}

function nameOf({ image }: ScanReport): string {
	const reference = parseReference(image.reference);
	return reference === undefined ? image.reference : canonicalName(reference);
}

function runText({ started, scanners }: ScanReport): string {
	const tools = scanners.map(({ name, version }) => `${name.charAt(0).toUpperCase()}${name.slice(1)} ${version}`);
	return `scanned at ${started.slice(11, 16)} UTC with ${tools.join(" and ")}`;
}

function countsText(vulnerabilities: readonly Vulnerability[]): string {
	const count = (wanted: string): number => vulnerabilities.filter(({ severity }) => severity === wanted).length;
	const worst = ["critical", "high"].flatMap((severity) => (count(severity) > 0 ? [`${count(severity)} ${severity}`] : []));
	if (worst.length === 0) return "nothing critical or high";
	const fixable = vulnerabilities.filter(isFixable).length;
	return [...worst, ...(fixable > 0 ? [`${fixable} fixable`] : [])].join(", ");
}
