import type { Image } from "../core/image/image.ts";
import { contentName, parseReference } from "../core/image/reference.ts";
import type { PackageList, ScanCounts } from "../core/rules/workspaceFacts.ts";
import type { Sbom } from "../core/sbom/component.ts";
import { isFixable } from "../core/vulnerabilities/vulnerability.ts";
import type { KeptScan } from "./fileScans.ts";
import type { VexState } from "./vexState.ts";

/** What rules are told of the base images that were scanned in this session, by the name of what they hold; a later scan counts. */
export function scanCounts(scans: readonly KeptScan[], vex: VexState): ReadonlyMap<string, ScanCounts> {
	const counts = new Map<string, ScanCounts>();
	for (const { report, isBase } of scans) {
		if (!isBase) continue;
		const open = vex.open(report);
		const count = (severity: string, fixable: boolean): number =>
			open.filter((vulnerability) => vulnerability.severity === severity && (!fixable || isFixable(vulnerability))).length;
		const found = {
			critical: count("critical", false),
			high: count("high", false),
			fixableCritical: count("critical", true),
			fixableHigh: count("high", true),
		};
		for (const name of contentNames(report.image)) counts.set(name, found);
	}
	return counts;
}

/** What rules are told of the packages of images: of the one that was built last from a document, of base images, of the one whose SBOM is shown. */
export function packageLists(uri: string, scans: readonly KeptScan[], sbom: Sbom | undefined): readonly PackageList[] {
	const built = scans.findLast((scan) => scan.uri === uri && !scan.isBase)?.report;
	const lists: PackageList[] = built === undefined ? [] : [{ source: built.image.reference, base: undefined, packages: built.components }];
	const bases = scans.filter(({ isBase }) => isBase).map(({ report }) => ({ image: report.image, packages: report.components }));
	// Of an image that was not scanned nobody knows whether it was built here: it counts where a FROM names it.
	const shown = sbom === undefined ? [] : [{ image: { reference: sbom.image, digest: undefined }, packages: sbom.components }];
	for (const { image, packages } of [...bases, ...shown]) {
		for (const base of contentNames(image)) lists.push({ source: image.reference, base, packages });
	}
	return lists;
}

/** The name that was asked for, and that of what it stood for then: a pinned tag is still what was scanned. */
function contentNames({ reference: text, digest }: Pick<Image, "reference" | "digest">): readonly string[] {
	const reference = parseReference(text);
	if (reference === undefined) return [];
	const pinned = digest === undefined || reference.digest !== undefined ? [] : [contentName({ ...reference, digest })];
	return [contentName(reference), ...pinned];
}
