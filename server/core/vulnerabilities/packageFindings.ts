import type { Component } from "../sbom/component.ts";
import { packageIdentity } from "../sbom/packageIdentity.ts";
import { compareSeverities, type Severity } from "../severity.ts";
import type { Vulnerability } from "./vulnerability.ts";

/** How many vulnerabilities a package has, and how bad the worst is. */
export interface FindingCount {
	readonly count: number;
	readonly worst: Severity;
}

/**
 * Counts the vulnerabilities of each package, whichever document names it: packages are compared by type, name and version,
 * those of languages also by the file that shows them.
 * @param vulnerabilities the open ones
 */
export function countPerPackage(vulnerabilities: readonly Vulnerability[]): (component: Component) => FindingCount {
	const byPackage = new Map<string, Vulnerability[]>();
	for (const vulnerability of vulnerabilities) {
		const key = packageIdentity(vulnerability.package);
		const list = byPackage.get(key) ?? [];
		byPackage.set(key, list);
		list.push(vulnerability);
	}
	return (component) => {
		const all = byPackage.get(packageIdentity(component)) ?? [];
		const own = all.filter(
			({ package: { path } }) => path === undefined || component.locations.length === 0 || component.locations.includes(path),
		);
		const worst = own.map(({ severity }) => severity).sort(compareSeverities)[0] ?? "unknown";
		return { count: own.length, worst };
	};
}
