import type { PlatformPin, PlatformPins } from "../core/digest/finish.ts";
import type { ImageRecords } from "../core/digest/imageRecords.ts";
import { canonicalName, parseReference } from "../core/image/reference.ts";
import { ToolError } from "../tools/errors.ts";
import type { DigestAnswer, InspectedImage } from "../tools/registry/answers.ts";
import type { RegistryClient } from "../tools/registry/client.ts";
import { isIndex } from "../tools/registry/mediaTypes.ts";

/** Whether a tag is known to have led to a digest itself: then no platform was chosen when that was pinned. */
export type WasTag = (name: string, digest: string) => boolean;

/** By what registries said before. */
export function wasTagIn(records: () => ImageRecords): WasTag {
	return (name, digest) => records().tags[name]?.history.some((seen) => seen.digest === digest) === true;
}

/**
 * Which of the digests that are pinned are the manifest of one platform, where the tag leads to an index: those that the index
 * lists, and older ones, of the platform that their configuration names, unless the tag once led to them. A digest that the registry
 * does not have any more, or says nothing of, is left out. One more question for each digest that is not the tag's; more only for
 * those of one platform.
 * @param question with the tag, in full
 * @throws AbortError when the signal fires
 */
export async function platformPins(
	question: string,
	answer: DigestAnswer,
	pinned: Iterable<string>,
	registry: Pick<RegistryClient, "resolveDigest" | "inspectImage">,
	wasTag: WasTag,
	options: { readonly signal: AbortSignal; readonly notBefore: number },
): Promise<PlatformPins> {
	const reference = parseReference(question);
	if (reference === undefined || !isIndex(answer.mediaType)) return new Map();
	const others = [...pinned].filter((digest) => digest !== answer.digest);
	const found = await Promise.all(
		others.map(async (digest): Promise<readonly (readonly [string, PlatformPin])[]> => {
			try {
				const named = canonicalName({ ...reference, tag: undefined, digest });
				if (isIndex((await registry.resolveDigest(named, options)).mediaType)) return [];
				const { platforms } = await registry.inspectImage(question, options);
				const listed = platforms.find((entry) => entry.digest === digest);
				if (listed !== undefined) return [[digest, { platform: listed.platform, digest }]];
				if (wasTag(question, digest)) return [];
				const platform = (await registry.inspectImage(named, options)).platforms[0]?.platform;
				if (platform === undefined) return [];
				return [[digest, { platform, digest: entryFor(platforms, platform)?.digest }]];
			} catch (error) {
				if (error instanceof ToolError) return [];
				throw error;
			}
		}),
	);
	return new Map(found.flat());
}

/** The entry for a platform. Some builders leave the variant out, in one of the two places: what is left is taken if it is the only one. */
function entryFor(entries: InspectedImage["platforms"], platform: string): InspectedImage["platforms"][number] | undefined {
	const same = entries.filter((entry) => entry.platform === platform);
	const [os, architecture, variant] = platform.split("/");
	const alike = entries.filter((entry) => {
		const [otherOs, otherArchitecture, otherVariant] = entry.platform.split("/");
		return os === otherOs && architecture === otherArchitecture && (variant === undefined || otherVariant === undefined);
	});
	const found = same.length > 0 ? same : alike;
	return found.length === 1 ? found[0] : undefined;
}
