import type { Vulnerability } from "./vulnerability.ts";

/**
 * The version to go to: of several that end a vulnerability (one per line of releases) the lowest that is newer than the
 * one that is there; undefined if there is none at all.
 */
export function fixVersion({ fixedVersions, package: { version } }: Pick<Vulnerability, "fixedVersions" | "package">): string | undefined {
	const newer = fixedVersions.filter((fixed) => compareLoosely(fixed, version) > 0).sort(compareLoosely);
	return newer[0] ?? fixedVersions[fixedVersions.length - 1];
}

/**
 * Compares versions of any ecosystem well enough to order releases of one package: numbers by value, other parts as text, a
 * tilde in front of everything. Negative if `a` is older.
 */
function compareLoosely(a: string, b: string): number {
	const first = partsOf(a);
	const second = partsOf(b);
	for (let index = 0; index < Math.max(first.length, second.length); index++) {
		const order = compareParts(first[index] ?? "", second[index] ?? "");
		if (order !== 0) return order;
	}
	return 0;
}

/** `1:2.3~rc1` → `1`, `2`, `3`, `~`, `rc`, `1`; separators do not count, a missing epoch is 0. */
function partsOf(version: string): readonly string[] {
	const parts = version.match(/\d+|[a-z]+|~/gi) ?? [];
	return /^\d+:/.test(version) ? parts : ["0", ...parts];
}

function compareParts(a: string, b: string): number {
	if (a === b) return 0;
	const rank = (part: string): number => (part === "~" ? 0 : part === "" ? 1 : /^\d/.test(part) ? 3 : 2);
	if (rank(a) !== rank(b)) return rank(a) - rank(b);
	if (rank(a) === 3) return Number(a) - Number(b);
	return a < b ? -1 : 1;
}
