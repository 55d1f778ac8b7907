import { type Freshness, freshnessOf } from "../core/digest/freshness.ts";
import { type DigestRecord, type ImageRecords, imageFacts } from "../core/digest/imageRecords.ts";
import { canonicalName, type ImageReference } from "../core/image/reference.ts";
import type { ImageFacts } from "../core/rules/workspaceFacts.ts";
import type { ImageStore } from "../operations/imageStore.ts";
import type { InspectedImage } from "../operations/registries.ts";

/** What registries have said of images: one state for rules, hints, lenses, cards and the view. Asks nobody. */
export interface KnownImages {
	/** What rules are told. */
	facts(): ReadonlyMap<string, ImageFacts>;
	freshness(reference: ImageReference): Freshness;
	/** What is remembered of the image that a reference names now, over restarts. */
	record(reference: ImageReference): DigestRecord | undefined;
	/** When its tag was asked for last, ISO 8601. */
	asked(reference: ImageReference): string | undefined;
	/** What a registry said of it in this session, in full. */
	inspected(reference: ImageReference): { readonly image: InspectedImage; readonly when: Date } | undefined;
	remember(reference: ImageReference, image: InspectedImage): void;
}

/** An editor runs for weeks. */
const MOST_INSPECTED = 500;

export function createKnownImages(store: Pick<ImageStore, "records">): KnownImages {
	const inspected = new Map<string, { readonly image: InspectedImage; readonly when: Date }>();
	let facts: { readonly of: ImageRecords; readonly map: ReadonlyMap<string, ImageFacts> } | undefined;
	const tagOf = (reference: ImageReference): ImageRecords["tags"][string] | undefined =>
		store.records().tags[canonicalName({ ...reference, digest: undefined })];
	return {
		facts() {
			const records = store.records();
			if (facts?.of !== records) facts = { of: records, map: imageFacts(records) };
			return facts.map;
		},
		freshness: (reference) => freshnessOf(reference, store.records(), new Date().toISOString().slice(0, 10)),
		record(reference) {
			const digest = reference.digest ?? tagOf(reference)?.history.at(-1)?.digest;
			return digest === undefined ? undefined : store.records().digests[digest];
		},
		asked: (reference) => tagOf(reference)?.asked,
		inspected: (reference) => inspected.get(canonicalName(reference)),
		remember(reference, image) {
			const key = canonicalName(reference);
			inspected.delete(key);
			inspected.set(key, { image, when: new Date() });
			for (const oldest of inspected.keys()) {
				if (inspected.size <= MOST_INSPECTED) break;
				inspected.delete(oldest);
			}
		},
	};
}
