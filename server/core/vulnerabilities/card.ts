import { escapeMarkdown, inlineCode, webLink } from "../markdown.ts";
import { shortened } from "../text.ts";
import { enumerate } from "./counts.ts";
import { packageName } from "./findingText.ts";
import { fixVersion } from "./fixVersion.ts";
import { advisoryLink } from "./identifiers.ts";
import { originOfLayer, type ScanReport } from "./report.ts";
import type { ScannerName, Vulnerability } from "./vulnerability.ts";

const SCANNER_TITLES: Readonly<Record<ScannerName, string>> = { trivy: "Trivy", grype: "Grype" };

const STATES: Readonly<Record<Vulnerability["fixState"], string>> = {
	fixed: "fixed",
	affected: "no fixed version yet",
	"will-not-fix": "will not be fixed by the distributor",
	unknown: "no fixed version is known",
};

/** `3.0.2 → 3.0.19`, or what is known instead of a fixed version. */
export function versionStep(vulnerability: Vulnerability): string {
	const { version } = vulnerability.package;
	const fixed = fixVersion(vulnerability);
	return fixed === undefined ? `${version}, ${STATES[vulnerability.fixState]}` : `${version} → ${fixed}`;
}

/**
 * All that is known about a vulnerability of an image, as Markdown.
 * @param suppression why it is hidden; undefined if it is open
 */
export function vulnerabilityCard(vulnerability: Vulnerability, report: ScanReport, suppression: string | undefined): string {
	const { id, aliases, severity, severities, title, description, link } = vulnerability;
	const opinions = Object.entries(severities ?? {}).map(([scanner, own]) => `${SCANNER_TITLES[scanner as ScannerName]} says ${own}`);
	const facts = [
		["Package", inlineCode(packageName(vulnerability.package))],
		["Version", escapeMarkdown(versionStep(vulnerability))],
		["Fixed versions", vulnerability.fixedVersions.length > 1 ? escapeMarkdown(vulnerability.fixedVersions.join(", ")) : ""],
		["Severity", `${severity}${opinions.length === 0 ? "" : ` (${enumerate(opinions)})`}`],
		["Also known as", aliases.map(escapeMarkdown).join(", ")],
		["File in the image", vulnerability.package.path === undefined ? "" : inlineCode(vulnerability.package.path)],
		["Brought by", originText(vulnerability, report)],
		["Image", inlineCode(report.image.reference)],
		["Reported by", scannersText(vulnerability, report)],
		["Suppressed", suppression === undefined ? "" : escapeMarkdown(suppression)],
		["Package URL", vulnerability.package.purl === "" ? "" : inlineCode(vulnerability.package.purl)],
	].filter(([, value]) => value !== "");
	const address = link ?? advisoryLink(id);
	return [
		`## ${escapeMarkdown(id)}${title === undefined ? "" : `: ${escapeMarkdown(shortened(title, 200))}`}`,
		facts.map(([name, value]) => `- **${name}:** ${value}`).join("\n"),
		...(description === undefined ? [] : [escapeMarkdown(shortened(description, 4000))]),
		...(address === undefined ? [] : [webLink("Advisory", address)]),
	].join("\n\n");
}

function originText(vulnerability: Vulnerability, report: ScanReport): string {
	const origin = originOfLayer(report, vulnerability.layer);
	if (origin.kind === "unknown") return "";
	const sure = origin.certainty === "exact" ? "" : ", by the image's history";
	const line = `line ${origin.lines.first + 1} of the Dockerfile that was built`;
	return origin.kind === "base" ? `the base image (${line}${sure})` : `${line}${sure}`;
}

function scannersText(vulnerability: Vulnerability, report: ScanReport): string {
	const texts = vulnerability.reportedBy.map((name) => {
		const run = report.scanners.find((scanner) => scanner.name === name);
		const database = run?.databaseDate === undefined ? "" : `, database of ${run.databaseDate.slice(0, 10)}`;
		return `${SCANNER_TITLES[name]}${run === undefined ? "" : ` ${run.version}${database}`}`;
	});
	return escapeMarkdown(enumerate(texts));
}
