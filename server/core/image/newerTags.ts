import type { ImageReference } from "./reference.ts";

/** A tag taken apart: `v`, `3.11.6`, `rc1`, `-slim-bookworm`. */
interface TagShape {
	/** What stands in front of the version: `v`, `bookworm-`. */
	readonly prefix: string;
	readonly parts: readonly number[];
	/** `date`: eight digits that are a day. */
	readonly kind: "version" | "date";
	/** Of a prerelease: its kind, and its numbers. */
	readonly prerelease: { readonly name: string; readonly numbers: readonly number[] } | undefined;
	/** What stands behind it, with its separator. */
	readonly suffix: string;
}

/** How far a newer tag may be: `patch` keeps major and minor version, `minor` the major one. */
export type TagStep = "patch" | "minor";

/** Repositories whose version numbers are names of releases, each supported for its own time: another one is another system. */
const RELEASES: ReadonlySet<string> = new Set(["docker.io/library/ubuntu"]);

/** Whether newer tags of an image may be looked for: its tag has a version, or is a day, and others name later ones of the same thing. */
export function hasNewerTags({ registry, repository, tag }: ImageReference): boolean {
	return tag !== undefined && shapeOf(tag) !== undefined && !RELEASES.has(`${registry}/${repository}`);
}

const DATE = /^((?:[a-z]+-)?)((?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))((?:-.*)?)$/;
const VERSION = /^(v?)(\d{1,9}(?:\.\d{1,9}){0,5})(.*)$/;
const PRERELEASE = /^[-.+]?(alpha|beta|rc|preview|pre|dev|ea|milestone|a|b|m)((?:[-.]?\d+(?!\d))*)(?=$|-)/i;

/**
 * The newest of the tags that names a later release of the same thing: the same shape, prefix, suffix and number of version parts,
 * the same major version (for `patch`: minor, too), no prerelease unless the present one is one. Dates: any later day. Undefined
 * if there is none, or if the tag has no version of at least two parts.
 */
export function newerTag(tag: string, tags: readonly string[], step: TagStep = "minor"): string | undefined {
	const present = shapeOf(tag);
	if (present === undefined) return undefined;
	let best: { readonly tag: string; readonly shape: TagShape } | undefined;
	for (const other of tags) {
		const shape = shapeOf(other);
		if (shape === undefined || !isSameThing(present, shape, step)) continue;
		if (compareShapes(shape, best?.shape ?? present) > 0) best = { tag: other, shape };
	}
	return best?.tag;
}

function shapeOf(tag: string): TagShape | undefined {
	const date = DATE.exec(tag);
	if (date !== null) {
		const [, prefix = "", day = "", suffix = ""] = date;
		return { prefix, parts: [Number(day)], kind: "date", prerelease: undefined, suffix };
	}
	const version = VERSION.exec(tag);
	if (version === null) return undefined;
	const [, prefix = "", numbers = "", rest = ""] = version;
	const parts = numbers.split(".").map(Number);
	if (parts.length < 2) return undefined;
	const early = PRERELEASE.exec(rest);
	const suffix = early === null ? rest : rest.slice(early[0].length);
	if (suffix !== "" && !suffix.startsWith("-")) return undefined;
	const prerelease =
		early === null ? undefined : { name: (early[1] ?? "").toLowerCase(), numbers: (early[2]?.match(/\d+/g) ?? []).map(Number) };
	return { prefix, parts, kind: "version", prerelease, suffix };
}

function isSameThing(present: TagShape, other: TagShape, step: TagStep): boolean {
	if (present.kind !== other.kind || present.prefix !== other.prefix || present.suffix !== other.suffix) return false;
	if (present.parts.length !== other.parts.length) return false;
	if (other.prerelease !== undefined && present.prerelease === undefined) return false;
	if (present.kind === "date") return true;
	const kept = step === "patch" ? 2 : 1;
	return present.parts.slice(0, kept).every((part, index) => part === other.parts[index]);
}

function compareShapes(a: TagShape, b: TagShape): number {
	const byVersion = compareNumbers(a.parts, b.parts);
	if (byVersion !== 0 || (a.prerelease === undefined && b.prerelease === undefined)) return byVersion;
	// A release comes behind its prereleases.
	if (a.prerelease === undefined) return 1;
	if (b.prerelease === undefined) return -1;
	const order = rank(a.prerelease.name) - rank(b.prerelease.name);
	return order === 0 ? compareNumbers(a.prerelease.numbers, b.prerelease.numbers) : order;
}

function rank(name: string): number {
	if (/^(?:a|alpha|dev|ea)$/.test(name)) return 0;
	return /^(?:rc)$/.test(name) ? 2 : 1;
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
	for (let index = 0; index < Math.max(a.length, b.length); index++) {
		const difference = (a[index] ?? 0) - (b[index] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}
