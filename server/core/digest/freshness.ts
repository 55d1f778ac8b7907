import { canonicalName, type ImageReference } from "../image/reference.ts";
import { daysBetween } from "../instant.ts";
import { type DigestRecord, type ImageRecords, isRealDate } from "./imageRecords.ts";

/** How a reference stands to what its tag points at now, as far as a registry was asked. */
export type Freshness =
	| { readonly kind: "unpinned"; readonly digest: string; readonly asked: string }
	/** With `platform` it is pinned for that one alone, though the tag leads to an index of several. */
	| { readonly kind: "current"; readonly asked: string; readonly platform?: string }
	/** The tag has moved on; `days` since the image that it names now was made, or since it was first seen there. */
	| { readonly kind: "behind"; readonly digest: string; readonly days: number; readonly asked: string; readonly changes: readonly string[] }
	/** The registry does not have the tag any more. */
	| { readonly kind: "gone"; readonly asked: string }
	/** Nobody has asked, or there is no tag that could move. */
	| { readonly kind: "unknown" };

/** @param today `YYYY-MM-DD` */
export function freshnessOf(reference: ImageReference, records: ImageRecords, today: string): Freshness {
	if (reference.digest !== undefined && reference.tag === undefined) return { kind: "unknown" };
	const tag = records.tags[canonicalName({ ...reference, digest: undefined })];
	if (tag === undefined) return { kind: "unknown" };
	const { asked, history, gone } = tag;
	if (gone) return { kind: "gone", asked };
	const last = history[history.length - 1];
	if (last === undefined) return { kind: "unknown" };
	if (reference.digest === undefined) return { kind: "unpinned", digest: last.digest, asked };
	const image = records.digests[last.digest];
	if (last.digest === reference.digest) return { kind: "current", asked };
	// Somebody pinned one platform of it.
	if (image?.manifests?.includes(reference.digest)) {
		const platform = platformOf(image, reference.digest);
		return { kind: "current", asked, ...(platform === undefined ? {} : { platform }) };
	}
	const since = isRealDate(image?.created) ? image.created : last.firstSeen;
	const days = Math.max(0, daysBetween(since.slice(0, 10), today) ?? 0);
	return { kind: "behind", digest: last.digest, days, asked, changes: changesBetween(records.digests[reference.digest], image) };
}

/** `digest 12 days behind tag`: the words of hint, lens, view and command line. */
export function freshnessText(freshness: Freshness): string {
	switch (freshness.kind) {
		case "unpinned":
			return "not pinned";
		case "current":
			return freshness.platform === undefined ? "pinned, current" : `pinned for ${freshness.platform} only, current`;
		case "gone":
			return "tag gone";
		case "unknown":
			return "not asked";
		case "behind":
			return freshness.days === 0 ? "tag moved today" : `digest ${freshness.days} day${freshness.days === 1 ? "" : "s"} behind tag`;
	}
}

/** Manifests and platforms stand in the order of the index. The text is a registry's: what could be more than a platform is none. */
function platformOf({ manifests = [], platforms = [] }: DigestRecord, digest: string): string | undefined {
	const platform = manifests.length === platforms.length ? platforms[manifests.indexOf(digest)] : undefined;
	return platform !== undefined && /^[\w.-]+(?:\/[\w.-]+){1,2}$/.test(platform) ? platform : undefined;
}

/** What is different in the newer image, in words. */
function changesBetween(before: DigestRecord | undefined, after: DigestRecord | undefined): readonly string[] {
	if (before === undefined || after === undefined) return [];
	const changes: string[] = [];
	if (isRealDate(before.created) && isRealDate(after.created))
		changes.push(`created ${before.created.slice(0, 10)}, now ${after.created.slice(0, 10)}`);
	if (before.size !== undefined && after.size !== undefined && before.size !== after.size)
		changes.push(`${megabytes(before.size)}, now ${megabytes(after.size)}`);
	const gone = (before.platforms ?? []).filter((platform) => after.platforms !== undefined && !after.platforms.includes(platform));
	const added = (after.platforms ?? []).filter((platform) => before.platforms !== undefined && !before.platforms.includes(platform));
	if (gone.length > 0) changes.push(`no longer for ${gone.join(", ")}`);
	if (added.length > 0) changes.push(`also for ${added.join(", ")}`);
	if (before.base?.digest !== undefined && after.base?.digest !== undefined && before.base.digest !== after.base.digest)
		changes.push(`built on a newer ${after.base.name ?? "base image"}`);
	return changes;
}

function megabytes(bytes: number): string {
	return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
