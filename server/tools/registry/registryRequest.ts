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
	let known = session.schemes.get(host) ?? (await schemeFoundByOther(session, host, signal));
	if (known === undefined) {
		const tell = announceSearch(session, host);
		try {
			const answer = await asked(session, request, "https", signal);
			known = "https";
			session.schemes.set(host, known);
			return answer;
		} catch (error) {
			if (!(error instanceof NetworkError) || !mayBePlain(error, host)) throw error;
			known = "http";
		} finally {
			tell(known);
		}
	}
	const answer = await asked(session, request, known, signal);
	// A server that speaks TLS answers plain http with 400: look again next time.
	if (answer.status === 400) session.schemes.delete(host);
	else session.schemes.set(host, known);
	return answer;
}

type Scheme = "https" | "http";

/** What the request that came first finds out: of a hundred for one host, one tries whether the port speaks TLS. */
async function schemeFoundByOther(session: Session, host: string, signal: AbortSignal): Promise<Scheme | undefined> {
	const search = session.searches.get(host);
	if (search === undefined) return undefined;
	return await new Promise((resolve, reject) => {
		const leave = (): void => reject(cancellationOf(signal));
		signal.addEventListener("abort", leave, { once: true });
		void search.then((found) => {
			signal.removeEventListener("abort", leave);
			resolve(found);
		});
	});
}

/** Lets others wait for what is found; gives the function that tells them. Who learns nothing looks for himself. */
function announceSearch(session: Session, host: string): (found: Scheme | undefined) => void {
	let tell = (_: Scheme | undefined): void => {};
	const search = new Promise<Scheme | undefined>((resolve) => {
		tell = resolve;
	});
	session.searches.set(host, search);
	return (found) => {
		if (session.searches.get(host) === search) session.searches.delete(host);
		tell(found);
	};
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
		const headers = request.accept === undefined ? {} : { accept: request.accept };
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
