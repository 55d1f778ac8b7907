import { packageIdentity } from "../sbom/packageIdentity.ts";
import { compareSeverities, type Severity } from "../severity.ts";
import { nameVulnerability } from "./identifiers.ts";
import { type ScannerName, type Vulnerability, vulnerabilityKey } from "./vulnerability.ts";

/**
 * One list from those of several scanners: what has an id in common and is about the same package becomes one entry, with the
 * worst severity. What the earlier list says of package, layer and link wins. Inside one list only entries with the same key
 * are one.
 */
export function mergeVulnerabilities(lists: readonly (readonly Vulnerability[])[]): readonly Vulnerability[] {
	const merged: Vulnerability[] = [];
	const byPackage = new Map<string, number[]>();
	for (const list of lists) {
		const before = merged.length;
		const seen = new Set<string>();
		for (const found of list) {
			const own = vulnerabilityKey(found);
			if (seen.has(own)) continue;
			seen.add(own);
			const key = packageIdentity(found.package);
			const indexes = byPackage.get(key) ?? [];
			byPackage.set(key, indexes);
			const twin = indexes.find((index) => index < before && isSame(merged[index] as Vulnerability, found));
			if (twin === undefined) {
				indexes.push(merged.length);
				merged.push(found);
			} else merged[twin] = join(merged[twin] as Vulnerability, found);
		}
	}
	return merged;
}

/** The same ids, and not two different files: a scanner that names none speaks of all. */
function isSame(a: Vulnerability, b: Vulnerability): boolean {
	const ids = new Set([a.id, ...a.aliases].map((id) => id.toUpperCase()));
	const sharesId = [b.id, ...b.aliases].some((id) => ids.has(id.toUpperCase()));
	return sharesId && (a.package.path === undefined || b.package.path === undefined || a.package.path === b.package.path);
}

function join(a: Vulnerability, b: Vulnerability): Vulnerability {
	const { id, aliases } = nameVulnerability(a.id, [...a.aliases, b.id, ...b.aliases]);
	const severity = worse(a.severity, b.severity);
	const severities = a.severity === b.severity ? {} : { severities: { ...told(a), ...told(b) } };
	return {
		...a,
		id,
		aliases,
		severity,
		...severities,
		fixedVersions: a.fixedVersions.length > 0 ? a.fixedVersions : b.fixedVersions,
		fixState: a.fixState === "unknown" || (a.fixState !== "fixed" && b.fixState === "fixed") ? b.fixState : a.fixState,
		title: a.title ?? b.title,
		description: a.description ?? b.description,
		link: a.link ?? b.link,
		layer: a.layer ?? b.layer,
		package: { ...a.package, path: a.package.path ?? b.package.path },
		reportedBy: [...new Set([...a.reportedBy, ...b.reportedBy])],
		// One that only one scanner hides is still there for the other.
		suppressedBy: a.suppressedBy !== undefined && b.suppressedBy !== undefined ? a.suppressedBy : undefined,
	};
}

function worse(a: Severity, b: Severity): Severity {
	return compareSeverities(a, b) <= 0 ? a : b;
}

function told(vulnerability: Vulnerability): Readonly<Partial<Record<ScannerName, Severity>>> {
	const known = vulnerability.severities;
	return known ?? Object.fromEntries(vulnerability.reportedBy.map((scanner) => [scanner, vulnerability.severity]));
}
