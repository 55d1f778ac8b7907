import { shortened } from "../text.ts";
import { countsBySeverity, enumerate, fixableSuffix } from "./counts.ts";
import { fixVersion } from "./fixVersion.ts";
import type { VulnerabilityPlace } from "./places.ts";
import { packageKey, type Vulnerability, type VulnerablePackage } from "./vulnerability.ts";

/** Messages are no longer than this. */
const LONGEST = 100;
/** So many packages are named in a message. */
const NAMED = 2;
/** So many are listed beside it. */
const LISTED = 10;

/** Vulnerabilities of one package. */
export interface PackageGroup {
	readonly package: VulnerablePackage;
	/** Worst first. */
	readonly vulnerabilities: readonly Vulnerability[];
}

/** What stands on a FROM for all that its image brings. */
export function baseMessage(found: readonly Vulnerability[], state: VulnerabilityPlace["state"]): string {
	const verb = state === "same" ? "has" : "had";
	const when = state === "same" ? "" : " before it was changed";
	return shortened(`Base image ${verb} ${counted(found)}${fixableSuffix(found)}${when}`, LONGEST);
}

/** What stands on the last FROM for what nobody can place. */
export function unknownMessage(found: readonly Vulnerability[]): string {
	return shortened(`Image has ${counted(found)}${fixableSuffix(found)}, instruction unknown`, LONGEST);
}

/** What stands on an instruction for those of one severity that it adds. */
export function instructionMessage(found: readonly Vulnerability[], state: VulnerabilityPlace["state"]): string {
	const verb = state === "same" ? "Adds" : state === "edited" ? "Before it was changed, this added" : "An instruction that is gone added";
	const head = `${verb} ${countsBySeverity(found)} in `;
	const suffix = fixSuffix(found);
	return shortened(`${head}${namePackages(groupByPackage(found), LONGEST - head.length - suffix.length)}${suffix}`, LONGEST);
}

function counted(found: readonly Vulnerability[]): string {
	return `${countsBySeverity(found)} ${found.length === 1 ? "vulnerability" : "vulnerabilities"}`;
}

/** The version that ends a single one, or how many have one. */
function fixSuffix(found: readonly Vulnerability[]): string {
	const versions = new Set(found.map(fixVersion));
	const [version] = versions;
	const packages = new Set(found.map((vulnerability) => packageKey(vulnerability.package)));
	if (versions.size === 1 && packages.size === 1 && version !== undefined) return ` (fixed in ${version})`;
	return fixableSuffix(found);
}

/** `openssl 3.0.2, curl 7.88.1 and 3 other packages`: fewer names where they would be too long. */
function namePackages(groups: readonly PackageGroup[], room: number): string {
	const names = [...new Set(groups.map((group) => packageName(group.package)))];
	for (let count = Math.min(NAMED, names.length); count > 0; count--) {
		const rest = names.length - count;
		const others = rest === 0 ? [] : [`${rest} other ${rest === 1 ? "package" : "packages"}`];
		const text = enumerate([...names.slice(0, count), ...others]);
		if (text.length <= room || count === 1) return text;
	}
	return "";
}

/** `openssl 3.0.2-0ubuntu1` */
export function packageName(found: VulnerablePackage): string {
	return found.version === "" ? found.name : `${found.name} ${found.version}`;
}

/** Packages with the worst vulnerabilities first; inside them the worst first. The order of the list decides between equals. */
function groupByPackage(found: readonly Vulnerability[]): readonly PackageGroup[] {
	const groups = new Map<string, Vulnerability[]>();
	for (const vulnerability of found) {
		const key = packageKey(vulnerability.package);
		const group = groups.get(key) ?? [];
		groups.set(key, group);
		group.push(vulnerability);
	}
	return [...groups.values()].flatMap((group) => (group[0] === undefined ? [] : [{ package: group[0].package, vulnerabilities: group }]));
}

/** A line for each of the first ten packages, and one for the rest: `openssl 3.0.2: CVE-2026-1, CVE-2026-2 (fixed in 3.0.19)`. */
export function packageLines(found: readonly Vulnerability[]): readonly string[] {
	const groups = groupByPackage(found);
	const lines = groups.slice(0, LISTED).map(({ package: own, vulnerabilities }) => {
		const ids = vulnerabilities.map((vulnerability) => vulnerability.id);
		const shown = ids.length > 4 ? [...ids.slice(0, 3), `${ids.length - 3} more`] : ids;
		return `${packageName(own)}: ${shown.join(", ")}${fixSuffix(vulnerabilities)}`;
	});
	const rest = groups.length - lines.length;
	return rest === 0 ? lines : [...lines, `${rest} more ${rest === 1 ? "package" : "packages"} in the Findings view`];
}
