/**
 * Names of packages that carry a version with which they come and go: those of one release of a distribution are not in the next.
 * Numbers that have stayed for many releases (`libpq5`, `libgl1`, `libglib2.0-0`, `lua5.1`) are not among them.
 * Source: packages.debian.org, packages.ubuntu.com, pkgs.alpinelinux.org and the package lists of Oracle Linux. Read 2026-11.
 */
export const OF_RELEASE = new RegExp(
	`^(?:${[
		// Languages and their modules: `python3.7`, `libpython3.9`, `php7.4-fpm`, `php81`, `ruby2.7`, `openjdk-8-jdk`, `python38`.
		"(?:lib)?(?:python|pypy|ruby)[23]\\.\\d",
		"python[23]\\d",
		"python2?$|python-(?!is-|dev-is-)",
		"(?:lib)?php[5-9]",
		"libapache2-mod-php[5-9]",
		"openjdk-\\d",
		"libperl5",
		"golang-1\\.",
		"nodejs-legacy|libnode\\d",
		// Compilers: `gcc-8`, `libstdc++-8-dev`, `llvm-7-dev`, `libclang1-9`, `llvm15-libs`, `gcc-toolset-9`.
		"(?:gcc|g\\+\\+|cpp|gfortran|gobjc|gdc|gnat|libgcc|libstdc\\+\\+|libgfortran)-\\d",
		"libgfortran\\d",
		"(?:llvm|lld|lldb|clang|libclang|libllvm|clang-[a-z]+|libclang-[a-z]+)-?\\d",
		"devtoolset-|gcc-toolset-|rh-|centos-release-scl",
		// Servers: `postgresql-11`, `postgresql-client-13`, `postgresql12-client`, `mysql-server-5.7`, `mariadb-server-10.3`.
		"postgresql(?:-[a-z]+)*-?\\d",
		"(?:mysql|mariadb)(?:-[a-z]+)*-\\d",
		"libmysqlclient\\d|libmariadbclient",
		// The kernel: `linux-headers-5.4.0-42-generic`.
		"linux-[a-z-]+-\\d",
		// Libraries whose number changes with about every release.
		"libssl[01]\\.",
		"libicu\\d",
		"libffi[5-7]",
		"(?:libncurses|libncursesw|libtinfo)5$",
		"libreadline[5-7]",
		"libpng12",
		"lib(?:avcodec|avformat|avutil|avfilter|avdevice|swscale|swresample|postproc)\\d",
		"lib(?:x264|x265|vpx|boost[a-z-]*|hdf5|gdal|geos|proj|poppler|protobuf|opencv[a-z0-9-]*?|vips|tesseract|leptonica)-?\\d",
		"libwebp6|libtiff5$|libldap-2\\.4|libenchant1|libcurl3$|libevent-2\\.0|libprocps\\d|libonig\\d|libzip[45]|libmpfr4|libisl\\d|libre2-\\d",
	].join("|")})`,
);

/**
 * Packages without a number that are gone from a line of a distribution on. What others provide under the name (netcat-openbsd,
 * libasound2t64) has to be asked for by its own. Source: as above.
 */
export const GONE_FROM: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	netcat: { Debian: "12", Ubuntu: "24.04" },
	libasound2: { Ubuntu: "24.04" },
	"mysql-client": { Debian: "10" },
	"mysql-server": { Debian: "10" },
};

/** Those of them that every release of Ubuntu that is supported has. */
export const IN_ALL_OF_UBUNTU = /^openjdk-(?:8|11|17|21)-/;

/**
 * What stands in front of a release's number where package sources and their files name it: `el7`, `rhel7`, `debian/11`, `ubuntu2004`,
 * `v3.15/community`. By product, as patterns; names and numbers of the same release are looked for everywhere. Source: the addresses of
 * download.docker.com, packages.microsoft.com, download.opensuse.org, download.postgresql.org and EPEL. Read 2026-11.
 */
export const SOURCES_OF_RELEASE: Readonly<Record<string, string>> = {
	Debian: "debian|deb",
	Ubuntu: "ubuntu|xubuntu",
	// A `v` alone stands in front of the versions of other projects, too.
	Alpine: "alpine(?:\\S{0,100}/v)?|s\\Wv|v(?=[\\d.]+/(?:main|community|testing|releases)\\b)",
	CentOS: "el|rhel|centos|release-latest",
	"CentOS Stream": "el|rhel|centos|stream|release-latest",
	"Red Hat UBI": "el|rhel|centos|ubi|release-latest",
	"Oracle Linux": "el|ol|rhel|centos|oraclelinux|release-latest",
	"Amazon Linux": "al|amzn|amazonlinux|amazon-linux",
	Fedora: "f|fc|fedora",
	"openSUSE Leap": "leap",
};

/** Packages that come with others, which depend on them, in every release of Debian and Ubuntu. Source: as above. */
export const COMES_WITH: Readonly<Record<string, readonly string[]>> = {
	bzip2: ["build-essential", "dpkg-dev"],
	git: ["git-all", "git-email", "git-gui", "git-lfs", "git-svn", "gitk"],
	"openssh-client": ["openssh-server", "ssh", "sshfs"],
	"xz-utils": ["build-essential", "dpkg-dev"],
};
