import { compareSeverities, SEVERITIES, type Severity } from "../severity.ts";
import type { VulnerabilityPlace } from "../vulnerabilities/places.ts";
import { isFixable, type Vulnerability } from "../vulnerabilities/vulnerability.ts";
import type { Colors } from "./colors.ts";
import { hiddenCount, openVulnerabilities, placesOf, type ShownScan } from "./scan.ts";
import { columnsOf, padded, startOf, terminalText } from "./terminalText.ts";
import { count } from "./text.ts";

/** A base image can bring hundreds: only its worst ones are listed. */
const MOST_OF_BASE = 10;

/** What one instruction brought. */
interface Section {
	readonly place: VulnerabilityPlace | undefined;
	readonly found: Vulnerability[];
}

/** The scan for people: by the instructions that brought the vulnerabilities, worst first, with one summary line at the end. */
export function scanText(scan: ShownScan, colors: Colors): string {
	const sections = sectionsOf(scan);
	const texts = sections.map((section) => sectionText(section, scan, colors));
	const note = placeNote(sections, scan);
	return [...texts, ...(note === undefined ? [] : [`${colors.dim(note)}\n`]), scanSummary(scan, colors)]
		.map((text) => `${text}\n`)
		.join("");
}

/** In the order of the lines; what nobody can place comes last. */
function sectionsOf(scan: ShownScan): readonly Section[] {
	const placeOf = placesOf(scan);
	const sections = new Map<string, Section>();
	for (const vulnerability of openVulnerabilities(scan)) {
		const place = placeOf(vulnerability);
		const key = place === undefined ? "" : `${place.kind} ${place.instruction.firstLine} ${place.certainty}`;
		const section = sections.get(key) ?? { place, found: [] };
		section.found.push(vulnerability);
		sections.set(key, section);
	}
	const rank = ({ place }: Section): number =>
		place === undefined || place.kind === "unknown" ? Number.MAX_SAFE_INTEGER : place.instruction.firstLine;
	return [...sections.values()].sort((a, b) => rank(a) - rank(b));
}

function sectionText({ place, found }: Section, scan: ShownScan, colors: Colors): string {
	const rows = [...found].sort(byWeight);
	const shown = place?.kind === "base" ? rows.slice(0, MOST_OF_BASE) : rows;
	const left = rows.slice(shown.length);
	const more = left.length === 0 ? [] : [`  ${colors.dim(`… and ${left.length} more, see --format json: ${countsText(left)}`)}`];
	return [...headingText(place, found, scan, colors), ...rowTexts(shown, colors), ...more, ""].join("\n");
}

/** Worst first; of equals those that a newer version ends. */
function byWeight(a: Vulnerability, b: Vulnerability): number {
	return (
		compareSeverities(a.severity, b.severity) ||
		Number(isFixable(b)) - Number(isFixable(a)) ||
		compareTexts(a.package.name, b.package.name) ||
		compareTexts(a.id, b.id)
	);
}

function compareTexts(a: string, b: string): number {
	return a === b ? 0 : a < b ? -1 : 1;
}

/** `Dockerfile:5: RUN npm install`, and how sure that is. */
function headingText(
	place: VulnerabilityPlace | undefined,
	found: readonly Vulnerability[],
	scan: ShownScan,
	colors: Colors,
): readonly string[] {
	const amount = `  ${count(found.length, "finding")}: ${countsText(found)}`;
	if (place === undefined || place.kind === "unknown") return [colors.bold("Instruction unknown"), colors.dim(amount)];
	const where = scan.dockerfile === undefined ? "line " : `${terminalText(scan.dockerfile.path)}:`;
	const text = startOf(terminalText(place.instruction.line.text.replace(/\s+/g, " ").trim()), 100);
	const notes = [
		...(place.kind === "base" ? ["base image"] : []),
		...(place.certainty === "history" ? ["by the image's history"] : []),
		...(place.state === "edited" ? ["edited since the build"] : []),
		...(place.state === "gone" ? ["gone since the build: this is its stage"] : []),
	];
	const suffix = notes.length === 0 ? "" : ` ${colors.dim(`(${notes.join("; ")})`)}`;
	return [`${colors.bold(`${where}${place.range.start.line + 1}: ${text}`)}${suffix}`, colors.dim(amount)];
}

const MOST_NAME = 44;

function rowTexts(rows: readonly Vulnerability[], colors: Colors): readonly string[] {
	const nameOf = ({ package: { name, version } }: Vulnerability): string => startOf(terminalText(`${name} ${version}`), MOST_NAME);
	const idWidth = Math.max(...rows.map((row) => row.id.length));
	const nameWidth = Math.max(...rows.map((row) => columnsOf(nameOf(row))));
	return rows.map((row) => {
		const fix = isFixable(row) ? colors.green(`fixed in ${terminalText(row.fixedVersions.join(", "))}`) : colors.dim("no fix");
		return `  ${severityText(row.severity, colors)}  ${padded(terminalText(row.id), idWidth)}  ${padded(nameOf(row), nameWidth)}  ${fix}`;
	});
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

/** What the lines are those of, and what would tell more. */
function placeNote(sections: readonly Section[], { report, dockerfile }: ShownScan): string | undefined {
	if (sections.length === 0) return undefined;
	if (report.attribution === undefined) {
		return dockerfile === undefined
			? "The image does not say which instructions brought these; -f DOCKERFILE finds them by its history."
			: "Nothing tells which instructions brought these: the image's history is not that of this Dockerfile.";
	}
	return dockerfile === undefined
		? "Lines are those of the Dockerfile that was built; -f DOCKERFILE shows where they stand in yours."
		: undefined;
}

/** The one line that ends the output. */
function scanSummary(scan: ShownScan, colors: Colors): string {
	const open = openVulnerabilities(scan);
	const image = terminalText(scan.report.image.reference);
	const hidden = hiddenCount(scan);
	const suppressed = hidden === 0 ? "" : ` ${hidden} suppressed.`;
	const scanners = scan.report.scanners
		.map(
			({ name, version, databaseDate }) =>
				`${name} ${version}${databaseDate === undefined ? "" : `, database of ${databaseDate.slice(0, 10)}`}`,
		)
		.join("; ");
	if (open.length === 0) return `${colors.green("No open vulnerabilities")} in ${image} (${scanners}).${suppressed}`;
	const fixable = open.filter(isFixable).length;
	return `${count(open.length, "open finding")} in ${image}: ${countsText(open)}; ${fixable} fixable (${scanners}).${suppressed}`;
}

/** `1 critical, 2 high`. */
function countsText(found: readonly Vulnerability[]): string {
	return SEVERITIES.map((severity) => [severity, found.filter((vulnerability) => vulnerability.severity === severity).length] as const)
		.filter(([, number]) => number > 0)
		.map(([severity, number]) => `${number} ${severity}`)
		.join(", ");
}
