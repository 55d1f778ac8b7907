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
/** What buildpack-deps brings. Source: its Dockerfiles, and the lists of files of Debian's packages. */
const BUILD_TOOLS = [
	...["gcc", "g++", "cc", "c++", "cpp", "ld", "make", "autoconf", "automake", "patch", "pkg-config", "mysql_config", "pg_config"],
	...["git", "hg", "svn", "curl", "wget", "ssh", "scp", "ssh-keyscan", "ssh-keygen", "ssh-add", "ssh-agent", "gpg", "dirmngr"],
	...["unzip", "bzip2", "bunzip2", "xz", "unxz", "file", "ps", "pgrep", "pkill", "top", "free", "sysctl", "convert", "identify"],
];
const BUILD_TOOLS_AND_PYTHON = [...BUILD_TOOLS, "python3"];
/** Erlang's small image has the newer `rebar3` alone. */
const BUILD_TOOLS_AND_REBAR = [...BUILD_TOOLS_AND_PYTHON, "rebar"];
/** Source: the lists of packages of Red Hat's and Oracle's images. */
const RED_HAT_TOOLS = [
	...["dnf", "yum", "rpmdb", "python3", "tar", "xz", "bzip2", "find", "xargs", "which", "ps", "top", "hostname", "less", "vi"],
	...["useradd", "usermod", "userdel", "groupadd", "groupmod", "groupdel", "adduser", "chpasswd", "passwd", "su", "runuser", "setpriv"],
	...["systemctl", "diff", "cmp", "mount", "ip"],
];

export const MINIMAL_IMAGES: readonly MinimalImage[] = [
	{ repositories: ["python"], tag: /^(\d[\d.]*)$/, small: "$1-slim", lacks: BUILD_TOOLS },
	{
		repositories: ["python"],
		tag: new RegExp(`^(\\d[\\d.]*)-(${DEBIAN_NAME})$`),
		small: "$1-slim-$2",
		lacks: BUILD_TOOLS,
	},
	{
		repositories: ["ruby", "perl", "pypy", "elixir", "node"],
		tag: /^(\d[\d.]*)$/,
		small: "$1-slim",
		lacks: BUILD_TOOLS_AND_PYTHON,
	},
	{ repositories: ["erlang"], tag: /^(\d[\d.]*)$/, small: "$1-slim", lacks: BUILD_TOOLS_AND_REBAR },
	{
		repositories: ["ruby", "perl", "pypy"],
		tag: new RegExp(`^(\\d[\\d.]*)-(${DEBIAN_NAME})$`),
		small: "$1-slim-$2",
		lacks: BUILD_TOOLS_AND_PYTHON,
	},
	{
		repositories: ["node"],
		tag: new RegExp(`^((?:\\d[\\d.]*|lts|current)-(?:${DEBIAN_NAME}))$`),
		small: "$1-slim",
		lacks: BUILD_TOOLS_AND_PYTHON,
	},
	{ repositories: ["node"], tag: /^(lts|current)$/, small: "$1-slim", lacks: BUILD_TOOLS_AND_PYTHON },
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
		lacks: BUILD_TOOLS_AND_PYTHON,
	},
	{ repositories: ["oraclelinux", "ghcr.io/oracle/oraclelinux"], tag: /^(\d+)$/, small: "$1-slim", lacks: RED_HAT_TOOLS },
	{ repositories: ["rockylinux/rockylinux", "almalinux", "rockylinux"], tag: /^(\d+)$/, small: "$1-minimal", lacks: RED_HAT_TOOLS },
	...["8", "9", "10"].flatMap((version): readonly MinimalImage[] => [
		{
			repositories: [`registry.access.redhat.com/ubi${version}/ubi`, `registry.access.redhat.com/ubi${version}`],
			tag: /^(.*)$/,
			small: "$1",
			repository: `registry.access.redhat.com/ubi${version}/ubi-minimal`,
			lacks: RED_HAT_TOOLS,
		},
		{
			repositories: [`redhat/ubi${version}`],
			tag: /^(.*)$/,
			small: "$1",
			repository: `redhat/ubi${version}-minimal`,
			lacks: RED_HAT_TOOLS,
		},
	]),
];
