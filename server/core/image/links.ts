import { DOCKER_HUB, type ImageReference } from "./reference.ts";

/** The page of an image in its registry's web site, for the registries whose addresses are known. */
export function imagePage(reference: ImageReference): string | undefined {
	const { registry, repository } = reference;
	const [owner, ...rest] = repository.split("/");
	switch (registry) {
		case DOCKER_HUB:
			return owner === "library" ? `https://hub.docker.com/_/${rest.join("/")}` : `https://hub.docker.com/r/${repository}`;
		case "ghcr.io":
			return rest.length === 0 ? undefined : `https://github.com/${owner}/${rest[0]}/pkgs/container/${encodeURIComponent(rest.join("/"))}`;
		case "quay.io":
			return `https://quay.io/repository/${repository}`;
		case "mcr.microsoft.com":
			return `https://mcr.microsoft.com/artifact/mar/${repository}`;
		case "gcr.io":
			return `https://gcr.io/${repository}`;
		case "public.ecr.aws":
			return `https://gallery.ecr.aws/${repository}`;
		case "registry.access.redhat.com":
			return `https://catalog.redhat.com/search?searchType=containers&q=${encodeURIComponent(repository)}`;
		case "cgr.dev":
			return `https://images.chainguard.dev/directory/image/${rest.join("/")}/overview`;
		default:
			return undefined;
	}
}
