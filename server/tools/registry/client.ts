import type { Attached, Presence } from "../../core/image/attached.ts";
import { canonicalName, type ImageReference, parseReference } from "../../core/image/reference.ts";
import type { CredentialSource } from "../credentials/credential.ts";
import { ToolError } from "../errors.ts";
import type { DigestAnswer, InspectedImage, TagList } from "./answers.ts";
import { findAttached } from "./attached.ts";
import { memoryCache, type RegistryCache } from "./cache.ts";
import { type Endpoint, endpointsOf, mirrorEndpoint } from "./endpoints.ts";
import { firstAnswer } from "./firstAnswer.ts";
import { inspectAt } from "./inspectImage.ts";
import { readTags } from "./listTags.ts";
import { readHead } from "./manifests.ts";
import { NO_PROXIES, type Proxies } from "./proxies.ts";
import type { RateLimit } from "./rateLimit.ts";
import type { RegistryEntry } from "./registriesConf.ts";
import { type Session, startSession } from "./session.ts";

/**
 * Asks registries about images. References are texts as in a Dockerfile. Every function throws a ToolError if the registry has no
 * answer, and an AbortError when its signal fires; who asks for the same thing at the same time shares one request.
 */
export interface RegistryClient {
	/**
	 * The digest of a reference, of the index where there is one. An answer from the cache counts if it was asked for at or after
	 * `notBefore` (milliseconds since 1970); without that, in the last minute.
	 */
	resolveDigest(reference: string, options: { readonly signal: AbortSignal; readonly notBefore?: number }): Promise<DigestAnswer>;
	/**
	 * What the registry says of the image for a platform (`linux/arm64`); without one `linux/amd64`, else the first there is. With
	 * `attached` it is also asked for signatures and attestations, in three more requests at most, which may fail.
	 */
	inspectImage(
		reference: string,
		options: { readonly signal: AbortSignal; readonly platform?: string; readonly notBefore?: number; readonly attached?: boolean },
	): Promise<InspectedImage>;
	/** The tags of the reference's repository; never from the cache. */
	listTags(reference: string, options: { readonly signal: AbortSignal }): Promise<TagList>;
	/** What hosts said last about how often they may be asked. */
	rateLimits(): readonly RateLimit[];
}

/** What a client is made of. */
export interface RegistryClientOptions {
	/** Where logins come from; `anonymous` for none. */
	readonly credentials: CredentialSource;
	/** Addresses of mirrors of Docker Hub, in the order in which they are asked. Those that are no addresses are left out. */
	readonly mirrors: readonly string[];
	/** Where podman's configuration says that registries' images lie; none without it. */
	readonly entries?: readonly RegistryEntry[];
	/** Milliseconds since 1970. */
	readonly now: () => number;
	readonly log: (line: string) => void;
	readonly cache?: RegistryCache;
	/** Without it every registry is asked directly. */
	readonly proxies?: Proxies;
	/** For one answer. */
	readonly timeoutMs?: number;
	readonly mostPerHost?: number;
}

const TIMEOUT_MS = 15_000;
const MOST_PER_HOST = 8;

/** So long an answer counts when nobody says otherwise: enough for one file to ask for an image several times. */
const FRESH_MS = 60_000;

/** Makes a client. It does nothing until it is asked, and holds nothing that has to be closed. */
export function registryClient(options: RegistryClientOptions): RegistryClient {
	const { timeoutMs = TIMEOUT_MS, mostPerHost = MOST_PER_HOST, cache = memoryCache(), proxies = NO_PROXIES } = options;
	const session = startSession({ ...options, proxies, timeoutMs, mostPerHost });
	const mirrors = readMirrors(options);
	const placesOf = (reference: ImageReference): readonly Endpoint[] => endpointsOf(reference, mirrors, options.entries);
	return {
		async resolveDigest(text, { signal, notBefore }) {
			const reference = referenceOf(text);
			return (await resolve(session, cache, placesOf(reference), reference, signal, notBefore)).answer;
		},
		async inspectImage(text, { signal, platform, notBefore, attached = false }) {
			const reference = referenceOf(text);
			const { answer, endpoint } = await resolve(session, cache, placesOf(reference), reference, signal, notBefore);
			const key = `${reference.registry}/${reference.repository}@${answer.digest} ${platform ?? ""}`;
			const kept = cache.image(key);
			const inspected =
				kept ??
				(await session.shared.share(`image ${key}`, signal, (shared) => inspectAt(session, endpoint, reference, answer, platform, shared)));
			if (kept === undefined) cache.keepImage(key, inspected);
			const named = { ...inspected, image: { ...inspected.image, reference: text } };
			if (!attached) return named;
			// Signatures come and go while the image stays what it is: they are kept by nobody.
			const found = await session.shared.share(`attached ${key}`, signal, (shared) =>
				findAttached(session, endpoint, reference, answer.digest, shared),
			);
			const isMirror = endpoint.host !== placesOf(reference).at(-1)?.host;
			return { ...named, attached: withKnown(found, inspected.hasAttestations, isMirror) };
		},
		async listTags(text, { signal }) {
			const reference = referenceOf(text);
			const key = `tags ${reference.registry}/${reference.repository}`;
			const list = await session.shared.share(key, signal, (shared) =>
				firstAnswer(session, placesOf(reference), (endpoint) => readTags(session, endpoint, reference, shared)),
			);
			cache.keepTags(canonicalName({ ...reference, digest: undefined }), list.tags);
			return list;
		},
		rateLimits: () => [...session.rateLimits.values()],
	};
}

async function resolve(
	session: Session,
	cache: RegistryCache,
	endpoints: readonly Endpoint[],
	reference: ImageReference,
	signal: AbortSignal,
	notBefore: number = session.now() - FRESH_MS,
): Promise<{ readonly answer: DigestAnswer; readonly endpoint: Endpoint }> {
	const name = canonicalName(reference);
	const kept = cache.digest(name);
	const endpoint = endpoints.find(({ host }) => host === kept?.registryHost);
	const fresh = kept !== undefined && (reference.digest !== undefined || kept.askedAt >= notBefore);
	if (fresh && endpoint !== undefined) return { answer: kept, endpoint };
	return await session.shared.share(`digest ${name}`, signal, (shared) =>
		noting(
			cache,
			name,
			session,
			firstAnswer(session, endpoints, async (asked) => {
				const head = await readHead(session, asked, reference, shared);
				const { digest, mediaType } = head;
				const answer: DigestAnswer = { digest, mediaType, registryHost: asked.host, askedAt: session.now() };
				cache.keepDigest(name, answer);
				return { answer, endpoint: asked };
			}),
		),
	);
}

/** An image that is not there is an answer, too. */
async function noting<T>(cache: RegistryCache, name: string, session: Session, answer: Promise<T>): Promise<T> {
	try {
		return await answer;
	} catch (error) {
		if (error instanceof ToolError && error.kind === "notFound") cache.noteMissing(name, session.now());
		throw error;
	}
}

/** A mirror need not have what is attached; what stands in the index is there in any case. */
function withKnown({ signature, attestation }: Attached, hasAttestations: boolean, isMirror: boolean): Attached {
	const presence = (found: Presence): Presence => (isMirror && found === "none" ? "unknown" : found);
	return { signature: presence(signature), attestation: hasAttestations ? "found" : presence(attestation) };
}

function referenceOf(text: string): ImageReference {
	const reference = parseReference(text);
	if (reference !== undefined && text !== "scratch") return reference;
	throw new ToolError("invalid", `${text} is not the name of an image`, { hint: "Check the spelling." });
}

function readMirrors({ mirrors, log }: RegistryClientOptions): readonly Endpoint[] {
	return mirrors.flatMap((address) => {
		const endpoint = mirrorEndpoint(address);
		// The text may have a password in it.
		if (endpoint === undefined) log("A mirror's address cannot be used: it must be an http or https address without user name and query");
		return endpoint ?? [];
	});
}
