import type { Dockerfile } from "../dockerfile/model.ts";
import type { Problem } from "../finding.ts";
import { compareSeverities, type Severity } from "../severity.ts";
import { createPlaceFinder, type VulnerabilityPlace } from "../vulnerabilities/places.ts";
import type { ScanReport } from "../vulnerabilities/report.ts";
import type { Vulnerability } from "../vulnerabilities/vulnerability.ts";
import type { Colors } from "./colors.ts";
import { problemJson } from "./json.ts";
import { count } from "./text.ts";

/** A scan with what is decided about it. */
export interface ShownScan {
	readonly report: ScanReport;
	/** The Dockerfile of the image, and how it is called. */
	readonly dockerfile: { readonly path: string; readonly file: Dockerfile } | undefined;
	readonly statusOf: (vulnerability: Vulnerability) => string;
	/** The file that hides a vulnerability; undefined if it is open. */
	readonly suppressedBy: (vulnerability: Vulnerability) => string | undefined;
	/** Which ones are listed. */
	readonly wanted: (vulnerability: Vulnerability) => boolean;
	readonly problems: readonly Problem[];
}

function hiddenBy(scan: ShownScan, vulnerability: Vulnerability): string | undefined {
	return vulnerability.suppressedBy ?? scan.suppressedBy(vulnerability);
}

/** The vulnerabilities that are listed and not hidden. */
export function openVulnerabilities(scan: ShownScan): readonly Vulnerability[] {
	return scan.report.vulnerabilities.filter((vulnerability) => scan.wanted(vulnerability) && hiddenBy(scan, vulnerability) === undefined);
}

/** The scan as JSON: a contract. Positions are zero-based and count UTF-16 units. */
export function scanJson(scan: ShownScan): string {
	const { report } = scan;
	const place = placesOf(scan);
	const findings = report.vulnerabilities.filter(scan.wanted).map((vulnerability) => {
		const suppressedBy = hiddenBy(scan, vulnerability);
		const { name, version, purl } = vulnerability.package;
		return {
			id: vulnerability.id,
			aliases: vulnerability.aliases,
			severity: vulnerability.severity,
			package: { name, version, purl },
			fixedVersions: vulnerability.fixedVersions,
			origin: originJson(place(vulnerability), scan),
			status: scan.statusOf(vulnerability),
			...(suppressedBy === undefined ? {} : { suppressedBy }),
		};
	});
	const { reference, digest, platform } = report.image;
	return `${JSON.stringify({ image: { reference, digest: digest ?? null, platform: platform ?? null }, findings, problems: scan.problems.map(problemJson) })}\n`;
}

function originJson(place: VulnerabilityPlace | undefined, scan: ShownScan): object {
	if (place === undefined || scan.dockerfile === undefined) return { kind: "unknown", exact: false };
	return { kind: place.kind, exact: place.certainty === "exact", path: scan.dockerfile.path, range: place.range };
}

function placesOf(scan: ShownScan): (vulnerability: Vulnerability) => VulnerabilityPlace | undefined {
	return scan.dockerfile === undefined ? () => undefined : createPlaceFinder(scan.report, scan.dockerfile.file);
}

/** The scan for people: by the lines that brought the vulnerabilities, worst first, with one summary line at the end. */
export function scanText(scan: ShownScan, colors: Colors): string {
	const place = placesOf(scan);
	const groups = new Map<string, { readonly line: number; readonly found: Vulnerability[] }>();
	for (const vulnerability of openVulnerabilities(scan)) {
		const at = place(vulnerability);
		const title = groupTitle(at, scan);
		const group = groups.get(title) ?? { line: at?.range.start.line ?? Number.MAX_SAFE_INTEGER, found: [] };
		group.found.push(vulnerability);
		groups.set(title, group);
	}
	const sections = [...groups].sort(([, a], [, b]) => a.line - b.line).map(([title, { found }]) => sectionText(title, found, colors));
	return `${sections.join("\n")}${sections.length > 0 ? "\n" : ""}${scanSummary(scan, colors)}\n`;
}

function groupTitle(place: VulnerabilityPlace | undefined, scan: ShownScan): string {
	if (place === undefined || scan.dockerfile === undefined) return scan.report.image.reference;
	const { instruction, certainty, kind } = place;
	const text = instruction.line.text.replace(/\s+/g, " ").trim();
	const sure = certainty === "exact" ? "" : certainty === "history" ? " (by the image's history)" : " (nobody knows which instruction)";
	const what = kind === "base" ? " (base image)" : "";
	return `${scan.dockerfile.path}:${place.range.start.line + 1}: ${text.length > 90 ? `${text.slice(0, 89)}…` : text}${what}${sure}`;
}

function sectionText(title: string, found: readonly Vulnerability[], colors: Colors): string {
	const rows = [...found].sort((a, b) => compareSeverities(a.severity, b.severity) || (a.package.name < b.package.name ? -1 : 1));
	const width = Math.max(...rows.map((row) => row.id.length));
	const lines = rows.map((row) => {
		const fixed = row.fixedVersions.length === 0 ? colors.dim("no fix") : colors.green(`fixed in ${row.fixedVersions.join(", ")}`);
		return `  ${severityText(row.severity, colors)}  ${row.id.padEnd(width)}  ${row.package.name} ${row.package.version}  ${fixed}`;
	});
	return `${colors.bold(title)}\n${lines.join("\n")}\n`;
}

function severityText(severity: Severity, colors: Colors): string {
	const paint = {
		critical: colors.magenta,
		high: colors.red,
		medium: colors.yellow,
		low: colors.blue,
		negligible: colors.dim,
		unknown: colors.dim,
	}[severity];
	return paint(severity.padEnd(10));
}

/** The one line that ends the output. */
export function scanSummary(scan: ShownScan, colors: Colors): string {
	const open = openVulnerabilities(scan);
	const hidden = scan.report.vulnerabilities.filter((vulnerability) => scan.wanted(vulnerability)).length - open.length;
	const suppressed = hidden === 0 ? "" : ` ${hidden} suppressed.`;
	const scanners = scan.report.scanners
		.map(
			({ name, version, databaseDate }) =>
				`${name} ${version}${databaseDate === undefined ? "" : `, database of ${databaseDate.slice(0, 10)}`}`,
		)
		.join("; ");
	if (open.length === 0) return `${colors.green("No open vulnerabilities")} in ${scan.report.image.reference} (${scanners}).${suppressed}`;
	const by = (["critical", "high", "medium", "low", "negligible", "unknown"] as const)
		.map((severity) => [severity, open.filter((vulnerability) => vulnerability.severity === severity).length] as const)
		.filter(([, number]) => number > 0)
		.map(([severity, number]) => `${number} ${severity}`)
		.join(", ");
	const fixable = open.filter((vulnerability) => vulnerability.fixedVersions.length > 0).length;
	return `${count(open.length, "open finding")} in ${scan.report.image.reference}: ${by}; ${fixable} fixable (${scanners}).${suppressed}`;
}
