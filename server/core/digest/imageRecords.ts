import { daysBetween } from "../instant.ts";
import type { ImageFacts } from "../rules/workspaceFacts.ts";

/** What registries said of images, over time. Plain data: kept in one JSON file. */
export interface ImageRecords {
	/** By canonical name with tag: `docker.io/library/debian:12`. */
	readonly tags: Readonly<Record<string, TagRecord>>;
	/** By digest. What a digest names never changes. */
	readonly digests: Readonly<Record<string, DigestRecord>>;
}

/** What became of a tag. */
export interface TagRecord {
	/** When a registry was asked last, ISO 8601. */
	readonly asked: string;
	/** Whether the registry does not have it any more. */
	readonly gone: boolean;
	/** Digests that it led to, the newest last, each with when it was first seen, ISO 8601. */
	readonly history: readonly { readonly digest: string; readonly firstSeen: string }[];
	/** Other tags of the repository, as far as they were asked for. */
	readonly tags?: readonly string[];
}

/** What is known of an image. */
export interface DigestRecord {
	/** ISO 8601; undefined if nobody looked, or where the builder wrote none (1970 and 1980 are none). */
	readonly created?: string;
	/** Bytes, compressed, of the platform that was looked at. */
	readonly size?: number;
	/** `linux/arm64/v8`; of an index. */
	readonly platforms?: readonly string[];
	/** Digests of the manifests of an index. */
	readonly manifests?: readonly string[];
	/** `org.opencontainers.image.base.name` and `.digest`. */
	readonly base?: { readonly name?: string; readonly digest?: string };
}

export const NO_RECORDS: ImageRecords = { tags: {}, digests: {} };

/** A tag has moved a few times at most while somebody looks; more is not kept. */
const MOST_HISTORY = 20;

/** The records with what a registry answered for a tag. */
export function withDigest(records: ImageRecords, name: string, digest: string, asked: string): ImageRecords {
	const before = records.tags[name];
	const last = before?.history[before.history.length - 1];
	const history =
		last?.digest === digest ? (before?.history ?? []) : [...(before?.history ?? []), { digest, firstSeen: asked }].slice(-MOST_HISTORY);
	return { ...records, tags: { ...records.tags, [name]: { ...before, asked, gone: false, history } } };
}

/** The records with a tag that the registry does not have. One that was never seen is not kept: it may be misspelt. */
export function withoutTag(records: ImageRecords, name: string, asked: string): ImageRecords {
	const before = records.tags[name];
	return before === undefined ? records : { ...records, tags: { ...records.tags, [name]: { ...before, asked, gone: true } } };
}

export function withImage(records: ImageRecords, digest: string, image: DigestRecord): ImageRecords {
	return { ...records, digests: { ...records.digests, [digest]: { ...records.digests[digest], ...image } } };
}

export function withTags(records: ImageRecords, name: string, tags: readonly string[]): ImageRecords {
	const before = records.tags[name];
	return before === undefined ? records : { ...records, tags: { ...records.tags, [name]: { ...before, tags } } };
}

/**
 * What two programs wrote down, each without the other, in one: what was asked last counts, and the days on which digests were
 * first seen are kept from both.
 */
export function mergedRecords(first: ImageRecords, second: ImageRecords): ImageRecords {
	const tags: Record<string, TagRecord> = { ...first.tags };
	for (const [name, record] of Object.entries(second.tags)) {
		const other = tags[name];
		tags[name] = other === undefined ? record : other.asked > record.asked ? mergedTag(record, other) : mergedTag(other, record);
	}
	const digests: Record<string, DigestRecord> = { ...first.digests };
	for (const [digest, record] of Object.entries(second.digests)) digests[digest] = { ...digests[digest], ...record };
	return { tags, digests };
}

function mergedTag(older: TagRecord, newer: TagRecord): TagRecord {
	const seen = [...older.history, ...newer.history].sort((a, b) => (a.firstSeen < b.firstSeen ? -1 : a.firstSeen > b.firstSeen ? 1 : 0));
	const history = seen.filter(({ digest }, index) => digest !== seen[index - 1]?.digest);
	const last = newer.history.at(-1)?.digest;
	// The tag has moved back.
	if (last !== undefined && history.at(-1)?.digest !== last) history.push({ digest: last, firstSeen: newer.asked });
	return { ...older, ...newer, history: history.slice(-MOST_HISTORY) };
}

/** What rules are told: of each tag that is there. */
export function imageFacts(records: ImageRecords): ReadonlyMap<string, ImageFacts> {
	return new Map(
		Object.entries(records.tags).flatMap(([name, { asked, gone, history, tags }]) => {
			const digest = history[history.length - 1]?.digest;
			if (gone || digest === undefined) return [];
			const { created, platforms, manifests } = records.digests[digest] ?? {};
			const facts: ImageFacts = {
				digest,
				asked: asked.slice(0, 10),
				...(created === undefined ? {} : { created: created.slice(0, 10) }),
				...(platforms === undefined ? {} : { platforms }),
				...(manifests === undefined ? {} : { manifests }),
				...(tags === undefined ? {} : { tags }),
			};
			return [[name, facts] as const];
		}),
	);
}

/** Whether a date is one: reproducible builders write 1970 or 1980. */
export function isRealDate(created: string | undefined): created is string {
	return created !== undefined && created > "2000" && daysBetween(created.slice(0, 10), created.slice(0, 10)) === 0;
}
