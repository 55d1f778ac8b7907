import { compareSeverities, type Severity } from "../severity.ts";
import { isFixable, type Vulnerability } from "./vulnerability.ts";

/** Which vulnerabilities are shown. */
export interface VisibilityOptions {
	/** Those that are less bad are left out; `unknown` ones only if this is above `low`. */
	readonly minimumSeverity: Severity;
	readonly fixableOnly: boolean;
}

/** Whether a vulnerability passes the filters. */
export function isVisible(vulnerability: Vulnerability, options: VisibilityOptions): boolean {
	return reachesSeverity(vulnerability.severity, options.minimumSeverity) && (!options.fixableOnly || isFixable(vulnerability));
}

/** Whether a severity is the minimum or worse. One that nobody has rated counts as low: it is shown where low ones are. */
function reachesSeverity(severity: Severity, minimum: Severity): boolean {
	return compareSeverities(severity === "unknown" ? "low" : severity, minimum) <= 0;
}
