/**
 * Official images in which curl or wget are known to be missing until somebody installs them. What is not listed may have them.
 * `full` tags of language images bring both, BusyBox brings a wget. Source: the Dockerfiles of docker-library and of Microsoft.
 * Read 2026-11.
 */
export interface MissingTools {
	readonly repositories: readonly string[];
	/** Only for tags that match. */
	readonly tag?: RegExp;
	readonly tools: readonly ("curl" | "wget")[];
}

const official = (...names: readonly string[]): readonly string[] => names.map((name) => `docker.io/library/${name}`);

export const MISSING_TOOLS: readonly MissingTools[] = [
	{ repositories: official("debian", "ubuntu"), tools: ["curl", "wget"] },
	{ repositories: official("alpine", "busybox"), tools: ["curl"] },
	{ repositories: official("node", "python", "ruby", "golang", "rust"), tag: /(?:^|-)alpine/, tools: ["curl"] },
	{ repositories: official("node", "python", "ruby", "perl", "openjdk"), tag: /(?:^|-)slim(?:$|-)/, tools: ["curl", "wget"] },
	{
		repositories: ["mcr.microsoft.com/dotnet/aspnet", "mcr.microsoft.com/dotnet/runtime", "mcr.microsoft.com/dotnet/runtime-deps"],
		tag: /^(?!.*(?:alpine|windows|nanoserver|azurelinux|mariner|cbl))/,
		tools: ["curl", "wget"],
	},
	{ repositories: official("fedora", "centos", "rockylinux", "almalinux", "amazonlinux"), tools: ["wget"] },
];
