import type { PackageUrl } from "./purl.ts";

/**
 * Whether a package URL in a statement speaks of the package that another one names, as go-vex decides it for Trivy and Grype:
 * type, namespace and name are the same; a pattern without a version fits every version; each qualifier of the pattern is
 * there with the same value. Subpaths do not count.
 */
export function purlMatches(pattern: PackageUrl, subject: PackageUrl): boolean {
	if (!samePackage(pattern, subject)) return false;
	if (pattern.version !== "" && pattern.version !== subject.version) return false;
	for (const [key, value] of pattern.qualifiers) {
		if (subject.qualifiers.get(key) !== value) return false;
	}
	return true;
}

/** Whether two package URLs name the same package, whatever its version. */
export function samePackage(a: PackageUrl, b: PackageUrl): boolean {
	return a.type === b.type && a.namespace === b.namespace && a.name === b.name;
}
