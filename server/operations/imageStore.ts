import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import {
	type DigestRecord,
	type ImageRecords,
	isRealDate,
	mergedRecords,
	NO_RECORDS,
	withDigest,
	withImage,
	withoutTag,
	withTags,
} from "../core/digest/imageRecords.ts";
import { withFileLock } from "../tools/fileLock.ts";
import type { Files } from "../tools/files.ts";
import type { InspectedImage } from "../tools/registry/answers.ts";
import { memoryCache, type RegistryCache } from "../tools/registry/cache.ts";

/** What registries said, kept in the user's cache folder over restarts. One for each process. */
export interface ImageStore {
	/** Takes part in every registry client. */
	readonly cache: RegistryCache;
	/** Reads the file, if nobody has yet; a broken one counts as empty. */
	load(): Promise<void>;
	records(): ImageRecords;
	/** Calls back after each answer of a registry; gives what ends that. */
	onChange(listener: () => void): () => void;
	/**
	 * Writes what is new, soon; `flush` at once. What other processes wrote in the meantime stays, and is known here from then on. A
	 * folder that cannot be written is no reason to fail.
	 */
	flush(): Promise<void>;
}

/** Name of the file in the user's cache folder. */
export const IMAGE_STORE = "images.json";

const VERSION = 1;
const MOST_TAGS = 2000;
const MOST_DIGESTS = 4000;
const SAVE_AFTER_MS = 1000;

/** @param path of the file; undefined keeps nothing */
export function createImageStore(path: string | undefined, files: Files, log: (line: string) => void): ImageStore {
	const memory = memoryCache();
	const listeners = new Set<() => void>();
	let records = NO_RECORDS;
	let loading: Promise<unknown> | undefined;
	let timer: NodeJS.Timeout | undefined;
	let dirty = false;
	let saving = Promise.resolve();
	/** The file as it was read or written last. */
	let onDisk: string | undefined;

	/** Whether the file had something new. */
	const read = async (): Promise<boolean> => {
		const text = path === undefined ? undefined : await files.readText(path);
		if (text === undefined || text === onDisk) return false;
		onDisk = text;
		records = mergedRecords(readRecords(text), records);
		return true;
	};
	const write = async (): Promise<void> => {
		if (!dirty || path === undefined) return;
		try {
			await mkdir(dirname(path), { recursive: true, mode: 0o700 });
			await withFileLock(`${path}.lock`, async () => {
				const hasMore = await read();
				dirty = false;
				const text = `${JSON.stringify({ version: VERSION, ...bounded(records) })}\n`;
				await files.writeText(path, text);
				onDisk = text;
				if (hasMore) for (const listener of listeners) listener();
			});
		} catch (error) {
			dirty = false;
			log(`What registries said could not be kept in ${path}: ${error instanceof Error ? error.message : String(error)}`);
		}
	};
	const save = (): Promise<void> => {
		clearTimeout(timer);
		timer = undefined;
		saving = saving.then(write);
		return saving;
	};
	const changed = (next: ImageRecords): void => {
		if (next === records) return;
		records = next;
		dirty = true;
		timer ??= setTimeout(() => void save(), SAVE_AFTER_MS).unref();
		for (const listener of listeners) listener();
	};

	return {
		cache: {
			...memory,
			keepDigest(reference, answer) {
				memory.keepDigest(reference, answer);
				changed(withDigest(records, reference, answer.digest, new Date(answer.askedAt).toISOString()));
			},
			keepImage(key, image) {
				memory.keepImage(key, image);
				const { digest } = image.image;
				if (digest !== undefined) changed(withImage(records, digest, recordOf(image)));
			},
			noteMissing: (reference, askedAt) => changed(withoutTag(records, reference, new Date(askedAt).toISOString())),
			keepTags: (reference, tags) => changed(withTags(records, reference, tags)),
		},
		async load() {
			loading ??= read();
			await loading;
		},
		records: () => records,
		onChange(listener) {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
		flush: save,
	};
}

function recordOf({ image, platforms, size }: InspectedImage): DigestRecord {
	const labels = image.config.labels;
	const name = labels["org.opencontainers.image.base.name"];
	const digest = labels["org.opencontainers.image.base.digest"];
	return {
		...(isRealDate(image.created) ? { created: image.created } : {}),
		size,
		platforms: platforms.map(({ platform }) => platform),
		manifests: platforms.map((entry) => entry.digest).filter((entry) => entry !== image.digest),
		...(name === undefined && digest === undefined
			? {}
			: { base: { ...(name === undefined ? {} : { name }), ...(digest === undefined ? {} : { digest }) } }),
	};
}

function readRecords(text: string): ImageRecords {
	try {
		const { version, tags, digests } = JSON.parse(text) as Partial<ImageRecords> & { readonly version?: unknown };
		if (version !== VERSION || !isMap(tags) || !isMap(digests)) return NO_RECORDS;
		const usable = Object.entries(tags).filter(([, tag]) => isMap(tag) && typeof tag.asked === "string" && isHistory(tag.history));
		return { tags: Object.fromEntries(usable), digests };
	} catch {
		return NO_RECORDS;
	}
}

function isHistory(value: unknown): boolean {
	return (
		Array.isArray(value) && value.every((entry) => isMap(entry) && typeof entry.digest === "string" && typeof entry.firstSeen === "string")
	);
}

function isMap<T>(value: T | undefined): value is T {
	return typeof value === "object" && value !== null;
}

/** Those that were asked for last. */
function bounded({ tags, digests }: ImageRecords): ImageRecords {
	const kept = Object.entries(tags)
		.sort(([, a], [, b]) => (a.asked < b.asked ? 1 : -1))
		.slice(0, MOST_TAGS);
	const named = new Set(kept.flatMap(([, { history }]) => history.map(({ digest }) => digest)));
	const images = Object.entries(digests).sort(([a], [b]) => Number(named.has(b)) - Number(named.has(a)));
	return { tags: Object.fromEntries(kept), digests: Object.fromEntries(images.slice(0, MOST_DIGESTS)) };
}
