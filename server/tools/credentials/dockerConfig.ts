import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Credential, credentialOf, identityToken, registryToken } from "./credential.ts";

/** The part of Docker's `config.json` that says how to log in. Format: docker/cli, `cli/config/configfile`. */
export interface DockerConfig {
	/** By key as written: a host, or an address such as `https://index.docker.io/v1/`. Undefined where only a helper knows the secret. */
	readonly logins: ReadonlyMap<string, Credential | undefined>;
	/** Name of the helper for a host: `ecr-login` stands for the program `docker-credential-ecr-login`. */
	readonly helpers: ReadonlyMap<string, string>;
	/** Name of the helper for every other host. */
	readonly store: string | undefined;
	/** Why nothing could be read, without a word of the file's content. */
	readonly note: string | undefined;
}

const EMPTY: DockerConfig = { logins: new Map(), helpers: new Map(), store: undefined, note: undefined };

/** Where Docker's configuration lies: in the folder that `DOCKER_CONFIG` names, else in `.docker` of the home folder. */
export function dockerConfigPath(environment: Readonly<Record<string, string | undefined>>, homeFolder: string): string {
	const folder = environment["DOCKER_CONFIG"];
	return join(folder === undefined || folder === "" ? join(homeFolder, ".docker") : folder, "config.json");
}

/** Reads Docker's configuration; a file that is missing is an empty one, one that cannot be read gives a note. */
export async function readDockerConfig(path: string): Promise<DockerConfig> {
	let text: string;
	try {
		text = await readFile(path, "utf8");
	} catch (error) {
		const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
		return code === "ENOENT" || code === "ENOTDIR" ? EMPTY : { ...EMPTY, note: `${path} cannot be read (${code})` };
	}
	return parseDockerConfig(text, path);
}

/** Reads the text of a configuration; `name` is what notes call it. */
export function parseDockerConfig(text: string, name: string): DockerConfig {
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch {
		// The parser's own message quotes the text, and with it secrets.
		return { ...EMPTY, note: `${name} is not valid JSON` };
	}
	if (!isRecord(parsed)) return { ...EMPTY, note: `${name} is not a JSON object` };
	const logins = new Map<string, Credential | undefined>();
	for (const [key, entry] of entriesOf(parsed["auths"])) logins.set(key, isRecord(entry) ? loginOf(entry) : undefined);
	const helpers = new Map<string, string>();
	for (const [host, helper] of entriesOf(parsed["credHelpers"])) if (isText(helper)) helpers.set(host, helper);
	const store = parsed["credsStore"];
	return { logins, helpers, store: isText(store) ? store : undefined, note: undefined };
}

function loginOf(entry: Readonly<Record<string, unknown>>): Credential | undefined {
	const { identitytoken, registrytoken, auth, username, password } = entry;
	if (isText(registrytoken)) return registryToken(registrytoken);
	if (isText(identitytoken)) return identityToken(identitytoken);
	if (isText(auth)) {
		const decoded = Buffer.from(auth, "base64").toString("utf8");
		const colon = decoded.indexOf(":");
		// Old versions of Docker end the password with NUL characters.
		if (colon > 0) return credentialOf(decoded.slice(0, colon), withoutFinalNuls(decoded.slice(colon + 1)));
	}
	return isText(username) && isText(password) ? credentialOf(username, password) : undefined;
}

function withoutFinalNuls(text: string): string {
	let end = text.length;
	while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
	return text.slice(0, end);
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
	return isRecord(value) ? Object.entries(value) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
	return typeof value === "string" && value !== "";
}
