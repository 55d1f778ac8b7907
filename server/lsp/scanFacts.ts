import { canonicalName, parseReference } from "../core/image/reference.ts";
import type { PackageList, ScanCounts } from "../core/rules/workspaceFacts.ts";
import type { Sbom } from "../core/sbom/component.ts";
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

/** What rules are told of the packages of images: of the one that was built last from a document, of base images, of the one whose SBOM is shown. */
export function packageLists(uri: string, scans: readonly KeptScan[], sbom: Sbom | undefined): readonly PackageList[] {
	const built = scans.findLast((scan) => scan.uri === uri && !scan.isBase)?.report;
	const lists: PackageList[] = built === undefined ? [] : [{ source: built.image.reference, base: undefined, packages: built.components }];
	const bases = scans.filter(({ isBase }) => isBase).map(({ report }) => ({ image: report.image.reference, packages: report.components }));
	// Of an image that was not scanned nobody knows whether it was built here: it counts where a FROM names it.
	const shown = sbom === undefined ? [] : [{ image: sbom.image, packages: sbom.components }];
	for (const { image, packages } of [...bases, ...shown]) {
		const reference = parseReference(image);
		if (reference !== undefined) lists.push({ source: image, base: canonicalName({ ...reference, digest: undefined }), packages });
	}
	return lists;
}
