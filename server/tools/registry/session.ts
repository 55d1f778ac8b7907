import type { CredentialAnswer, CredentialSource } from "../credentials/credential.ts";
import { exchange, type HttpAnswer, type HttpRequest } from "./exchange.ts";
import { type HostQueue, hostQueue } from "./hostQueue.ts";
import type { Proxies } from "./proxies.ts";
import { type RateLimit, rateLimitOf } from "./rateLimit.ts";
import { rateLimited } from "./refusals.ts";
import { type SharedWork, sharedWork } from "./sharedWork.ts";

/** What registries are asked with, and what was learned of them since the start. */
export interface Session {
	readonly credentials: CredentialSource;
	readonly proxies: Proxies;
	readonly timeoutMs: number;
	/** Milliseconds since 1970. */
	readonly now: () => number;
	/** A line for the log; never holds anything secret. */
	readonly log: (line: string) => void;
	readonly queue: HostQueue;
	readonly shared: SharedWork;
	/** How registries on this computer answer, by host. */
	readonly schemes: Map<string, "https" | "http">;
	/** What will be known of that: who asks first finds out, the others wait for it. */
	readonly searches: Map<string, Promise<"https" | "http" | "left" | undefined>>;
	/** By host and repository. */
	readonly authorizations: Map<string, Authorization>;
	/** By name of the registry: kept for a minute, so that a hundred images need one call of a helper. */
	readonly logins: Map<string, { readonly answer: CredentialAnswer; readonly until: number }>;
	/** Pages of lists of tags that have an ETag, by server, repository and query; those that nobody asked for the longest go first. */
	readonly tagPages: Map<string, TagPage>;
	/** What hosts said last about how often they may be asked. */
	readonly rateLimits: Map<string, RateLimit>;
}

/** What goes into the `Authorization` header. */
export interface Authorization {
	readonly header: () => string;
	/** Milliseconds since 1970. */
	readonly until: number;
	/** Whether somebody's login stands behind it. */
	readonly login: boolean;
}

/** A page of a list of tags, as the registry gave it. */
export interface TagPage {
	readonly etag: string;
	readonly tags: readonly string[];
	/** Of the next page. */
	readonly next: string | undefined;
}

/** What a session is made of. */
export interface SessionOptions {
	readonly credentials: CredentialSource;
	readonly proxies: Proxies;
	/** For one answer. */
	readonly timeoutMs: number;
	/** Requests that may run at a time for one host. */
	readonly mostPerHost: number;
	readonly now: () => number;
	readonly log: (line: string) => void;
}

/** However long a server wants us to wait: after so long one request may try again, as a login can change what is allowed. */
const LONGEST_PAUSE_MS = 60_000;

const LOGIN_KEPT_MS = 60_000;

/** Starts with nothing learned. */
export function startSession(options: SessionOptions): Session {
	return {
		...options,
		queue: hostQueue(options.mostPerHost),
		shared: sharedWork(),
		schemes: new Map(),
		searches: new Map(),
		authorizations: new Map(),
		logins: new Map(),
		tagPages: new Map(),
		rateLimits: new Map(),
	};
}

/**
 * Sends a request when its host has room for it. A host that said when to ask again is left alone until then.
 * @throws ToolError, AbortError; see `exchange`
 */
export async function send(session: Session, request: HttpRequest, maximumBytes: number, signal: AbortSignal): Promise<HttpAnswer> {
	const { host, origin, pathname } = request.url;
	return await session.queue.run(host, signal, async () => {
		const pause = session.rateLimits.get(host);
		if (pause?.retryAt !== undefined && session.now() < pause.retryAt) throw rateLimited(pause, session.now());
		const answer = await exchange(request, { signal, timeoutMs: session.timeoutMs, maximumBytes, proxies: session.proxies });
		session.log(`${request.method} ${origin}${pathname}: ${answer.status}`);
		const limit = rateLimitOf(host, answer.status, answer.headers, session.now());
		if (limit !== undefined) session.rateLimits.set(host, paused(limit, session.now()));
		return answer;
	});
}

/** The login for a registry, from the last minute or looked up. */
export async function loginFor(session: Session, registry: string, signal: AbortSignal): Promise<CredentialAnswer> {
	const kept = session.logins.get(registry);
	if (kept !== undefined && session.now() < kept.until) return kept.answer;
	return await session.shared.share(`login ${registry}`, signal, async (shared) => {
		const answer = await session.credentials(registry, shared);
		session.logins.set(registry, { answer, until: session.now() + LOGIN_KEPT_MS });
		return answer;
	});
}

function paused(limit: RateLimit, now: number): RateLimit {
	return limit.retryAt === undefined ? limit : { ...limit, retryAt: Math.min(limit.retryAt, now + LONGEST_PAUSE_MS) };
}
