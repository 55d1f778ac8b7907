import type { DigestAnswer, InspectedImage } from "./answers.ts";

/** What registries answered before. Another one may keep it on disk; what it holds is plain data. */
export interface RegistryCache {
	/** What a reference led to, and when; the key is its canonical name. */
	digest(reference: string): DigestAnswer | undefined;
	keepDigest(reference: string, answer: DigestAnswer): void;
	/** An image by digest and platform: it never changes. */
	image(key: string): InspectedImage | undefined;
	keepImage(key: string, image: InspectedImage): void;
	/** The registry does not have what the reference names. `askedAt`: milliseconds since 1970. */
	noteMissing(reference: string, askedAt: number): void;
	/** The tags of the reference's repository. */
	keepTags(reference: string, tags: readonly string[]): void;
}

/** Answers are small, but an editor runs for weeks. */
const MOST_ENTRIES = 2000;

/** Keeps answers until the process ends; the ones that nobody asked for the longest go first. */
export function memoryCache(mostEntries: number = MOST_ENTRIES): RegistryCache {
	const digests = new Map<string, DigestAnswer>();
	const images = new Map<string, InspectedImage>();
	return {
		digest: (reference) => touched(digests, reference),
		keepDigest: (reference, answer) => keep(digests, reference, answer, mostEntries),
		image: (key) => touched(images, key),
		keepImage: (key, image) => keep(images, key, image, mostEntries),
		noteMissing: (reference) => void digests.delete(reference),
		keepTags: () => {},
	};
}

/** A map remembers the order of insertion: what was used is put to its end. */
function touched<T>(map: Map<string, T>, key: string): T | undefined {
	const value = map.get(key);
	if (value === undefined) return undefined;
	map.delete(key);
	map.set(key, value);
	return value;
}

function keep<T>(map: Map<string, T>, key: string, value: T, mostEntries: number): void {
	map.delete(key);
	map.set(key, value);
	for (const oldest of map.keys()) {
		if (map.size <= mostEntries) break;
		map.delete(oldest);
	}
}
