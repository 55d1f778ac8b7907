import type { PinOutcome } from "../core/digest/finish.ts";
import { isRealDate } from "../core/digest/imageRecords.ts";
import { daysBetween } from "../core/instant.ts";
import { ToolError } from "../tools/errors.ts";
import type { RegistryClient } from "../tools/registry/client.ts";
import type { DigestResolver } from "./pin.ts";

/**
 * The days since the image was made that a tag names now and a pin does not; undefined where the registry does not say.
 * @param reference with its tag, without a digest
 */
export async function daysBehind(
	{ digest }: PinOutcome,
	reference: string,
	registry: Pick<RegistryClient, "inspectImage">,
	today: string,
	signal: AbortSignal,
): Promise<number | undefined> {
	if (digest === undefined) return undefined;
	const created = await createdOn(reference, registry, signal);
	return created === undefined ? undefined : Math.max(0, daysBetween(created, today) ?? 0);
}

/** When an image was made, `YYYY-MM-DD`; undefined where its builder wrote no date, or nobody answers. */
export async function createdOn(
	reference: string,
	registry: Pick<RegistryClient, "inspectImage">,
	signal: AbortSignal,
): Promise<string | undefined> {
	try {
		const { created } = (await registry.inspectImage(reference, { signal })).image;
		return isRealDate(created) ? created.slice(0, 10) : undefined;
	} catch (error) {
		if (error instanceof ToolError) return undefined;
		throw error;
	}
}

const NOBODY_ASKED = `sha256:${"0".repeat(64)}`;

/** Answers without asking: for who only wants to know which images have no digest. The outcomes have to go through `withoutAnswers`. */
export const unaskedResolver: DigestResolver = {
	async resolveDigest() {
		return { digest: NOBODY_ASKED, mediaType: "application/vnd.oci.image.index.v1+json", registryHost: "", askedAt: 0 };
	},
};

/** The outcomes of `unaskedResolver` without the digests that nobody gave. */
export function withoutAnswers(outcomes: readonly PinOutcome[]): readonly PinOutcome[] {
	return outcomes.map((outcome) => {
		const { digest, registryHost: _, buildArgument: __, ...rest } = outcome;
		return digest === NOBODY_ASKED ? rest : outcome;
	});
}

/** Answers with the digest of one platform's manifest in place of the index. */
export function platformResolver(registry: RegistryClient, platform: string): DigestResolver {
	return {
		async resolveDigest(reference, options) {
			const { platforms, mediaType, registryHost } = await registry.inspectImage(reference, options);
			const found = platforms.find((entry) => entry.platform === platform);
			if (found === undefined) {
				throw new ToolError("notFound", `${reference} is not there for ${platform}`, {
					hint: `There is: ${platforms.map((entry) => entry.platform).join(", ")}.`,
				});
			}
			return { digest: found.digest, mediaType, registryHost, askedAt: options.notBefore ?? 0 };
		},
	};
}
