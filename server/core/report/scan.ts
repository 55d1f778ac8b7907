import type { Dockerfile } from "../dockerfile/model/model.ts";
import { parseDockerfile } from "../dockerfile/parse/parse.ts";
import type { Problem } from "../finding.ts";
import { createPlaceFinder, type VulnerabilityPlace } from "../vulnerabilities/places.ts";
import type { ScanReport } from "../vulnerabilities/report.ts";
import type { Vulnerability } from "../vulnerabilities/vulnerability.ts";
import { problemJson } from "./json.ts";

/** A scan with what is decided about it. */
export interface ShownScan {
	readonly report: ScanReport;
	/** The Dockerfile that the user named, and how it is called. Without it lines are those of the text that was built. */
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

/** How many are listed but hidden. */
export function hiddenCount(scan: ShownScan): number {
	return scan.report.vulnerabilities.filter(scan.wanted).length - openVulnerabilities(scan).length;
}

/** Gives the place of a vulnerability: in the named Dockerfile, else in the text that was built; undefined if neither is known. */
export function placesOf({ report, dockerfile }: ShownScan): (vulnerability: Vulnerability) => VulnerabilityPlace | undefined {
	const file = dockerfile?.file ?? (report.attribution === undefined ? undefined : parseDockerfile(report.attribution.text));
	return file === undefined ? () => undefined : createPlaceFinder(report, file);
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
			origin: originJson(place(vulnerability), scan.dockerfile?.path),
			status: scan.statusOf(vulnerability),
			...(suppressedBy === undefined ? {} : { suppressedBy }),
		};
	});
	const { reference, digest, platform } = report.image;
	const image = { reference, digest: digest ?? null, platform: platform ?? null };
	return `${JSON.stringify({ image, findings, problems: scan.problems.map(problemJson) })}\n`;
}

/** Without a path the range is that in the Dockerfile that was built. An unknown origin has the range of the last FROM, for want of a better one. */
function originJson(place: VulnerabilityPlace | undefined, path: string | undefined): object {
	if (place === undefined) return { kind: "unknown", exact: false };
	return { kind: place.kind, exact: place.certainty === "exact", ...(path === undefined ? {} : { path }), range: place.range };
}
