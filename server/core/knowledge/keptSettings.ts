/** A command with which a program keeps what it is given, as it can be read out again, in a file of the user's. */
export interface KeptSetting {
	readonly program: string;
	/** The words behind the program that are no options. */
	readonly words: readonly string[];
	/** The file, from the home folder; undefined where that depends on the version or on options. */
	readonly file?: string;
	/** A login: the credential may come by standard input. */
	readonly login?: true;
	/** It reads the credential from the file that an option names. */
	readonly reads?: true;
	/** With one of these options nothing is kept. */
	readonly unless?: readonly string[];
}

const DOCKER = ".docker/config.json";
const HELM = ".config/helm";
const GCLOUD = ".config/gcloud/credentials.db";
const NUGET = ".nuget/NuGet/NuGet.Config";
const HUGGING_FACE = ".cache/huggingface/token";

/**
 * Source: the manuals of npm 11, pnpm 10, Yarn, pip 25, Poetry 2, Composer 2, Bundler 2, Git 2.51, the AWS, Azure and Google Cloud CLI, Conan, Docker 28, Podman 5,
 * Buildah, Skopeo, Helm 3, gh, glab, Cargo, Vault, the Hugging Face CLI, .NET 9, Go, oc and kubectl. Without a desktop none of them finds a key ring. Read 2026-11.
 */
export const KEPT_SETTINGS: readonly KeptSetting[] = [
	...[["config", "set"], ["set"], ["c", "set"]].flatMap((words): readonly KeptSetting[] => [
		{ program: "npm", words, file: ".npmrc" },
		{ program: "pnpm", words },
	]),
	{ program: "yarn", words: ["config", "set"] },
	{ program: "pip", words: ["config", "set"] },
	{ program: "pip3", words: ["config", "set"] },
	{ program: "poetry", words: ["config"] },
	{ program: "composer", words: ["config"] },
	{ program: "composer", words: ["global", "config"] },
	{ program: "bundle", words: ["config"] },
	{ program: "git", words: ["config"] },
	{ program: "aws", words: ["configure", "set"], file: ".aws/credentials" },
	{ program: "conan", words: ["user"] },
	{ program: "go", words: ["env"], file: ".config/go/env" },
	{ program: "dotnet", words: ["nuget", "add", "source"], file: NUGET },
	{ program: "dotnet", words: ["nuget", "update", "source"], file: NUGET },
	{ program: "docker", words: ["login"], file: DOCKER, login: true },
	...["podman", "buildah", "skopeo"].map((program): KeptSetting => ({ program, words: ["login"], login: true })),
	{ program: "helm", words: ["registry", "login"], file: `${HELM}/registry/config.json`, login: true },
	{ program: "helm", words: ["repo", "add"], file: `${HELM}/repositories.yaml` },
	{ program: "gh", words: ["auth", "login"], file: ".config/gh/hosts.yml", login: true },
	{ program: "glab", words: ["auth", "login"], file: ".config/glab-cli/config.yml", login: true },
	{ program: "az", words: ["login"], file: ".azure/service_principal_entries.json" },
	{ program: "gcloud", words: ["auth", "activate-service-account"], file: GCLOUD, reads: true },
	{ program: "gcloud", words: ["auth", "login"], file: GCLOUD, reads: true },
	{ program: "cargo", words: ["login"], login: true },
	{ program: "vault", words: ["login"], file: ".vault-token", login: true, unless: ["-no-store", "-token-only"] },
	{ program: "huggingface-cli", words: ["login"], file: HUGGING_FACE },
	{ program: "hf", words: ["auth", "login"], file: HUGGING_FACE },
	{ program: "oc", words: ["login"], file: ".kube/config" },
	{ program: "kubectl", words: ["config", "set-credentials"], file: ".kube/config" },
];
