import { ToolError, type ToolErrorKind } from "../errors.ts";

/** Why no answer came. */
export type NetworkReason =
	| "unresolved"
	| "refused"
	| "noRoute"
	| "reset"
	/** A proxy does not open the way. */
	| "proxy"
	/** Not TLS at all, as a plain http server answers. */
	| "notTls"
	/** TLS, but nothing that both sides can do. */
	| "tlsFailed"
	| "unknownAuthority"
	| "otherHostName"
	| "certificateDates"
	| "slow"
	| "other";

/** No answer came from a host. */
export class NetworkError extends ToolError {
	readonly reason: NetworkReason;

	constructor(reason: NetworkReason, kind: ToolErrorKind, message: string, more: { readonly hint: string; readonly detail?: string }) {
		super(kind, message, more);
		this.name = "NetworkError";
		this.reason = reason;
	}
}

/** Codes of Node, of its HTTP client and of OpenSSL. */
const REASONS: Readonly<Record<string, NetworkReason>> = {
	ENOTFOUND: "unresolved",
	EAI_AGAIN: "unresolved",
	ECONNREFUSED: "refused",
	ENETUNREACH: "noRoute",
	EHOSTUNREACH: "noRoute",
	ENETDOWN: "noRoute",
	EADDRNOTAVAIL: "noRoute",
	ECONNRESET: "reset",
	EPIPE: "reset",
	UND_ERR_SOCKET: "reset",
	UND_ERR_ABORTED: "proxy",
	ERR_SSL_WRONG_VERSION_NUMBER: "notTls",
	ERR_SSL_PACKET_LENGTH_TOO_LONG: "notTls",
	ERR_SSL_HTTP_REQUEST: "notTls",
	EPROTO: "tlsFailed",
	SELF_SIGNED_CERT_IN_CHAIN: "unknownAuthority",
	DEPTH_ZERO_SELF_SIGNED_CERT: "unknownAuthority",
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: "unknownAuthority",
	UNABLE_TO_GET_ISSUER_CERT: "unknownAuthority",
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "unknownAuthority",
	CERT_UNTRUSTED: "unknownAuthority",
	ERR_TLS_CERT_ALTNAME_INVALID: "otherHostName",
	HOSTNAME_MISMATCH: "otherHostName",
	CERT_HAS_EXPIRED: "certificateDates",
	CERT_NOT_YET_VALID: "certificateDates",
	ETIMEDOUT: "slow",
	UND_ERR_CONNECT_TIMEOUT: "slow",
	UND_ERR_HEADERS_TIMEOUT: "slow",
	UND_ERR_BODY_TIMEOUT: "slow",
};

const CHECK_NETWORK = "Check the network connection and the name of the host; behind a proxy, see the page about registries.";

/** What each reason says of a host, and what to do. */
const WORDS: Readonly<Record<Exclude<NetworkReason, "slow">, readonly [message: (url: URL) => string, hint: string]>> = {
	unresolved: [({ hostname }) => `The name ${hostname} leads nowhere, or this computer is offline`, CHECK_NETWORK],
	refused: [({ host }) => `${host} refuses the connection`, "Check that it is running and that the port is right."],
	noRoute: [({ host }) => `There is no way to ${host} from this network`, CHECK_NETWORK],
	reset: [({ host }) => `${host} closed the connection without an answer`, "Try again; behind a proxy, see the page about registries."],
	proxy: [({ host }) => `The proxy does not open the way to ${host}`, "Check HTTPS_PROXY and NO_PROXY, and what the proxy allows."],
	notTls: [({ host }) => `${host} does not speak TLS`, "Check the port; plain http is used for registries on this computer only."],
	tlsFailed: [
		({ host }) => `No TLS connection to ${host} could be agreed on`,
		"The host may want a client certificate, or know only old versions of TLS.",
	],
	unknownAuthority: [
		({ host }) => `The certificate of ${host} comes from an authority that is not known here`,
		"If it is your own, name its PEM file in NODE_EXTRA_CA_CERTS before the editor or the command line starts.",
	],
	otherHostName: [
		({ host }) => `The certificate of ${host} is for another host`,
		"Use the name that the certificate has, or check that no proxy answers instead.",
	],
	certificateDates: [
		({ host }) => `The certificate of ${host} is out of date or not yet valid`,
		"Check this computer's clock; if it is right, whoever runs the host has to renew the certificate.",
	],
	other: [({ host }) => `${host} could not be reached`, CHECK_NETWORK],
};

/** What `fetch` threw, as an error for people. What the cause says is left out: it can quote headers. */
export function networkError(error: unknown, url: URL): NetworkError {
	const code = codeOf(error);
	const reason = code === undefined ? "other" : (REASONS[code] ?? (code.startsWith("ERR_SSL_") ? "tlsFailed" : "other"));
	if (reason === "slow") return slowError(url.host, undefined);
	const [message, hint] = WORDS[reason];
	const detail = `${url.protocol}//${url.host}${code === undefined ? "" : `: ${code}`}`;
	return new NetworkError(reason, "unreachable", message(url), { hint, detail });
}

/** No answer within the limit; without one, within the system's own. */
export function slowError(host: string, timeoutMs: number | undefined): NetworkError {
	const within = timeoutMs === undefined ? "in time" : `within ${timeoutMs / 1000} seconds`;
	return new NetworkError("slow", "timedOut", `${host} did not answer ${within}`, { hint: "Try again later; nothing was changed." });
}

/** The first known code in an error, its causes and, for a host with several addresses, the errors of each. */
function codeOf(error: unknown): string | undefined {
	let fallback: string | undefined;
	const queue: unknown[] = [error];
	for (let index = 0; index < queue.length && index < 20; index++) {
		const current = queue[index];
		if (!(current instanceof Error)) continue;
		if ("code" in current && typeof current.code === "string") {
			if (current.code in REASONS) return current.code;
			fallback ??= current.code;
		}
		if (current.cause !== undefined) queue.push(current.cause);
		if (current instanceof AggregateError) queue.push(...current.errors);
	}
	return fallback;
}
