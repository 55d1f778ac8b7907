/** Tags that name no distribution, and what their images are built on today. */
export interface PlainTags {
	/** As in supportEnds.ts. */
	readonly repositories: readonly string[];
	/** The first group is the line of the image. */
	readonly tag: RegExp;
	/** The first line of the image that is. */
	readonly from?: string;
	/** The oldest line of the distribution that it may be. */
	readonly on: Readonly<Record<"Debian" | "Ubuntu", string | undefined>>;
	/** What files install there are mostly libraries, whose names differ between distributions. */
	readonly installsLibraries?: true;
}

/**
 * Source: dotnet/dotnet-docker (of .NET 10 there are no images on Debian), read 2026-11; docker-library/official-images, where eclipse-temurin's
 * plain tags moved to Ubuntu 24.04 in July 2024 (pull requests 17235 and 17249). That the others are of Debian 12 at least follows from the end
 * of Debian 11: no line that is still supported is built on it by default.
 */
export const PLAIN_TAGS: readonly PlainTags[] = [
	{
		repositories: ["mcr.microsoft.com/dotnet/*"],
		tag: /^(\d+(?:\.\d+)*)$/,
		from: "10.0",
		on: { Debian: undefined, Ubuntu: "24.04" },
		installsLibraries: true,
	},
	{ repositories: ["eclipse-temurin"], tag: /^(\d+)(?:-j(?:dk|re))?$/, on: { Debian: undefined, Ubuntu: "24.04" } },
	{
		repositories: ["node", "python", "ruby", "php", "golang"],
		tag: /^(\d+(?:\.\d+)*)(?:-(?:slim|apache|fpm|cli|zts))*$/,
		on: { Debian: "12", Ubuntu: undefined },
	},
];

/** Tags of openjdk that are of Oracle Linux: those from 12 on that name no distribution. Source: docker-library/openjdk. */
export const ORACLE_OPENJDK = /^(?:1[2-9]|2\d)(?:-jdk)?$/;

/** What a step says that counts on Debian: its name, those of the releases that such images had, and the program that tells them. */
export const DEBIAN_WORDS = /\b(?:debian|bullseye|bookworm|trixie|lsb_release)\b/i;
