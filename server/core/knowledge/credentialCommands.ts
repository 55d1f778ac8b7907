/**
 * Commands that do nothing without a credential, and where each one looks for it.
 * Source: the documentation of Poetry 1.8, the AWS CLI 2, Google Cloud CLI, GitHub CLI 2, npm 10, Yarn 4, pnpm 9, Cargo 1.78, Twine 5, Maven 3.9, NuGet 6, Helm 3,
 * RubyGems 3.5, Composer 2.7, Git 2.45, OpenSSH 9 and the pages of the registries. Read 2026-11.
 */
export interface CredentialCommand {
	readonly programs: readonly string[];
	/** Subcommands that need the credential, words in order; empty for every one but `except`. */
	readonly verbs: readonly string[];
	readonly except?: readonly string[];
	/** The scheme of the address that needs the credential, where others may need none. */
	readonly address?: string;
	/** Options, before or behind the subcommand, that take the next word as their value. */
	readonly valueOptions: readonly string[];
	/** With one of these options none is needed, or it is given in place. */
	readonly without: readonly string[];
	/** Variables that hold the credential, or name the file that does. */
	readonly variables: readonly string[];
	/** What it is, with its article where it has one. */
	readonly title: string;
	readonly place: CredentialPlace;
}

/** `file`: below the home directory, mounted under this id. `variable`: filled from a secret. `ssh`: the agent. */
export type CredentialPlace =
	| { readonly kind: "file"; readonly path: string; readonly id: string }
	| { readonly kind: "variable"; readonly name: string }
	| { readonly kind: "ssh" };

const HELP = ["--help", "-h", "--version", "-V", "help"];
const NPMRC: CredentialPlace = { kind: "file", path: ".npmrc", id: "npmrc" };
const NUGET: CredentialPlace = { kind: "file", path: ".nuget/NuGet/NuGet.Config", id: "nuget-config" };

export const CREDENTIAL_COMMANDS: readonly CredentialCommand[] = [
	{
		programs: ["aws"],
		verbs: [],
		except: ["configure", "help", "history"],
		valueOptions: [
			"--region",
			"--profile",
			"--endpoint-url",
			"--output",
			"--query",
			"--ca-bundle",
			"--cli-read-timeout",
			"--cli-connect-timeout",
		],
		without: [...HELP, "--no-sign-request", "--endpoint-url"],
		variables: [
			"AWS_ACCESS_KEY_ID",
			"AWS_SECRET_ACCESS_KEY",
			"AWS_SESSION_TOKEN",
			"AWS_SHARED_CREDENTIALS_FILE",
			"AWS_WEB_IDENTITY_TOKEN_FILE",
			"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
			"AWS_CONTAINER_CREDENTIALS_FULL_URI",
		],
		title: "AWS credentials",
		place: { kind: "file", path: ".aws/credentials", id: "aws" },
	},
	{
		programs: ["gcloud"],
		verbs: [
			"secrets",
			"artifacts",
			"storage",
			"auth print-access-token",
			"auth print-identity-token",
			"container clusters get-credentials",
		],
		valueOptions: ["--project", "--account", "--region", "--zone", "--format"],
		without: [...HELP, "--access-token-file", "--impersonate-service-account"],
		variables: ["CLOUDSDK_AUTH_ACCESS_TOKEN", "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE"],
		title: "a Google Cloud access token",
		place: { kind: "variable", name: "CLOUDSDK_AUTH_ACCESS_TOKEN" },
	},
	{
		programs: ["gh"],
		verbs: ["api", "auth token", "auth status", "release", "repo", "pr", "issue", "run", "gist", "secret", "variable", "workflow"],
		valueOptions: ["-R", "--repo", "-H", "--header", "-q", "--jq"],
		without: HELP,
		variables: ["GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"],
		title: "a GitHub token",
		place: { kind: "variable", name: "GH_TOKEN" },
	},
	{
		programs: ["npm", "pnpm"],
		verbs: [
			"publish",
			"whoami",
			"unpublish",
			"deprecate",
			"access",
			"owner add",
			"owner rm",
			"dist-tag add",
			"dist-tag rm",
			"token",
			"team",
		],
		valueOptions: ["--registry", "--tag", "--access", "--otp", "-C", "--dir", "--prefix", "--userconfig", "--scope"],
		without: [...HELP, "--dry-run", "--userconfig"],
		variables: ["NPM_TOKEN", "NODE_AUTH_TOKEN", "NPM_CONFIG_USERCONFIG", "npm_config_userconfig"],
		title: "an npm token",
		place: NPMRC,
	},
	{
		programs: ["yarn"],
		verbs: ["publish", "npm publish", "npm whoami"],
		valueOptions: ["--registry", "--tag", "--access", "--cwd"],
		without: HELP,
		variables: ["NPM_TOKEN", "NODE_AUTH_TOKEN", "YARN_NPM_AUTH_TOKEN"],
		title: "an npm token",
		place: NPMRC,
	},
	{
		programs: ["cargo"],
		verbs: ["publish", "yank", "owner"],
		valueOptions: ["--manifest-path", "--registry", "--index", "-p", "--package", "--token"],
		without: [...HELP, "--dry-run", "--token"],
		variables: ["CARGO_REGISTRY_TOKEN"],
		title: "a crates.io token",
		place: { kind: "variable", name: "CARGO_REGISTRY_TOKEN" },
	},
	{
		programs: ["twine"],
		verbs: ["upload"],
		valueOptions: ["-r", "--repository", "--repository-url", "-u", "--username", "-p", "--password", "--config-file"],
		without: [...HELP, "-p", "--password", "--config-file"],
		variables: ["TWINE_PASSWORD"],
		title: "a PyPI token",
		place: { kind: "file", path: ".pypirc", id: "pypirc" },
	},
	{
		programs: ["poetry"],
		verbs: ["publish"],
		valueOptions: ["-r", "--repository", "-u", "--username", "-p", "--password", "--cert", "--client-cert", "--dist-dir"],
		without: [...HELP, "-u", "--username", "-p", "--password", "-r", "--repository", "--client-cert", "--dry-run"],
		variables: ["POETRY_PYPI_TOKEN_PYPI", "POETRY_HTTP_BASIC_PYPI_PASSWORD"],
		title: "a PyPI token",
		place: { kind: "variable", name: "POETRY_PYPI_TOKEN_PYPI" },
	},
	{
		programs: ["gem"],
		verbs: ["push", "yank", "owner"],
		valueOptions: ["-k", "--key", "--host", "-C", "--config-file"],
		without: [...HELP, "-k", "--key", "--config-file"],
		variables: ["GEM_HOST_API_KEY"],
		title: "a RubyGems API key",
		place: { kind: "variable", name: "GEM_HOST_API_KEY" },
	},
	{
		programs: ["mvn", "mvnw"],
		verbs: ["deploy"],
		valueOptions: ["-f", "--file", "-s", "--settings", "-pl", "--projects", "-P", "--activate-profiles"],
		without: [...HELP, "-s", "--settings"],
		variables: ["MAVEN_PASSWORD"],
		title: "credentials for the Maven repository",
		place: { kind: "file", path: ".m2/settings.xml", id: "maven-settings" },
	},
	{
		programs: ["dotnet"],
		verbs: ["nuget push", "nuget delete"],
		valueOptions: [
			"-s",
			"--source",
			"-ss",
			"--symbol-source",
			"-t",
			"--timeout",
			"-k",
			"--api-key",
			"-sk",
			"--symbol-api-key",
			"--configfile",
		],
		// A feed of one's own may take packages from everybody, and so does a folder.
		without: [...HELP, "-k", "--api-key", "-s", "--source", "--configfile"],
		variables: ["NUGET_API_KEY"],
		title: "a NuGet API key",
		place: NUGET,
	},
	{
		programs: ["helm"],
		verbs: ["push"],
		address: "oci://",
		valueOptions: ["--ca-file", "--cert-file", "--key-file", "--registry-config", "-n", "--namespace", "--kube-context"],
		without: [...HELP, "--plain-http", "--registry-config", "--cert-file", "--password"],
		variables: ["HELM_REGISTRY_CONFIG"],
		title: "a login for the registry",
		place: { kind: "file", path: ".config/helm/registry/config.json", id: "helm-registry" },
	},
];

/** Addresses that answer nobody without a credential, and how each tool is given one. */
export interface PrivateHost {
	/** Matched against an address without its scheme and user. Linear. */
	readonly pattern: RegExp;
	/** A part of every such address. */
	readonly part: string;
	readonly title: string;
	readonly byProgram: Readonly<Record<string, CredentialPlace>>;
}

const NETRC: CredentialPlace = { kind: "file", path: ".netrc", id: "netrc" };
const COMPOSER: CredentialPlace = { kind: "variable", name: "COMPOSER_AUTH" };
const PIP = { pip: NETRC, pip3: NETRC, uv: NETRC, python: NETRC, python3: NETRC };
const NPM = { npm: NPMRC, pnpm: NPMRC, yarn: NPMRC };

export const PRIVATE_HOSTS: readonly PrivateHost[] = [
	{ pattern: /^npm\.pkg\.github\.com(?:\/|$)/, part: "pkg.github.com", title: "npm.pkg.github.com", byProgram: NPM },
	{
		pattern: /^rubygems\.pkg\.github\.com(?:\/|$)/,
		part: "pkg.github.com",
		title: "rubygems.pkg.github.com",
		byProgram: {
			gem: { kind: "variable", name: "GEM_HOST_API_KEY" },
			bundle: { kind: "variable", name: "BUNDLE_RUBYGEMS__PKG__GITHUB__COM" },
		},
	},
	{
		pattern: /^nuget\.pkg\.github\.com(?:\/|$)/,
		part: "pkg.github.com",
		title: "nuget.pkg.github.com",
		byProgram: { dotnet: NUGET, nuget: NUGET },
	},
	{
		pattern: /^[\w.-]{3,100}\.d\.codeartifact\.[\w-]{5,30}\.amazonaws\.com(?:\/|$)/,
		part: "codeartifact",
		title: "AWS CodeArtifact",
		byProgram: { ...PIP, ...NPM, dotnet: NUGET },
	},
	{
		pattern: /^repo\.(?:magento\.com|packagist\.com)(?:\/|$)/,
		part: "repo.",
		title: "the Composer repository",
		byProgram: { composer: COMPOSER },
	},
	{ pattern: /^nova\.laravel\.com(?:\/|$)/, part: "nova.laravel.com", title: "nova.laravel.com", byProgram: { composer: COMPOSER } },
];
