import { cancellationOf, ToolError } from "../errors.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import type { Endpoint } from "./endpoints.ts";
import type { HttpAnswer } from "./exchange.ts";
import { NetworkError } from "./networkErrors.ts";
import type { LoginState } from "./refusals.ts";
import { type Authorization, loginFor, type Session, send } from "./session.ts";
import { fetchToken } from "./token.ts";

/** A question about a repository. */
export interface RegistryRequest {
	readonly method: "GET" | "HEAD";
	readonly endpoint: Endpoint;
	readonly repository: string;
	/** Behind the repository: `manifests/latest`. */
	readonly path: string;
	readonly accept?: string;
	/** Value of `If-None-Match`: what is there may be answered with 304. */
	readonly known?: string | undefined;
	readonly maximumBytes: number;
}

/** An answer, whatever its status, and the login that it was asked with. */
export interface RegistryAnswer extends HttpAnswer {
	readonly login: LoginState;
}

/**
 * Asks a registry; when it wants to know who asks, with the login that there is, or with an anonymous token. Registries on this
 * computer are tried with https, and with http where the port does not speak TLS: as Docker does, so that a local registry
 * with a certificate keeps its logins encrypted.
 * @throws ToolError if no answer comes or the login is refused; AbortError when cancelled
 */
export async function askRegistry(session: Session, wanted: RegistryRequest, signal: AbortSignal): Promise<RegistryAnswer> {
	const { host, scheme, repository = wanted.repository } = wanted.endpoint;
	const request = { ...wanted, repository };
	if (scheme !== "local") return await asked(session, request, scheme, signal);
	const search = await knownOrSearched(session, host, signal);
	let known = search.known;
	if (known === undefined) {
		try {
			const answer = await asked(session, request, "https", signal);
			known = "https";
			session.schemes.set(host, known);
			return answer;
		} catch (error) {
			if (!(error instanceof NetworkError) || !mayBePlain(error, host)) throw error;
			known = "http";
		} finally {
			search.tell(known ?? (signal.aborted ? "left" : undefined));
		}
	}
	const answer = await asked(session, request, known, signal);
	// A server that speaks TLS answers plain http with 400: look again next time.
	if (answer.status === 400) session.schemes.delete(host);
	else session.schemes.set(host, known);
	return answer;
}

type Scheme = "https" | "http";

interface SchemeSearch {
	readonly known: Scheme | undefined;
	/** To be called, with what was found, by who is told that nothing is known; `left` where nobody will know. */
	readonly tell: (found: Scheme | "left" | undefined) => void;
}

/**
 * How a registry on this computer answers, as far as that is known. Of a hundred requests at a time one finds out, and the others
 * wait for it: the next one takes its place when it was cancelled, and each looks for itself when it failed.
 */
async function knownOrSearched(session: Session, host: string, signal: AbortSignal): Promise<SchemeSearch> {
	for (;;) {
		const known = session.schemes.get(host);
		const search = session.searches.get(host);
		if (known !== undefined) return { known, tell: () => {} };
		if (search === undefined) return { known, tell: announceSearch(session, host) };
		const found = await joined(search, signal);
		if (found !== "left") return { known: found, tell: () => {} };
	}
}

function announceSearch(session: Session, host: string): SchemeSearch["tell"] {
	let resolveSearch: SchemeSearch["tell"] = () => {};
	const search = new Promise<Scheme | "left" | undefined>((resolve) => {
		resolveSearch = resolve;
	});
	session.searches.set(host, search);
	return (found) => {
		session.searches.delete(host);
		resolveSearch(found);
	};
}

function joined<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
	return new Promise((resolve, reject) => {
		const leave = (): void => reject(cancellationOf(signal));
		signal.addEventListener("abort", leave, { once: true });
		void promise.then((value) => {
			signal.removeEventListener("abort", leave);
			resolve(value);
		});
	});
}

/** Without a port, http is another door than https; with one, only a port that does not speak TLS can speak http. */
function mayBePlain(error: NetworkError, host: string): boolean {
	return error.reason === "notTls" || (error.reason === "refused" && !/:\d+$/.test(host));
}

async function asked(session: Session, request: RegistryRequest, scheme: "https" | "http", signal: AbortSignal): Promise<RegistryAnswer> {
	const url = addressOf(request, scheme);
	const key = `${url.origin}${request.endpoint.prefix} ${request.repository}`;
	const { login: registry } = request.endpoint;
	const attempt = async (authorization: Authorization | undefined): Promise<HttpAnswer> => {
		const headers = {
			...(request.accept === undefined ? {} : { accept: request.accept }),
			...(request.known === undefined ? {} : { "if-none-match": request.known }),
		};
		return await send(
			session,
			{ method: request.method, url, headers, authorization: authorization?.header },
			request.maximumBytes,
			signal,
		);
	};
	const first = keptAuthorization(session, key);
	const answer = await attempt(first);
	const wasUsed: LoginState = { registry, used: first?.login ?? false, note: undefined };
	// A server that we were sent to gets no login of this one.
	if (answer.status !== 401 || answer.url.origin !== url.origin) return { ...answer, login: wasUsed };
	const challenges = parseChallenges(answer.headers.get("www-authenticate") ?? "");
	const found = await session.shared.share(`authorization ${key}`, signal, async (shared): Promise<FoundAuthorization> => {
		// Somebody else may have been given one while this request was on its way.
		const newer = keptAuthorization(session, key);
		if (newer !== undefined && newer !== first) return { authorization: newer, login: { registry, used: newer.login, note: undefined } };
		session.authorizations.delete(key);
		const fresh = await authorizationFor(session, request, url, challenges, shared);
		if (fresh.authorization !== undefined) session.authorizations.set(key, fresh.authorization);
		return fresh;
	});
	if (found.authorization === undefined) return { ...answer, login: found.login };
	const second = await attempt(found.authorization);
	if (second.status === 401) {
		session.authorizations.delete(key);
		session.logins.delete(registry);
	}
	return { ...second, login: found.login };
}

function keptAuthorization(session: Session, key: string): Authorization | undefined {
	const kept = session.authorizations.get(key);
	return kept !== undefined && session.now() < kept.until ? kept : undefined;
}

interface FoundAuthorization {
	/** Undefined if there is nothing to answer the challenge with. */
	readonly authorization: Authorization | undefined;
	readonly login: LoginState;
}

async function authorizationFor(
	session: Session,
	request: RegistryRequest,
	url: URL,
	challenges: readonly Challenge[],
	signal: AbortSignal,
): Promise<FoundAuthorization> {
	const { login: registry } = request.endpoint;
	const { credential, note } = await loginFor(session, registry, signal);
	const login: LoginState = { registry, used: credential !== undefined, note };
	const forever = Number.POSITIVE_INFINITY;
	if (credential?.kind === "registryToken") return { authorization: { header: credential.bearer, until: forever, login: true }, login };
	const bearer = challenges.find((challenge) => challenge.scheme === "bearer");
	if (bearer !== undefined) {
		try {
			const what = { registry: url, challenge: bearer, repository: request.repository };
			return { authorization: await fetchToken(session, what, credential, login, signal), login };
		} catch (error) {
			if (error instanceof ToolError && error.kind === "denied") session.logins.delete(registry);
			throw error;
		}
	}
	const takesPassword = challenges.some((challenge) => challenge.scheme === "basic");
	if (!takesPassword || credential?.kind !== "password") return { authorization: undefined, login };
	return { authorization: { header: credential.basic, until: forever, login: true }, login };
}

function addressOf(request: RegistryRequest, scheme: "https" | "http"): URL {
	const { endpoint, repository, path } = request;
	try {
		return new URL(`${scheme}://${endpoint.host}${endpoint.prefix}/v2/${repository}/${path}`);
	} catch {
		throw new ToolError("invalid", `${endpoint.host} is not the name of a host`, { hint: "Check the name of the registry." });
	}
}
