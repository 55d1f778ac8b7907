import type { RegistryClient } from "../operations/registries.ts";
import type { ShownRateLimit } from "../protocol.ts";

/** A registry that has less than this part of its requests left is told of. */
const LITTLE = 0.1;

/** Looks after each answer whether registries ask for a pause, or soon will. */
export interface RateLimits {
	/** The same client, whose answers are looked at. */
	noting(client: RegistryClient): RegistryClient;
}

/** @param tell called when what there is to tell has changed */
export function createRateLimits(tell: (limits: readonly ShownRateLimit[]) => void): RateLimits {
	const hosts = new Map<string, ShownRateLimit>();
	let told = "[]";
	const look = (client: RegistryClient): void => {
		for (const { host, limit, remaining, retryAt } of client.rateLimits()) {
			const pause = retryAt !== undefined && retryAt > Date.now() ? retryAt : undefined;
			const isLow = limit !== undefined && remaining !== undefined && remaining <= limit * LITTLE;
			if (pause === undefined && !isLow) hosts.delete(host);
			else hosts.set(host, { host, retryAt: pause, remaining, limit });
		}
		const limits = [...hosts.values()];
		const text = JSON.stringify(limits);
		if (text === told) return;
		told = text;
		tell(limits);
	};
	return {
		noting(client) {
			const noted = async <T>(answer: Promise<T>): Promise<T> => {
				try {
					return await answer;
				} finally {
					look(client);
				}
			};
			return {
				...client,
				resolveDigest: (reference, options) => noted(client.resolveDigest(reference, options)),
				inspectImage: (reference, options) => noted(client.inspectImage(reference, options)),
				listTags: (reference, options) => noted(client.listTags(reference, options)),
			};
		},
	};
}
