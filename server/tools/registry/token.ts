import type { Credential } from "../credentials/credential.ts";
import { ToolError } from "../errors.ts";
import { refusalToFollow } from "./addresses.ts";
import type { Challenge } from "./challenge.ts";
import type { HttpRequest } from "./exchange.ts";
import { type LoginState, tokenRefusal } from "./refusals.ts";
import { type Authorization, type Session, send } from "./session.ts";

const TOKEN_BYTES = 64 * 1024;

/** What a token counts for where the service does not say; source: distribution, token authentication. */
const DEFAULT_SECONDS = 60;

/** Taken off the end of a token's time, for the way to the registry. */
const MARGIN_SECONDS = 10;

/**
 * Asks the token service that a registry names for a token. With an identity token by POST (OAuth 2.0, `refresh_token`), else by
 * GET, with user and password or without.
 * @throws ToolError if the service may not be asked, refuses, or answers something else
 */
export async function fetchToken(
	session: Session,
	asked: { readonly registry: URL; readonly challenge: Challenge; readonly repository: string },
	credential: Credential | undefined,
	login: LoginState,
	signal: AbortSignal,
): Promise<Authorization> {
	const realm = realmOf(asked.challenge, asked.registry);
	const service = asked.challenge.parameters.get("service") ?? "";
	const scope = asked.challenge.parameters.get("scope") ?? `repository:${asked.repository}:pull`;
	const answer = await send(session, tokenRequest(realm, service, scope, credential), TOKEN_BYTES, signal);
	if (answer.status !== 200) throw tokenRefusal(answer, login, session.now());
	const { token, seconds } = readToken(answer.body, realm);
	return {
		header: () => `Bearer ${token}`,
		until: session.now() + Math.max(0, seconds - MARGIN_SECONDS) * 1000,
		login: credential !== undefined,
	};
}

function realmOf(challenge: Challenge, registry: URL): URL {
	let realm: URL;
	try {
		realm = new URL(challenge.parameters.get("realm") ?? "");
	} catch {
		throw new ToolError("badOutput", `${registry.host} names no token service`, {
			hint: "The registry is set up wrongly; nothing was changed.",
		});
	}
	const refusal = refusalToFollow(registry, realm);
	if (refusal === undefined) return realm;
	throw new ToolError("badOutput", `${registry.host} wants the login sent to ${refusal}`, {
		hint: "No login was sent, and nothing was changed.",
	});
}

function tokenRequest(realm: URL, service: string, scope: string, credential: Credential | undefined): HttpRequest {
	if (credential?.kind === "identityToken") {
		const form = (): URLSearchParams =>
			new URLSearchParams({ grant_type: "refresh_token", service, client_id: "hullguard", scope, refresh_token: credential.token() });
		return { method: "POST", url: realm, form };
	}
	const url = new URL(realm);
	if (service !== "") url.searchParams.set("service", service);
	url.searchParams.set("scope", scope);
	return { method: "GET", url, ...(credential?.kind === "password" ? { authorization: credential.basic } : {}) };
}

function readToken(body: Uint8Array, realm: URL): { readonly token: string; readonly seconds: number } {
	let parsed: unknown;
	try {
		parsed = JSON.parse(Buffer.from(body).toString("utf8"));
	} catch {
		parsed = undefined;
	}
	const fields = (parsed ?? {}) as { readonly token?: unknown; readonly access_token?: unknown; readonly expires_in?: unknown };
	const token = typeof fields.token === "string" && fields.token !== "" ? fields.token : fields.access_token;
	if (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token))
		throw new ToolError("badOutput", `${realm.host} answers without a token`, {
			hint: "The token service does not work as it should; nothing was changed.",
		});
	const seconds = fields.expires_in;
	return { token, seconds: typeof seconds === "number" && seconds > 0 && seconds < 1e7 ? seconds : DEFAULT_SECONDS };
}
