import { cancellationOf, isCancellation, ToolError } from "../errors.ts";
import { refusalToFollow } from "./addresses.ts";
import { readBody } from "./body.ts";
import { startDeadline } from "./deadline.ts";
import { networkError, slowError } from "./networkErrors.ts";
import type { Proxies } from "./proxies.ts";
import { throughProxy } from "./throughProxy.ts";

/** A request. What is secret in it stands behind functions, so that it prints as nothing. */
export interface HttpRequest {
	readonly method: "GET" | "HEAD" | "POST";
	readonly url: URL;
	readonly headers?: Readonly<Record<string, string>>;
	/** Value of the `Authorization` header; goes to the host of `url` only, never to one that it redirects to. */
	readonly authorization?: (() => string) | undefined;
	/** Form fields of a POST. */
	readonly form?: () => URLSearchParams;
}

/** How long and how much. */
export interface HttpLimits {
	readonly signal: AbortSignal;
	/** For each address on the way, from the first byte sent to the last received. */
	readonly timeoutMs: number;
	readonly maximumBytes: number;
	/** Without it every address is asked directly. */
	readonly proxies?: Proxies;
}

/** An answer whose body has been read. */
export interface HttpAnswer {
	/** The address that answered, behind any redirects. */
	readonly url: URL;
	readonly status: number;
	readonly headers: Headers;
	readonly body: Uint8Array;
}

/** What a consumer of an answer sees while it arrives. */
export interface HttpResponse {
	readonly url: URL;
	readonly status: number;
	readonly headers: Headers;
	readonly chunks: AsyncIterable<Uint8Array>;
}

/** More of them are a loop. */
const MOST_REDIRECTS = 5;

/** Error bodies are read this far; nobody needs more of them. */
const ERROR_BYTES = 64 * 1024;

/**
 * Sends a request, follows redirects and reads the body.
 * @throws ToolError if no answer comes, one is refused (a redirect loop, a body beyond the limit); AbortError when cancelled
 */
export async function exchange(request: HttpRequest, limits: HttpLimits): Promise<HttpAnswer> {
	return await followed(request, limits, async ({ url, status, headers, chunks }) => {
		const body =
			status >= 400
				? await readBody(chunks, { maximumBytes: ERROR_BYTES, host: url.host, cut: true })
				: await readBody(chunks, { maximumBytes: limits.maximumBytes, host: url.host, announced: headers.get("content-length") });
		return { url, status, headers, body };
	});
}

/**
 * Like `exchange`, for a consumer that reads the body as it comes. A redirect to another origin loses the authorization;
 * one to a place that is not https, or into a private network, is refused.
 */
export async function followed<T>(request: HttpRequest, limits: HttpLimits, consume: (response: HttpResponse) => Promise<T>): Promise<T> {
	let { url, authorization } = request;
	for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
		const step = await transfer({ ...request, url, authorization }, limits, consume);
		if ("result" in step) return step.result;
		const target = targetOf(step.location, url);
		if (target === undefined || request.method === "POST") throw misdirected(url, "an address that makes no sense here");
		const refusal = refusalToFollow(url, target);
		if (refusal !== undefined) throw misdirected(url, refusal);
		if (target.origin !== url.origin) authorization = undefined;
		url = target;
	}
	throw new ToolError("badOutput", `${request.url.host} redirects without end`, {
		hint: "The registry, or a proxy in front of it, is set up wrongly; nothing was changed.",
		detail: `more than ${MOST_REDIRECTS} redirects`,
	});
}

async function transfer<T>(
	request: HttpRequest,
	limits: HttpLimits,
	consume: (response: HttpResponse) => Promise<T>,
): Promise<{ readonly result: T } | { readonly location: string }> {
	const { url, method } = request;
	if (limits.signal.aborted) throw cancellationOf(limits.signal);
	const deadline = startDeadline(limits.signal, limits.timeoutMs);
	try {
		const headers = headersOf(request);
		const body = request.form === undefined ? {} : { body: request.form() };
		const proxy = limits.proxies?.proxyFor(url);
		const response =
			proxy === undefined
				? await fetch(url, { method, headers, redirect: "manual", signal: deadline.signal, ...body })
				: await throughProxy(proxy, url, { method, headers, signal: deadline.signal, ...body });
		const location = response.headers.get("location");
		if (isRedirect(response.status) && location !== null) return { location };
		const chunks = response.body ?? nothing();
		return { result: await consume({ url, status: response.status, headers: response.headers, chunks }) };
	} catch (error) {
		if (limits.signal.aborted) throw cancellationOf(limits.signal);
		if (deadline.expired()) throw slowError(url.host, limits.timeoutMs);
		if (error instanceof ToolError || isCancellation(error)) throw error;
		throw networkError(error, url);
	} finally {
		deadline.end();
	}
}

/** A header value that `fetch` refuses would be quoted in its error, so that it never gets there. */
function headersOf(request: HttpRequest): Record<string, string> {
	const headers: Record<string, string> = { "user-agent": "hullguard", "accept-encoding": "identity", ...request.headers };
	const value = request.authorization?.();
	if (value === undefined) return headers;
	if (!/^[\x20-\x7e]+$/.test(value))
		throw new ToolError("badOutput", `The login for ${request.url.host} has characters that cannot be sent`, {
			hint: "Log in again, so that it is stored anew.",
		});
	return { ...headers, authorization: value };
}

function isRedirect(status: number): boolean {
	return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

function targetOf(location: string, base: URL): URL | undefined {
	try {
		return new URL(location, base);
	} catch {
		return undefined;
	}
}

function misdirected(from: URL, where: string): ToolError {
	return new ToolError("badOutput", `${from.host} sends us to ${where}`, {
		hint: "That is not followed, as it could reach what only this computer may reach; nothing was changed.",
	});
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
