/**
 * The first line of each distribution whose packages have something. Distributions are called as in supportEnds.ts; one that is not here
 * is unknown.
 */

/** apt 1.1 and later, which knows `signed-by`. Source: sources.list(5) of Debian 9; Debian 8 has apt 1.0, Ubuntu 16.04 has 1.2. */
export const SIGNED_BY = { Debian: "9", Ubuntu: "16.04" };

/** apt 2.9.15 and later, which has no `apt-key` any more. Source: the changelog of apt; Debian 12 has 2.6, Ubuntu 24.10 has 2.9.8. */
export const WITHOUT_APT_KEY = { Debian: "13", Ubuntu: "25.04" };

/** curl 7.52 and later, which brought `--retry-connrefused`. Source: the distributions' package lists. Read 2026-11. */
export const RETRY_CONNREFUSED = {
	Debian: "9",
	Ubuntu: "17.04",
	CentOS: "8",
	"Red Hat UBI": "8",
	"Oracle Linux": "8",
	Fedora: "26",
};

/** The keys that Alpine's edge is signed with today. Source: the history of alpine-keys. Read 2026-11. */
export const EDGE_KEYS = { Alpine: "3.15" };

/** An add-apt-repository that fetches the lists by itself. Source: software-properties 0.96.24.32. */
export const ADDING_FETCHES = { Ubuntu: "18.04" };

/** Keys of a release that have not expired: those are in the package debian-archive-keyring. */
export const VALID_KEYS = { Debian: "10" };

/** A `gpg` of GnuPG 2.1: 1.4 speaks TLS to key servers only with a package of its own. Read 2026-11. */
export const KEY_SERVERS_BY_TLS = { Debian: "9", Ubuntu: "16.10" };

/** A `gpg2` of GnuPG 2.1, where it is not `gpg`. Read 2026-11. */
export const KEY_SERVERS_BY_TLS_IN_GPG2 = { Debian: "9", Ubuntu: "16.04" };

/** A dash that knows pipefail: 0.5.12-7 and later. Source: Debian bug 1071238. */
export const DASH_PIPEFAIL = { Debian: "13", Ubuntu: "25.04" };

/** A package npm of version 7 or newer. Source: the distributions' package indexes. Read 2026-11. */
export const NPM_7 = {
	Debian: "11",
	Ubuntu: "22.04",
	Alpine: "3.14",
	Fedora: "35",
	"CentOS Stream": "9",
	"Amazon Linux": "2023",
};

/** pip 19.1 or newer. Source: the distributions' package lists and the notes on release 19.1 of pip. Read 2026-11. */
export const PIP_19_1 = {
	Debian: "11",
	Ubuntu: "20.04",
	Alpine: "3.12",
	Fedora: "31",
	"CentOS Stream": "9",
	"Amazon Linux": "2023",
};

/**
 * A Python that only the distribution's own packages may change: pip refuses to install there. Source: PEP 668, the release notes of
 * Debian 12, Ubuntu 23.04 and Alpine 3.19. Read 2026-11.
 */
export const EXTERNALLY_MANAGED = { Debian: "12", Ubuntu: "23.04", Alpine: "3.19" };

/** Images with a user `ubuntu` of number 1000. Source: Launchpad bug 2005129 of cloud-images. */
export const UBUNTU_USER = { Ubuntu: "23.04" };

/** What is another language than Python 2, for programs and the packages that they are pinned to. */
export const PYTHON_3 = { Python: "3" };

/** RubyGems 3.0, which refuses `--no-ri` and `--no-rdoc`. Source: its changelog, and the distributions' package lists. Read 2026-11. */
export const RUBYGEMS_3 = { Ruby: "2.6", Debian: "11", Ubuntu: "20.04", Alpine: "3.11" };
