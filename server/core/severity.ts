/** How bad a vulnerability is, from worst to least. */
export type Severity = "critical" | "high" | "medium" | "low" | "negligible" | "unknown";

export const SEVERITIES: readonly Severity[] = ["critical", "high", "medium", "low", "negligible", "unknown"];

/** Sorts worse ones first; `unknown` comes last. */
export function compareSeverities(a: Severity, b: Severity): number {
	return SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b);
}

/** A severity as scanners spell it, in any case; `unknown` for what is none. */
export function readSeverity(text: string): Severity {
	const lower = text.toLowerCase();
	return SEVERITIES.find((severity) => severity === lower) ?? "unknown";
}
