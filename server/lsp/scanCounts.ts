import { canonicalName, parseReference } from "../core/image/reference.ts";
import type { ScanCounts } from "../core/rules/rule.ts";
import { isFixable } from "../core/vulnerabilities/vulnerability.ts";
import type { KeptScan } from "./fileScans.ts";
import type { VexState } from "./vexState.ts";

/** What rules are told of the base images that were scanned in this session, by canonical name; a later scan counts. */
export function scanCounts(scans: readonly KeptScan[], vex: VexState): ReadonlyMap<string, ScanCounts> {
	const counts = new Map<string, ScanCounts>();
	for (const { report, isBase } of scans) {
		const reference = parseReference(report.image.reference);
		if (!isBase || reference === undefined) continue;
		const open = vex.open(report);
		const count = (severity: string, fixable: boolean): number =>
			open.filter((vulnerability) => vulnerability.severity === severity && (!fixable || isFixable(vulnerability))).length;
		counts.set(canonicalName({ ...reference, digest: undefined }), {
			critical: count("critical", false),
			high: count("high", false),
			fixableCritical: count("critical", true),
			fixableHigh: count("high", true),
		});
	}
	return counts;
}
