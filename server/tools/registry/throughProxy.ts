import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import tls from "node:tls";
import { cancellationOf } from "../errors.ts";
import { NetworkError } from "./networkErrors.ts";

/** A request as it goes over the wire. */
export interface WireRequest {
	readonly method: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: URLSearchParams;
	readonly signal: AbortSignal;
}

/** An answer whose body has not been read. */
export interface WireAnswer {
	readonly status: number;
	readonly headers: Headers;
	readonly body: AsyncIterable<Uint8Array>;
}

/** One for each proxy, so that its connections are used again. */
const agents = new Map<string, https.Agent>();

/**
 * Sends a request through a proxy: to https addresses through a tunnel, in which the proxy sees nothing but the host; to http
 * addresses as a proxy is asked. Node's own `fetch` cannot do that in every version that the editor and the command line run on.
 * @throws NetworkError if the proxy does not open the way; what Node throws for everything behind it
 */
export async function throughProxy(proxy: URL, url: URL, { method, headers, body, signal }: WireRequest): Promise<WireAnswer> {
	const text = body?.toString();
	const all: Record<string, string> =
		text === undefined
			? { ...headers }
			: { ...headers, "content-type": "application/x-www-form-urlencoded", "content-length": String(Buffer.byteLength(text)) };
	const request =
		url.protocol === "https:"
			? https.request(url, { method, headers: all, agent: agentFor(proxy) })
			: clientOf(proxy).request({
					...serverOf(proxy),
					method,
					path: url.href,
					headers: { ...all, host: url.host, ...proxyLogin(proxy) },
				});
	const answer = await answered(request, text, signal, url.protocol === "https:" ? undefined : proxyError(proxy, url));
	if (url.protocol !== "https:" && answer.statusCode === 407) {
		answer.destroy();
		throw refused(proxy, url, 407);
	}
	return { status: answer.statusCode ?? 0, headers: headersOf(answer), body: answer };
}

function answered(
	request: ClientRequest,
	text: string | undefined,
	signal: AbortSignal,
	instead: ((error: unknown) => unknown) | undefined,
): Promise<IncomingMessage> {
	return new Promise((resolve, reject) => {
		let answer: IncomingMessage | undefined;
		// The signal that Node would take ends the connection of a whole answer, too, which the next request could have used.
		const stop = (): void => {
			if (answer?.readableEnded !== true) request.destroy(cancellationOf(signal));
		};
		signal.addEventListener("abort", stop, { once: true });
		request.once("close", () => signal.removeEventListener("abort", stop));
		request.once("response", (response) => {
			answer = response;
			resolve(response);
		});
		request.on("error", (error) => reject(instead === undefined ? error : instead(error)));
		request.end(text);
	});
}

function agentFor(proxy: URL): https.Agent {
	const known = agents.get(proxy.href);
	if (known !== undefined) return known;
	const agent = new https.Agent({ keepAlive: true });
	// The agent knows every way to make a connection but this one.
	agent.createConnection = (options, callback) => {
		const { host, port } = options as { readonly host?: string; readonly port?: number | string };
		openTunnel(proxy, host ?? "", Number(port ?? 443)).then(
			(socket) => callback?.(null, socket),
			(error: Error) => callback?.(error, undefined as unknown as Duplex),
		);
		return undefined;
	};
	agents.set(proxy.href, agent);
	return agent;
}

/** Asks the proxy for a way to the host, and speaks TLS with the host through it; its certificate is checked as ever. */
function openTunnel(proxy: URL, host: string, port: number): Promise<Duplex> {
	const name = host.includes(":") ? `[${host}]` : host;
	const url = new URL(`https://${name}:${port}`);
	return new Promise((resolve, reject) => {
		const request = clientOf(proxy).request({
			...serverOf(proxy),
			method: "CONNECT",
			path: `${name}:${port}`,
			headers: { host: `${name}:${port}`, ...proxyLogin(proxy) },
			agent: false,
			timeout: TUNNEL_TIMEOUT_MS,
		});
		request.once("timeout", () => request.destroy(new Error("timeout")));
		request.once("error", (error) => reject(proxyError(proxy, url)(error)));
		request.once("connect", (answer, socket) => {
			if (answer.statusCode !== 200) {
				socket.destroy();
				reject(refused(proxy, url, answer.statusCode ?? 0));
				return;
			}
			socket.setTimeout(0);
			const secure = tls.connect({ socket, host, ...(isIP(host) === 0 ? { servername: host } : {}) });
			secure.once("secureConnect", () => {
				secure.off("error", reject);
				resolve(secure);
			});
			secure.once("error", reject);
		});
		request.end();
	});
}

/** A tunnel is made for whoever waits for one, so that it has a limit of its own. */
const TUNNEL_TIMEOUT_MS = 15_000;

function clientOf(proxy: URL): typeof http | typeof https {
	return proxy.protocol === "https:" ? https : http;
}

function serverOf(proxy: URL): { readonly host: string; readonly port: number } {
	const { hostname } = proxy;
	return {
		host: hostname.startsWith("[") ? hostname.slice(1, -1) : hostname,
		port: proxy.port === "" ? (proxy.protocol === "https:" ? 443 : 80) : Number(proxy.port),
	};
}

function proxyLogin({ username, password }: URL): Readonly<Record<string, string>> {
	if (username === "" && password === "") return {};
	const login = `${decoded(username)}:${decoded(password)}`;
	return { "proxy-authorization": `Basic ${Buffer.from(login, "utf8").toString("base64")}` };
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

function headersOf(answer: IncomingMessage): Headers {
	const headers = new Headers();
	for (let index = 0; index + 1 < answer.rawHeaders.length; index += 2)
		headers.append(answer.rawHeaders[index] ?? "", answer.rawHeaders[index + 1] ?? "");
	return headers;
}

function proxyError(proxy: URL, url: URL): (error: unknown) => unknown {
	return (error) => {
		if (error instanceof Error && error.name === "AbortError") return error;
		const code = error instanceof Error && "code" in error ? `: ${String(error.code)}` : "";
		return new NetworkError("proxy", "unreachable", `The proxy ${proxy.host}, which stands before ${url.host}, does not answer`, {
			hint: "Check HTTPS_PROXY and NO_PROXY, and in the editor http.proxy.",
			detail: `${proxy.protocol}//${proxy.host}${code}`,
		});
	};
}

function refused(proxy: URL, url: URL, status: number): NetworkError {
	const what = status === 407 ? `The proxy ${proxy.host} wants a login` : `The proxy ${proxy.host} does not open the way to ${url.host}`;
	const hint =
		status === 407
			? "Put user and password into its address, in HTTPS_PROXY or http.proxy: http://user:password@host:port."
			: "Check HTTPS_PROXY and NO_PROXY, and what the proxy allows.";
	return new NetworkError("proxy", status === 407 ? "denied" : "unreachable", what, { hint, detail: `${proxy.host}: HTTP ${status}` });
}
