import { matchesGlob } from "../glob.ts";
import { DOCKER_HUB, type ImageReference } from "./reference.ts";

/** Registries take no longer names. */
const LONGEST = 255;

/**
 * Whether a pattern stands for a repository. `ghcr.io` is a registry and all in it, `*.example.com` every registry below a domain, `*.dkr.ecr.*.amazonaws.com` has parts that differ,
 * `ghcr.io/acme/*` all below a path, `acme/app` and `debian` are Docker Hub's. A `*` at the end of a path stands for all that
 * begins so, elsewhere for a part between slashes.
 */
export function matchesRepository(pattern: string, { registry, repository }: ImageReference): boolean {
	const { host, path } = patternParts(pattern);
	if (!matchesHost(host, registry)) return false;
	if (path === "" || path === "*") return true;
	if (path.endsWith("*") && !path.slice(0, -1).includes("*")) return repository.startsWith(path.slice(0, -1));
	return repository.length <= LONGEST && matchesGlob(path, repository);
}

function patternParts(pattern: string): { readonly host: string; readonly path: string } {
	const slash = pattern.indexOf("/");
	const first = slash === -1 ? pattern : pattern.slice(0, slash);
	const isHost = first.includes(".") || first.includes(":") || first === "localhost" || first === "*";
	if (!isHost) return { host: DOCKER_HUB, path: slash === -1 ? `library/${pattern}` : pattern };
	const host = first === "index.docker.io" ? DOCKER_HUB : first;
	const path = slash === -1 ? "" : pattern.slice(slash + 1);
	return { host, path: host === DOCKER_HUB && path !== "" && path !== "*" && !path.includes("/") ? `library/${path}` : path };
}

/** Whole labels only: `*.example.com` is neither `example.com` nor `evilexample.com`. Elsewhere a `*` stays within its label. */
function matchesHost(pattern: string, host: string): boolean {
	if (pattern === "*") return true;
	const labels = pattern.toLowerCase().split(".");
	const own = host.toLowerCase().split(".");
	const below = labels[0] === "*" ? own.length - labels.length : 0;
	if (below < 0 || labels.length + below !== own.length) return false;
	return labels.every((label, index) => (index === 0 && label === "*") || matchesGlob(label, own[index + below] ?? ""));
}
