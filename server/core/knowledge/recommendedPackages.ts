/** A package of Debian and Ubuntu that others only recommend, but without which what they are installed for fails. */
export interface NeededRecommendation {
	readonly name: string;
	/** Those that recommend it, themselves or by a library that they need; of `gcc-13` the name without the version. */
	readonly recommendedBy: ReadonlySet<string>;
	/** Those that it comes along with anyway, or that show what is there in its place. */
	readonly dependedOnBy: ReadonlySet<string>;
	/** The programs that it is needed for, one of which its stage or one on top of it calls; without them the package matters wherever it is recommended. */
	readonly programs?: ReadonlySet<string>;
	/** The packages that it is of use for, one of which its stage or one on top of it installs by name. */
	readonly beside?: ReadonlySet<string>;
	/** The first lines of distributions in which it is a dependency; the package matters in older ones alone. */
	readonly dependencyFrom?: Readonly<Record<string, string>>;
	/** Whether it is made of the same source as those that recommend it, and fits their version alone. */
	readonly sameVersion?: true;
	/** Which base images have it to begin with. */
	readonly inBase: "with certificates" | "with compilers" | "none";
}

const COMPILERS = ["gcc", "g++", "clang", "gfortran"];

/** Those that bring others of them along come first. Source: `apt-cache depends --recurse` in Debian 12; of python3-pip in older releases, reports of builds without them. */
export const NEEDED_RECOMMENDATIONS: readonly NeededRecommendation[] = [
	// The headers and compilers that R's packages are made with.
	{
		name: "r-base-dev",
		recommendedBy: new Set(["r-base", "r-base-core"]),
		dependedOnBy: new Set(["dh-r"]),
		programs: new Set(["R", "Rscript"]),
		sameVersion: true,
		inBase: "none",
	},
	{
		name: "build-essential",
		recommendedBy: new Set(["python3-pip"]),
		dependedOnBy: new Set(["r-base-dev", "opam", "make", ...COMPILERS]),
		programs: new Set(["cc", "gcc", "c++", "g++", "make", "configure"]),
		inBase: "with compilers",
	},
	{
		name: "ca-certificates",
		recommendedBy: new Set(["curl", "wget", "git", "git-core", "aria2"]),
		dependedOnBy: new Set(["python3-pip", "software-properties-common", "ruby-dev", "r-base-dev"]),
		inBase: "with certificates",
	},
	// CMake looks for a compiler, whatever it is to build.
	{
		name: "gcc",
		recommendedBy: new Set(["cmake"]),
		dependedOnBy: new Set([
			...["build-essential", "g++", "clang", "gfortran", "gcc-multilib", "g++-multilib", "libtool", "libtool-bin", "r-base-dev", "dkms"],
			...["rustc", "cargo", "ghc", "ocaml", "opam", "php-dev", "debhelper", "dh-autoreconf", "lcov", "libmpich-dev"],
		]),
		inBase: "with compilers",
	},
	// The headers of the C library, and `crt1.o`, which every program is linked with.
	{
		name: "libc6-dev",
		recommendedBy: new Set(["gcc", "cmake"]),
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
	// `Python.h`, which modules in C are compiled with.
	{
		name: "python3-dev",
		recommendedBy: new Set(["python3-pip"]),
		dependedOnBy: new Set(["python3-all-dev", "python-dev-is-python3", "libboost-python-dev", "libboost-all-dev"]),
		beside: new Set(["build-essential", ...COMPILERS]),
		inBase: "none",
	},
	// What pip installs packages without a wheel with.
	...["python3-setuptools", "python3-wheel"].map(
		(name): NeededRecommendation => ({
			name,
			recommendedBy: new Set(["python3-pip"]),
			dependedOnBy: new Set(),
			dependencyFrom: { Debian: "11", Ubuntu: "20.04" },
			inBase: "none",
		}),
	),
	// `xvfb-run` does not start without it.
	{
		name: "xauth",
		recommendedBy: new Set(["xvfb"]),
		dependedOnBy: new Set([
			"xorg",
			"xinit",
			"xbase-clients",
			"tightvncserver",
			"tigervnc-standalone-server",
			"x2goserver",
			"sddm",
			"r-base-dev",
		]),
		inBase: "none",
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
