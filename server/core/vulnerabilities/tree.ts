import { compareSeverities, type Severity } from "../severity.ts";
import { shortened } from "../text.ts";
import type { TreeNode, TreePlace } from "../tree.ts";
import { versionStep, vulnerabilityCard } from "./card.ts";
import { packageName } from "./findingText.ts";
import { compareVulnerabilities } from "./place.ts";
import type { PlaceFinder, VulnerabilityPlace } from "./places.ts";
import type { ScanReport } from "./report.ts";
import { isVisible } from "./visible.ts";
import { isFixable, packageKey, type Vulnerability, vulnerabilityKey } from "./vulnerability.ts";

/** A report as the Findings view shows it. */
export interface FindingsSource {
	readonly report: ScanReport;
	/** The Dockerfile of the image, where one is known. */
	readonly dockerfile: { readonly uri: string; readonly find: PlaceFinder } | undefined;
	/** Why a vulnerability is hidden: a VEX statement, a baseline; undefined if it is open. */
	readonly suppression: (vulnerability: Vulnerability) => string | undefined;
}

export interface FindingsOptions {
	readonly groupBy: FindingsGrouping;
	readonly filter: FindingsFilter;
}

export type FindingsGrouping = "severity" | "instruction" | "package" | "image";

export interface FindingsFilter {
	readonly fixableOnly: boolean;
	/** Undefined: all of them. */
	readonly minimumSeverity: Severity | undefined;
	/** Part of an id, a package or a title, whatever the case; the empty text fits all. */
	readonly text: string;
}

export interface FindingsTree {
	readonly nodes: readonly TreeNode[];
	/** Open ones that pass the filter, and all open ones. */
	readonly shown: number;
	readonly total: number;
	readonly suppressed: number;
}

interface Entry {
	readonly source: FindingsSource;
	readonly vulnerability: Vulnerability;
	readonly place: VulnerabilityPlace | undefined;
	readonly suppression: string | undefined;
	/** Several images: say which one. */
	readonly named: boolean;
}

/** The Findings view: open vulnerabilities in groups, worst first, and those that are suppressed in a closed group at the end. */
export function findingsTree(sources: readonly FindingsSource[], options: FindingsOptions): FindingsTree {
	const all = sources.flatMap((source) =>
		source.report.vulnerabilities.map((vulnerability): Entry => {
			const suppression = vulnerability.suppressedBy ?? source.suppression(vulnerability);
			return { source, vulnerability, place: source.dockerfile?.find(vulnerability), suppression, named: sources.length > 1 };
		}),
	);
	const open = all.filter((entry) => entry.suppression === undefined);
	const passing = all
		.filter((entry) => passes(entry.vulnerability, options.filter))
		.sort((a, b) => compareVulnerabilities(a.vulnerability, b.vulnerability));
	const shown = passing.filter((entry) => entry.suppression === undefined);
	const hidden = passing.filter((entry) => entry.suppression !== undefined);
	return {
		nodes: [...groupNodes(shown, options.groupBy), ...suppressedNode(hidden)],
		shown: shown.length,
		total: open.length,
		suppressed: hidden.length,
	};
}

/** Identifies a vulnerability among the reports of several images. */
export function findingKey(report: ScanReport, vulnerability: Vulnerability): string {
	return `${imageKey(report)} ${vulnerabilityKey(vulnerability)}`;
}

function imageKey({ image }: ScanReport): string {
	return image.digest === undefined ? image.reference : `${image.reference}@${image.digest}`;
}

function passes(vulnerability: Vulnerability, filter: FindingsFilter): boolean {
	const { fixableOnly, minimumSeverity = "unknown" } = filter;
	const wanted = filter.text.trim().toLowerCase();
	const { id, aliases, title = "", package: own } = vulnerability;
	const texts = [id, ...aliases, title, own.name, own.purl];
	const fits = wanted === "" || texts.some((text) => text.toLowerCase().includes(wanted));
	return fits && isVisible(vulnerability, { fixableOnly, minimumSeverity });
}

interface Group {
	readonly id: string;
	readonly label: string;
	readonly description: string;
	readonly icon: string;
	readonly kind: string;
	readonly place?: TreePlace | undefined;
}

function groupNodes(entries: readonly Entry[], groupBy: FindingsGrouping): readonly TreeNode[] {
	const groups = new Map<string, { readonly group: Group; readonly entries: Entry[] }>();
	for (const entry of entries) {
		const group = GROUPS[groupBy](entry);
		const known = groups.get(group.id) ?? { group, entries: [] };
		groups.set(group.id, known);
		known.entries.push(entry);
	}
	// Entries come worst first, so the groups do too; instructions stand in the order of the file.
	const list = [...groups.values()];
	if (groupBy === "instruction") list.sort((a, b) => lineOf(a.entries) - lineOf(b.entries));
	return list.map(({ group, entries: own }) => {
		const worst = own[0]?.vulnerability.severity ?? "unknown";
		const { place, description, ...rest } = group;
		return {
			...rest,
			description: [description, String(own.length)].filter((part) => part !== "").join(" · "),
			spoken: `${group.label}, ${own.length} ${own.length === 1 ? "finding" : "findings"}, worst ${worst}`,
			severity: worst,
			...(place === undefined ? {} : { place }),
			children: own.map((entry) => vulnerabilityNode(entry, group.id)),
			collapsed: groupBy === "severity" && compareSeverities(worst, "high") > 0,
		};
	});
}

function lineOf(entries: readonly Entry[]): number {
	const place = entries[0]?.place;
	return place === undefined || place.kind === "unknown" ? Number.MAX_SAFE_INTEGER : place.range.start.line;
}

const GROUPS: Readonly<Record<FindingsGrouping, (entry: Entry) => Group>> = {
	severity: ({ vulnerability: { severity } }) => ({
		id: `severity ${severity}`,
		label: `${severity.charAt(0).toUpperCase()}${severity.slice(1)}`,
		description: "",
		icon: "circle-filled",
		kind: "severity",
	}),
	instruction: (entry) => instructionGroup(entry),
	package: ({ vulnerability: { package: own } }) => ({
		id: `package ${packageKey(own)}`,
		label: packageName(own),
		description: own.type,
		icon: "package",
		kind: "package",
	}),
	image: ({ source: { report } }) => ({
		id: `image ${imageKey(report)}`,
		label: report.image.reference,
		description: report.image.platform ?? "",
		icon: "layers",
		kind: "image",
	}),
};

function instructionGroup(entry: Entry): Group {
	const { place, source } = entry;
	const image = imageKey(source.report);
	if (place === undefined || place.kind === "unknown" || source.dockerfile === undefined) {
		return {
			id: `unknown ${image}`,
			label: "Instruction unknown",
			description: source.report.image.reference,
			icon: "question",
			kind: "instruction",
		};
	}
	const line = place.range.start.line + 1;
	const role = place.kind === "base" ? "base image, " : place.state === "gone" ? "gone since the build, " : "";
	return {
		id: `instruction ${image} ${line} ${place.kind} ${place.state}`,
		label: shortened(place.instruction.line.text.replace(/\s+/g, " "), 80),
		description: `${role}line ${line}`,
		icon: place.kind === "base" ? "layers" : "symbol-event",
		kind: "instruction",
		place: { uri: source.dockerfile.uri, range: place.range },
	};
}

function vulnerabilityNode(entry: Entry, parent: string): TreeNode {
	const { source, vulnerability, place, suppression, named } = entry;
	const { id, severity, package: own, link } = vulnerability;
	const key = findingKey(source.report, vulnerability);
	const fix = isFixable(vulnerability) ? "fix available" : "no fix";
	return {
		id: `${parent} / ${key}`,
		label: id,
		description: `${own.name} ${versionStep(vulnerability)}${named ? ` · ${source.report.image.reference}` : ""}`,
		tooltip: vulnerabilityCard(vulnerability, source.report, suppression),
		icon: "circle-filled",
		severity,
		spoken: `${severity}, ${id}, package ${own.name}, ${fix}${suppression === undefined ? "" : ", suppressed"}`,
		kind: suppression === undefined ? "vulnerability" : "suppressedVulnerability",
		data: {
			key,
			id,
			purl: own.purl,
			image: source.report.image.reference,
			...(link === undefined ? {} : { link }),
			...(suppression === undefined ? {} : { suppression }),
		},
		...(place === undefined || source.dockerfile === undefined ? {} : { place: { uri: source.dockerfile.uri, range: place.range } }),
	};
}

function suppressedNode(entries: readonly Entry[]): readonly TreeNode[] {
	if (entries.length === 0) return [];
	return [
		{
			id: "suppressed",
			label: `Suppressed (${entries.length})`,
			icon: "eye-closed",
			kind: "suppressed",
			spoken: `Suppressed, ${entries.length} ${entries.length === 1 ? "finding" : "findings"}`,
			children: entries.map((entry) => vulnerabilityNode(entry, "suppressed")),
			collapsed: true,
		},
	];
}

/** Open vulnerabilities by severity, without filters: for badges and counts. */
export function openCounts(sources: readonly FindingsSource[]): Readonly<Record<Severity, number>> {
	const counts: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0 };
	for (const { report, suppression } of sources) {
		for (const vulnerability of report.vulnerabilities) {
			if (vulnerability.suppressedBy === undefined && suppression(vulnerability) === undefined) counts[vulnerability.severity]++;
		}
	}
	return counts;
}
