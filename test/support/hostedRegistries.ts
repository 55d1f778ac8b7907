import type { Fault, SeenRequest, TestRegistryOptions } from "./registry.ts";

/**
 * A hosted registry as its documentation and its answers describe it. It is played: a proxy leads its name to the
 * suite's own registry, which shows a certificate for it. What is real is the client, from the name in the Dockerfile on.
 */
export interface Hosted {
	readonly name: string;
	/** As in a Dockerfile. */
	readonly reference: string;
	/** The host that has to be asked, and the repository there. */
	readonly host: string;
	readonly repository: string;
	readonly options?: TestRegistryOptions;
	/** `user:password`, or an identity token. */
	readonly login?: string | { readonly identityToken: string };
	/** The name under which its login has to be looked for. */
	readonly loginName?: string;
	/** Docker's media types, as older images have them. */
	readonly docker?: boolean;
	/** What it does in place of the usual answer to a request for a manifest. */
	readonly fault?: (request: SeenRequest) => Fault | undefined;
}

const bearer = (realm: string, service: string, more: TestRegistryOptions = {}): TestRegistryOptions => ({
	auth: "bearer",
	realm,
	service,
	...more,
});

export const HOSTED: readonly Hosted[] = [
	...["debian:12", "docker.io/library/debian:12", "index.docker.io/debian:12"].map((reference) => ({
		name: `Docker Hub, as ${reference}`,
		reference,
		host: "registry-1.docker.io",
		repository: "library/debian",
		options: bearer("https://auth.docker.io/token", "registry.docker.io", { blobHost: "production.cloudflare.docker.com" }),
		loginName: "docker.io",
	})),
	{
		name: "Docker Hub with a login",
		reference: "acme/private:1",
		host: "registry-1.docker.io",
		repository: "acme/private",
		options: bearer("https://auth.docker.io/token", "registry.docker.io", { user: "me", password: "dckr_pat_1" }),
		login: "me:dckr_pat_1",
		loginName: "docker.io",
		docker: true,
	},
	{
		name: "GitHub",
		reference: "ghcr.io/acme/tools/app:1",
		host: "ghcr.io",
		repository: "acme/tools/app",
		options: bearer("https://ghcr.io/token", "ghcr.io", { blobHost: "pkg-containers.githubusercontent.com" }),
	},
	{
		name: "GitHub with a login",
		reference: "ghcr.io/acme/private:1",
		host: "ghcr.io",
		repository: "acme/private",
		options: bearer("https://ghcr.io/token", "ghcr.io", { user: "me", password: "ghp_secret" }),
		login: "me:ghp_secret",
	},
	{
		name: "Quay",
		reference: "quay.io/acme/app:1",
		host: "quay.io",
		repository: "acme/app",
		options: bearer("https://quay.io/v2/auth", "quay.io", { user: "acme+robot", password: "robot-secret", blobHost: "cdn01.quay.io" }),
		login: "acme+robot:robot-secret",
		docker: true,
	},
	{
		name: "Amazon ECR, public",
		reference: "public.ecr.aws/docker/library/node:22",
		host: "public.ecr.aws",
		repository: "docker/library/node",
		options: bearer("https://public.ecr.aws/token/", "public.ecr.aws", { blobHost: "d5l0dvt14r5h8.cloudfront.net" }),
	},
	{
		name: "Amazon ECR, private",
		reference: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1",
		host: "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
		repository: "team/app",
		options: {
			auth: "basic",
			user: "AWS",
			password: "ecr-token",
			blobHost: "prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com",
		},
		login: "AWS:ecr-token",
		docker: true,
	},
	{
		name: "Google Artifact Registry",
		reference: "europe-docker.pkg.dev/project/images/app:1",
		host: "europe-docker.pkg.dev",
		repository: "project/images/app",
		options: bearer("https://europe-docker.pkg.dev/v2/token", "", { user: "oauth2accesstoken", password: "ya29.x" }),
		login: "oauth2accesstoken:ya29.x",
	},
	{
		name: "Google Container Registry",
		reference: "gcr.io/distroless/static-debian12:nonroot",
		host: "gcr.io",
		repository: "distroless/static-debian12",
		options: bearer("https://gcr.io/v2/token", "gcr.io", { blobHost: "storage.googleapis.com" }),
	},
	{
		name: "Azure with an identity token",
		reference: "acme.azurecr.io/team/app:1",
		host: "acme.azurecr.io",
		repository: "team/app",
		options: bearer("https://acme.azurecr.io/oauth2/token", "acme.azurecr.io", {
			identityToken: "refresh",
			blobHost: "acmestore.blob.core.windows.net",
		}),
		login: { identityToken: "refresh" },
	},
	{
		name: "GitLab, with the token service on another host",
		reference: "registry.gitlab.com/group/sub/project/image:1",
		host: "registry.gitlab.com",
		repository: "group/sub/project/image",
		options: bearer("https://gitlab.com/jwt/auth", "container_registry", {
			user: "gitlab-ci-token",
			password: "job-secret",
			blobHost: "cdn.registry.gitlab-static.net",
		}),
		login: "gitlab-ci-token:job-secret",
	},
	{
		name: "Microsoft, without any login",
		reference: "mcr.microsoft.com/dotnet/sdk:9.0",
		host: "mcr.microsoft.com",
		repository: "dotnet/sdk",
		options: { blobHost: "eastus.data.mcr.microsoft.com" },
		docker: true,
	},
	{
		name: "Chainguard",
		reference: "cgr.dev/chainguard/node:latest",
		host: "cgr.dev",
		repository: "chainguard/node",
		options: bearer("https://cgr.dev/token", "cgr.dev", {
			blobHost: "9236a389bd48b984df91adc1bc924620.r2.cloudflarestorage.com",
		}),
	},
	{
		name: "Docker Hardened Images",
		reference: "dhi.io/node:22",
		host: "dhi.io",
		repository: "node",
		options: bearer("https://dhi.io/token", "dhi.io", { user: "acme", password: "dckr_oat_1" }),
		login: "acme:dckr_oat_1",
	},
	{
		name: "Harbor with a robot account",
		reference: "harbor.example.com/project/team/app:1",
		host: "harbor.example.com",
		repository: "project/team/app",
		options: bearer("https://harbor.example.com/service/token", "harbor-registry", { user: "robot$ci", password: "robot:secret" }),
		login: "robot$ci:robot:secret",
	},
	{
		name: "Harbor's cache of Docker Hub, under a path",
		reference: "harbor.example.com/dockerhub/library/node:22",
		host: "harbor.example.com",
		repository: "dockerhub/library/node",
		options: bearer("https://harbor.example.com/service/token", "harbor-registry"),
	},
	{
		name: "Artifactory, by host",
		reference: "acme.jfrog.io/docker-virtual/app:1",
		host: "acme.jfrog.io",
		repository: "docker-virtual/app",
		options: bearer("https://acme.jfrog.io/artifactory/api/docker/docker-virtual/v2/token", "acme.jfrog.io", {
			user: "user",
			password: "jfrog-secret",
		}),
		login: "user:jfrog-secret",
	},
	{
		name: "Artifactory, under a path, which tells digests in GET only",
		reference: "artifactory.example.com/docker-local/team/app:1",
		host: "artifactory.example.com",
		repository: "docker-local/team/app",
		options: { auth: "basic", user: "user", password: "jfrog-secret" },
		login: "user:jfrog-secret",
		fault: ({ method, authorization }) =>
			method === "HEAD" && authorization !== undefined
				? { kind: "answer", status: 200, headers: { "content-type": "application/vnd.oci.image.index.v1+json" } }
				: undefined,
	},
	{
		name: "a registry that does not know HEAD",
		reference: "registry.example.com/app:1",
		host: "registry.example.com",
		repository: "app",
		fault: ({ method }) => (method === "HEAD" ? { kind: "answer", status: 405 } : undefined),
	},
];
