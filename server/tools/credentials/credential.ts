/**
 * A login. What is secret stands behind a function, so that neither a log line, an error nor JSON ever holds it:
 * a function prints as nothing.
 */
export type Credential =
	/** User and password, as the value of a `Basic` header. */
	| { readonly kind: "password"; readonly basic: () => string }
	/** A refresh token that the registry's token service changes for an access token. */
	| { readonly kind: "identityToken"; readonly token: () => string }
	/** An access token, as the value of a `Bearer` header. */
	| { readonly kind: "registryToken"; readonly bearer: () => string };

/** What is known of a login for a registry. */
export interface CredentialAnswer {
	readonly credential?: Credential;
	/** Why there is none, or why the best place for one could not be read; one sentence without secrets. */
	readonly note?: string;
}

/**
 * Finds the login for a registry, named as in image references (`docker.io`, `ghcr.io`, `localhost:5000`). Never throws,
 * except the `AbortError` of a cancellation: what cannot be read is a note, and the registry is asked without a login.
 */
export type CredentialSource = (registry: string, signal: AbortSignal) => Promise<CredentialAnswer>;

/** Knows no login: for workspaces that are not trusted, and where the user does not want any to be used. */
export const anonymous: CredentialSource = async () => ({});

/** The user name with which Docker marks a secret as an identity token. */
const TOKEN_USER = "<token>";

/** A login from a user name and its secret; undefined if one of them is empty. */
export function credentialOf(user: string, secret: string): Credential | undefined {
	if (user === "" || secret === "") return undefined;
	if (user === TOKEN_USER) return identityToken(secret);
	const basic = `Basic ${Buffer.from(`${user}:${secret}`, "utf8").toString("base64")}`;
	return { kind: "password", basic: () => basic };
}

/** A login by identity token. */
export function identityToken(token: string): Credential {
	return { kind: "identityToken", token: () => token };
}

/** A login by access token. */
export function registryToken(token: string): Credential {
	return { kind: "registryToken", bearer: () => `Bearer ${token}` };
}
