import { DOCKER_HUB, type ImageReference } from "../../core/image/reference.ts";
import { isLoopback } from "./addresses.ts";
import { entryFor, type OtherLocation, type RegistryEntry } from "./registriesConf.ts";

/** A server that can answer for a repository. */
export interface Endpoint {
	/** Host and port, as answers and errors name it. */
	readonly host: string;
	/** What stands before `/v2/` in its paths: empty, or `/` and a prefix. */
	readonly prefix: string;
	/**
	 * `https`, `http`, or `local`: https, and http if the port does not speak TLS, for registries on this computer and those that
	 * podman's configuration calls insecure.
	 */
	readonly scheme: "https" | "http" | "local";
	/** The name under which its login is kept. */
	readonly login: string;
	/** What the repository is called there, if not as in the reference. */
	readonly repository?: string;
}

/** Where Docker Hub answers. Source: docker/cli, distribution/reference. */
const HUB_HOST = "registry-1.docker.io";

/**
 * The servers to ask for a reference, in order: for names of Docker Hub its mirrors first, as the engine does; for names that
 * podman's configuration knows, the mirrors and the place that stand there.
 */
export function endpointsOf(
	reference: ImageReference,
	mirrors: readonly Endpoint[],
	entries: readonly RegistryEntry[] = [],
): readonly Endpoint[] {
	const { registry, repository } = reference;
	const isHub = registry === DOCKER_HUB;
	const first = isHub ? mirrors : [];
	const own: Endpoint = isHub
		? { host: HUB_HOST, prefix: "", scheme: "https", login: DOCKER_HUB }
		: { host: registry, prefix: "", scheme: isLoopback(hostnameOf(registry)) ? "local" : "https", login: registry };
	const name = `${registry}/${repository}`;
	const entry = entryFor(name, entries);
	if (entry === undefined) return [...first, own];
	const rest = name.slice(entry.prefix.length);
	const others = entry.mirrors
		.filter(({ pull }) => pull === "all" || (pull === "digest-only") === (reference.digest !== undefined))
		.flatMap((mirror) => endpointAt(mirror, rest) ?? []);
	const isElsewhere = entry.location !== entry.prefix;
	const place = isElsewhere ? endpointAt(entry, rest) : { ...own, scheme: entry.insecure ? ("local" as const) : own.scheme };
	return [...first, ...others, ...(place === undefined ? [] : [place])];
}

function endpointAt({ location, insecure }: OtherLocation, rest: string): Endpoint | undefined {
	const full = `${location}${rest}`;
	const slash = full.indexOf("/");
	const host = full.slice(0, slash);
	const repository = full.slice(slash + 1);
	if (host === "" || repository === "" || !URL.canParse(`https://${host}`)) return undefined;
	if (host === DOCKER_HUB) return { host: HUB_HOST, prefix: "", scheme: "https", login: DOCKER_HUB, repository };
	return { host, prefix: "", scheme: insecure || isLoopback(hostnameOf(host)) ? "local" : "https", login: host, repository };
}

/**
 * A mirror from its address: `https://mirror.example`, `http://localhost:5000/`, with a path if it has one; https if no scheme
 * is given. Undefined if it is no such address, or has a user name, a query or a fragment in it.
 */
export function mirrorEndpoint(address: string): Endpoint | undefined {
	const trimmed = address.trim();
	if (trimmed === "") return undefined;
	let url: URL;
	try {
		url = new URL(trimmed.includes("://") ? trimmed : `https://${trimmed}`);
	} catch {
		return undefined;
	}
	if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
	if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return undefined;
	const prefix = url.pathname.endsWith("/") ? url.pathname.slice(0, -1) : url.pathname;
	return { host: url.host, prefix, scheme: url.protocol === "http:" ? "http" : "https", login: url.host };
}

/** `localhost:5000` → `localhost`, `[::1]:5000` → `[::1]`. */
function hostnameOf(host: string): string {
	const colon = host.lastIndexOf(":");
	return colon > host.lastIndexOf("]") ? host.slice(0, colon) : host;
}
