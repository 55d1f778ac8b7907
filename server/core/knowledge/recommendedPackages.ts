/** A package of Debian and Ubuntu that others only recommend, but without which what they are installed for fails. */
export interface NeededRecommendation {
	readonly name: string;
	/** Those that recommend it, themselves or by a library that they need; of `gcc-13` the name without the version. */
	readonly recommendedBy: ReadonlySet<string>;
	/** Those that it comes along with anyway. */
	readonly dependedOnBy: ReadonlySet<string>;
	/** The programs that it is needed for; without them the package matters wherever it is recommended. */
	readonly programs?: ReadonlySet<string>;
	/** Which base images have it to begin with. */
	readonly inBase: "with certificates" | "with compilers" | "none";
}

/** Source: `apt-cache depends --recurse` in Debian 12. */
export const NEEDED_RECOMMENDATIONS: readonly NeededRecommendation[] = [
	{
		name: "ca-certificates",
		recommendedBy: new Set(["curl", "wget", "git", "git-core", "aria2"]),
		dependedOnBy: new Set(["python3-pip", "software-properties-common", "ruby-dev", "r-base-dev"]),
		inBase: "with certificates",
	},
	// The headers of the C library, and `crt1.o`, which every program is linked with.
	{
		name: "libc6-dev",
		recommendedBy: new Set(["gcc"]),
		dependedOnBy: new Set([
			...["libc-dev", "build-essential", "g++", "clang", "gfortran", "rustc", "ghc", "gcc-multilib", "libtool", "r-base-dev"],
			...["python3-dev", "python-dev", "libpython3-dev", "zlib1g-dev", "libxml2-dev"],
		]),
		inBase: "with compilers",
	},
	{
		name: "libc6-dev-arm64-cross",
		recommendedBy: new Set(["gcc-aarch64-linux-gnu"]),
		dependedOnBy: new Set(["g++-aarch64-linux-gnu", "crossbuild-essential-arm64"]),
		inBase: "none",
	},
	{
		name: "libc6-dev-armhf-cross",
		recommendedBy: new Set(["gcc-arm-linux-gnueabihf"]),
		dependedOnBy: new Set(["g++-arm-linux-gnueabihf", "crossbuild-essential-armhf"]),
		inBase: "none",
	},
	// It runs what CMake writes.
	{
		name: "make",
		recommendedBy: new Set(["cmake"]),
		dependedOnBy: new Set(["build-essential", "dpkg-dev", "ninja-build", "r-base-dev"]),
		inBase: "with compilers",
	},
	// `autoreconf` calls aclocal and automake.
	{
		name: "automake",
		recommendedBy: new Set(["autoconf"]),
		dependedOnBy: new Set(["dh-autoreconf", "debhelper", "gnome-common", "mate-common", "php-dev", "xutils-dev"]),
		inBase: "with compilers",
	},
	// By way of pkg-php-tools.
	{
		name: "php-pear",
		recommendedBy: new Set(["php-dev"]),
		dependedOnBy: new Set(["pkg-php-tools", "dh-php"]),
		programs: new Set(["pecl", "pear"]),
		inBase: "none",
	},
];
