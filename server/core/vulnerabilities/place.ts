import { compareTexts } from "../compareTexts.ts";
import type { Dockerfile } from "../dockerfile/model/model.ts";
import type { LintSeverity } from "../finding.ts";
import { compareSeverities, type Severity } from "../severity.ts";
import type { Range, Span } from "../text.ts";
import { baseMessage, instructionMessage, packageLines, unknownMessage } from "./findingText.ts";
import { createPlaceFinder, type VulnerabilityPlace } from "./places.ts";
import type { ScanReport } from "./report.ts";
import { isVisible } from "./visible.ts";
import { type Vulnerability, vulnerabilityKey } from "./vulnerability.ts";

/** Vulnerabilities at a place in a Dockerfile: of an instruction those of one severity, of a base image all. */
export interface VulnerabilityFinding {
	readonly kind: VulnerabilityPlace["kind"];
	readonly severity: LintSeverity;
	/** The worst of them. */
	readonly worst: Severity;
	/** At most 100 characters. */
	readonly message: string;
	readonly span: Span;
	readonly range: Range;
	/** How the place is known; undefined where it is not. */
	readonly certainty: VulnerabilityPlace["certainty"];
	/** What has become of the instruction since the build. */
	readonly state: VulnerabilityPlace["state"];
	/** Worst first. */
	readonly vulnerabilities: readonly Vulnerability[];
	/** The packages, at most ten; where copied files come from; how the place is known if it is not exact. */
	readonly related: readonly RelatedText[];
}

export interface RelatedText {
	readonly range: Range;
	readonly message: string;
}

export interface PlaceOptions {
	/** Which ones are shown on lines. */
	readonly inline: "fixableOnly" | "all" | "off";
	readonly minimumSeverity: Severity;
	/** Those that a VEX statement or a baseline hides. What a scanner hides itself is never shown. */
	readonly isSuppressed: (vulnerability: Vulnerability) => boolean;
	/** How severities are shown; {@link EDITOR_SEVERITIES} for those that are not named. */
	readonly severities?: Readonly<Partial<Record<Severity, LintSeverity>>>;
}

const EDITOR_SEVERITIES: Readonly<Record<Severity, LintSeverity>> = {
	critical: "error",
	high: "warning",
	medium: "info",
	low: "hint",
	negligible: "hint",
	unknown: "hint",
};

/**
 * The findings that a scan gives in a Dockerfile as it is now: one per instruction and severity, and one on the FROM for what
 * the base image brings. In the order of the file, worse ones first.
 */
export function placeVulnerabilities(report: ScanReport, file: Dockerfile, options: PlaceOptions): readonly VulnerabilityFinding[] {
	if (options.inline === "off") return [];
	const visibility = { minimumSeverity: options.minimumSeverity, fixableOnly: options.inline === "fixableOnly" };
	const find = createPlaceFinder(report, file);
	const groups = new Map<string, { readonly place: VulnerabilityPlace; readonly found: Vulnerability[] }>();
	for (const vulnerability of report.vulnerabilities) {
		if (vulnerability.suppressedBy !== undefined || options.isSuppressed(vulnerability) || !isVisible(vulnerability, visibility)) continue;
		const place = find(vulnerability);
		if (place === undefined) continue;
		const key = groupKey(place, vulnerability);
		const group = groups.get(key) ?? { place, found: [] };
		groups.set(key, group);
		group.found.push(vulnerability);
	}
	return [...groups.values()]
		.map(({ place, found }) => findingOf(place, found.toSorted(compareVulnerabilities), options))
		.sort((a, b) => a.span.start - b.span.start || compareSeverities(a.worst, b.worst) || compareTexts(a.kind, b.kind));
}

/** A base image is summed up; an instruction has one finding per severity. */
function groupKey(place: VulnerabilityPlace, vulnerability: Vulnerability): string {
	const band = place.kind === "instruction" ? vulnerability.severity : "";
	return `${place.span.start} ${place.kind} ${place.state} ${band}`;
}

function findingOf(place: VulnerabilityPlace, vulnerabilities: readonly Vulnerability[], options: PlaceOptions): VulnerabilityFinding {
	const worst = vulnerabilities[0]?.severity ?? "unknown";
	const { kind, span, range, certainty, state } = place;
	return {
		kind,
		severity: options.severities?.[worst] ?? EDITOR_SEVERITIES[worst],
		worst,
		message: messageOf(place, vulnerabilities),
		span,
		range,
		certainty,
		state,
		vulnerabilities,
		related: relatedTexts(place, vulnerabilities),
	};
}

function messageOf({ kind, state }: VulnerabilityPlace, found: readonly Vulnerability[]): string {
	if (kind === "base") return baseMessage(found, state);
	return kind === "unknown" ? unknownMessage(found) : instructionMessage(found, state);
}

function relatedTexts(place: VulnerabilityPlace, found: readonly Vulnerability[]): readonly RelatedText[] {
	const { range, related, copiedImage, certainty } = place;
	return [
		...packageLines(found).map((message) => ({ range, message })),
		...related.map((other) => ({ range: other, message: "The copied files were made here" })),
		...(copiedImage === undefined ? [] : [{ range, message: `The files are copied from ${copiedImage}` }]),
		...(certainty === "history" ? [{ range, message: "Found by comparing the image's history with this file, which can be wrong" }] : []),
	];
}

/** Worst first, then by package and id, so that the same scan always gives the same list. */
export function compareVulnerabilities(a: Vulnerability, b: Vulnerability): number {
	return (
		compareSeverities(a.severity, b.severity) ||
		compareTexts(a.package.name, b.package.name) ||
		compareTexts(vulnerabilityKey(a), vulnerabilityKey(b))
	);
}
