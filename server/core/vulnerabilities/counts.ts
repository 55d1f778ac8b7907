import { SEVERITIES, type Severity } from "../severity.ts";
import { isFixable, type Vulnerability } from "./vulnerability.ts";

/** `2 critical, 5 high and 1 low`, worst first; `no` for an empty list. */
export function countsBySeverity(vulnerabilities: readonly Vulnerability[]): string {
	const parts = SEVERITIES.flatMap((severity) => {
		const count = countOf(vulnerabilities, severity);
		return count === 0 ? [] : [`${count} ${severity}`];
	});
	return enumerate(parts) || "no";
}

function countOf(vulnerabilities: readonly Vulnerability[], severity: Severity): number {
	return vulnerabilities.filter((vulnerability) => vulnerability.severity === severity).length;
}

/** ` (3 fixable)`; the empty text if none is. */
export function fixableSuffix(vulnerabilities: readonly Vulnerability[]): string {
	const fixable = vulnerabilities.filter(isFixable).length;
	return fixable === 0 ? "" : ` (${fixable} fixable)`;
}

/** `a, b and c` */
export function enumerate(parts: readonly string[]): string {
	if (parts.length < 2) return parts.join("");
	return `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}
