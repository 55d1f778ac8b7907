import { DOCKER_HUB } from "../../core/image/reference.ts";
import { isCancellation } from "../errors.ts";
import type { Credential, CredentialAnswer, CredentialSource } from "./credential.ts";
import { type DockerConfig, parseDockerConfig, readDockerConfig } from "./dockerConfig.ts";
import { findHelper, type HelperRunner, isHelperName, readHelperAnswer } from "./helper.ts";
import { loginFiles } from "./loginFiles.ts";

/** What the look-up of Docker's logins needs of the world. */
export interface DockerCredentialOptions {
	/** `DOCKER_AUTH_CONFIG`, what `loginFiles` reads, and `PATH`. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly homeFolder: string;
	/** Programs in these folders never run. */
	readonly workspaceFolders: readonly string[];
	/** `process.platform`. */
	readonly platform: string;
	readonly run: HelperRunner;
	/** How long a helper may take. */
	readonly helperTimeoutMs?: number;
}

const HELPER_TIMEOUT_MS = 5000;

/** The key under which Docker keeps the login for Docker Hub. */
const HUB_KEY = "https://index.docker.io/v1/";

/**
 * Logins as Docker's command line finds them: `DOCKER_AUTH_CONFIG`, then in its configuration the helper named for the host, the
 * helper for all hosts, and what stands in the file itself. What Docker does not know is looked for where podman keeps it. For
 * trusted workspaces only: it reads secrets and runs programs.
 */
export function dockerCredentials(options: DockerCredentialOptions): CredentialSource {
	return async (registry, signal) => {
		const keys = keysOf(registry);
		const given = options.environment["DOCKER_AUTH_CONFIG"];
		const fromEnvironment = given === undefined || given === "" ? undefined : parseDockerConfig(given, "DOCKER_AUTH_CONFIG");
		const first = fromEnvironment === undefined ? undefined : loginIn(fromEnvironment, keys);
		if (first !== undefined) return { credential: first };
		let note: string | undefined;
		for (const path of loginFiles(options.environment, options.homeFolder)) {
			const config = await readDockerConfig(path);
			const helped = await fromHelper(config, keys, options, signal);
			note ??= helped.note ?? config.note;
			const credential = helped.credential ?? loginIn(config, keys);
			if (credential !== undefined) return { credential, ...(note === undefined ? {} : { note }) };
		}
		note ??= fromEnvironment?.note;
		return note === undefined ? {} : { note };
	};
}

/** The keys under which a registry's login can stand, the usual one first. */
function keysOf(registry: string): readonly string[] {
	return registry === DOCKER_HUB ? [HUB_KEY, "index.docker.io", DOCKER_HUB] : [registry];
}

async function fromHelper(
	config: DockerConfig,
	keys: readonly string[],
	options: DockerCredentialOptions,
	signal: AbortSignal,
): Promise<CredentialAnswer> {
	const key = keys.find((candidate) => config.helpers.has(candidate)) ?? keys[0];
	const name = key === undefined ? undefined : (config.helpers.get(key) ?? config.store);
	if (key === undefined || name === undefined) return {};
	if (!isHelperName(name)) return { note: "The Docker configuration names a credential helper that cannot exist" };
	const program = `docker-credential-${name}`;
	const path = findHelper(name, options);
	if (path === undefined) return { note: `${program}, which the Docker configuration names, is not on the PATH` };
	const timeoutMs = options.helperTimeoutMs ?? HELPER_TIMEOUT_MS;
	try {
		const answer = readHelperAnswer(await options.run({ path, args: ["get"], input: `${key}\n`, timeoutMs, signal }));
		if (answer.kind === "credential") return { credential: answer.credential };
		return answer.kind === "none" ? {} : { note: `${program} ${answer.reason}` };
	} catch (error) {
		if (isCancellation(error)) throw error;
		// What the runner says may quote the output.
		return { note: `${program} could not be run, or took longer than ${timeoutMs / 1000} seconds` };
	}
}

/** The login in a configuration: under the exact key, else under an address of the same host. */
function loginIn(config: DockerConfig, keys: readonly string[]): Credential | undefined {
	for (const key of keys) {
		const exact = config.logins.get(key);
		if (exact !== undefined) return exact;
	}
	const hosts = keys.map(hostOf);
	for (const [key, login] of config.logins) if (login !== undefined && hosts.includes(hostOf(key))) return login;
	return undefined;
}

/** `https://ghcr.io/v1/` → `ghcr.io`. */
function hostOf(key: string): string {
	const scheme = key.indexOf("://");
	const rest = scheme === -1 ? key : key.slice(scheme + 3);
	const slash = rest.indexOf("/");
	return slash === -1 ? rest : rest.slice(0, slash);
}
