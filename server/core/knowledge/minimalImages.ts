/**
 * Small variants of images, by the tags of the full ones.
 * Source: the tag lists of the official images, of Red Hat's, Rocky's and AlmaLinux's. Read 2026-11. Only variants with the same
 * distribution and the same shell: a build that needs nothing but the runtime works in them as it is.
 */
export interface MinimalImage {
	/** In full, without `docker.io/library/`. */
	readonly repositories: readonly string[];
	readonly tag: RegExp;
	/** The small one's tag, with `$1` … for the groups of `tag`. */
	readonly small: string;
	/** The small one's repository, where it is another one. */
	readonly repository?: string;
	/** Programs that the full one has and the small one lacks: a build that calls them needs more than another name. */
	readonly lacks?: readonly string[];
}

const DEBIAN_NAME = "bullseye|bookworm|trixie|forky";
const COMPILERS = ["gcc", "g++", "cc", "c++", "make", "git", "hg", "svn", "curl", "wget", "autoconf", "automake", "patch", "mysql_config"];

export const MINIMAL_IMAGES: readonly MinimalImage[] = [
	{ repositories: ["python", "ruby", "perl", "pypy", "elixir", "erlang", "node"], tag: /^(\d[\d.]*)$/, small: "$1-slim", lacks: COMPILERS },
	{
		repositories: ["python", "ruby", "perl", "pypy"],
		tag: new RegExp(`^(\\d[\\d.]*)-(${DEBIAN_NAME})$`),
		small: "$1-slim-$2",
		lacks: COMPILERS,
	},
	{ repositories: ["node"], tag: new RegExp(`^((?:\\d[\\d.]*|lts|current)-(?:${DEBIAN_NAME}))$`), small: "$1-slim", lacks: COMPILERS },
	{ repositories: ["node"], tag: /^(lts|current)$/, small: "$1-slim", lacks: COMPILERS },
	{
		repositories: ["debian"],
		tag: new RegExp(`^(\\d+(?:\\.\\d+)?|(?:${DEBIAN_NAME}|stable|testing|unstable|sid)(?:-\\d{8})?)$`),
		small: "$1-slim",
	},
	{
		repositories: ["buildpack-deps"],
		tag: new RegExp(`^(${DEBIAN_NAME})(?:-scm)?$`),
		small: "$1-slim",
		repository: "debian",
		lacks: COMPILERS,
	},
	{ repositories: ["oraclelinux", "ghcr.io/oracle/oraclelinux"], tag: /^(\d+)$/, small: "$1-slim", lacks: ["dnf", "yum"] },
	{ repositories: ["rockylinux/rockylinux", "almalinux", "rockylinux"], tag: /^(\d+)$/, small: "$1-minimal", lacks: ["dnf", "yum"] },
	...["8", "9", "10"].flatMap((version): readonly MinimalImage[] => [
		{
			repositories: [`registry.access.redhat.com/ubi${version}/ubi`, `registry.access.redhat.com/ubi${version}`],
			tag: /^(.*)$/,
			small: "$1",
			repository: `registry.access.redhat.com/ubi${version}/ubi-minimal`,
			lacks: ["dnf", "yum"],
		},
		{
			repositories: [`redhat/ubi${version}`],
			tag: /^(.*)$/,
			small: "$1",
			repository: `redhat/ubi${version}-minimal`,
			lacks: ["dnf", "yum"],
		},
	]),
];
