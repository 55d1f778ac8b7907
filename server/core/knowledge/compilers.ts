/**
 * Commands that make programs from sources, by the language whose toolchain they need, and the images that such programs run in.
 * Source: the manuals of the tools; the tag lists of the official images, Microsoft's and NVIDIA's. Read 2026-11.
 */

/** Programs that compile. With a list: only with one of these words among their arguments (a goal, a task, a subcommand). */
export type Compilers = Readonly<Record<string, readonly string[] | undefined>>;

const JAVA_GOALS = ["package", "install", "verify", "compile", "assembly:single", "spring-boot:repackage"];
const GRADLE_TASKS = ["build", "assemble", "jar", "war", "bootJar", "bootWar", "shadowJar", "fatJar", "installDist", "distTar", "distZip"];
const JVM: Compilers = {
	javac: undefined,
	scalac: undefined,
	kotlinc: undefined,
	"native-image": undefined,
	ant: undefined,
	mvn: JAVA_GOALS,
	mvnw: JAVA_GOALS,
	gradle: GRADLE_TASKS,
	gradlew: GRADLE_TASKS,
	sbt: ["compile", "assembly", "stage", "package", "dist", "universal:packageBin"],
};
/** What `tools.build` is told by custom: `clojure -T:build uber`. */
const CLOJURE_TASKS = ["uber", "uberjar", "jar"];
/** They start the toolchain of whatever language the image is for. */
const GENERIC: Compilers = {
	make: undefined,
	gmake: undefined,
	ninja: undefined,
	scons: undefined,
	cmake: ["--build"],
	meson: ["compile"],
	bazel: ["build"],
};
const C: Compilers = {
	gcc: undefined,
	"g++": undefined,
	cc: undefined,
	"c++": undefined,
	clang: undefined,
	"clang++": undefined,
	...GENERIC,
};

/** The packages of compilers for C, of Debian, Alpine, Arch and Red Hat. */
export const C_COMPILER_PACKAGES = /^(?:build-essential|build-base|base-devel|gcc(?:-\d+|-c\+\+)?|g\+\+(?:-\d+)?|clang(?:-\d+)?)$/;

/** By the names that the table of base images has for languages. */
export const COMPILERS: Readonly<Record<string, Compilers>> = {
	Go: { go: ["build"], ...GENERIC },
	Rust: { cargo: ["build", "b"], rustc: undefined, ...GENERIC },
	C,
	CUDA: { nvcc: undefined, ...C },
	Java: JVM,
	Scala: JVM,
	Clojure: { lein: ["uberjar", "jar", "compile"], clojure: CLOJURE_TASKS, clj: CLOJURE_TASKS, ...JVM },
	".NET": { dotnet: ["publish", "build", "pack"] },
	Haskell: { ghc: undefined, stack: ["build", "install"], cabal: ["build", "install", "new-build", "new-install"], ...GENERIC },
	Swift: { swift: ["build"], ...GENERIC },
	JavaScript: {
		npm: ["build", "build:prod", "build:production"],
		yarn: ["build", "build:prod", "build:production"],
		pnpm: ["build", "build:prod", "build:production"],
		ng: ["build"],
		next: ["build"],
		nest: ["build"],
		vite: ["build"],
		tsc: undefined,
		webpack: undefined,
	},
};

/** Whether a program belongs to every toolchain, so that only the image tells which language it compiles. */
export function isGenericCompiler(program: string): boolean {
	return Object.hasOwn(GENERIC, program);
}

/** A container that starts with one of these works with the toolchain, or is kept alive for somebody who does. */
export const WORKPLACE_PROGRAMS: ReadonlySet<string> = new Set([
	...Object.values(COMPILERS)
		.flatMap((compilers) => Object.keys(compilers))
		.filter((program) => !["dotnet", "npm", "yarn", "pnpm", "next"].includes(program)),
	"rustup",
	"cross",
	"jshell",
	"gdb",
	"dlv",
	"air",
	// They make packages of sources.
	...["debuild", "dpkg-buildpackage", "pbuilder", "sbuild", "rpmbuild", "makepkg", "abuild", "snapcraft"],
	"ghci",
	"runghc",
	"tail",
	"sleep",
]);

/** Programs that bundle, test and check sources in languages without a compiler, or start anew what changes. */
export const DEVELOPMENT_TOOLS: ReadonlySet<string> = new Set([
	...["nodemon", "ts-node", "ts-node-dev", "tsx", "jest", "vitest", "mocha", "cypress", "playwright", "karma", "vite", "webpack"],
	...["webpack-dev-server", "ng", "gulp", "grunt", "rollup", "parcel", "storybook", "eslint", "tsc", "react-scripts"],
	...["pytest", "tox", "nox", "rspec", "rubocop", "phpunit"],
]);

/** Python's tools that check sources, besides those among {@link DEVELOPMENT_TOOLS}: they need what is installed for development. */
export const PYTHON_CHECKS: ReadonlySet<string> = new Set(["mypy", "ruff", "flake8", "pylint", "black", "isort", "coverage", "pyright"]);

/** Programs of the JDK that the JRE lacks, besides its compiler. Source: the tool guide of JDK 21. */
export const JDK_PROGRAMS: ReadonlySet<string> = new Set([
	"jar",
	"jarsigner",
	"javadoc",
	"javap",
	"jcmd",
	"jconsole",
	"jdb",
	"jdeprscan",
	"jdeps",
	"jhsdb",
	"jimage",
	"jinfo",
	"jlink",
	"jmap",
	"jmod",
	"jpackage",
	"jps",
	"jshell",
	"jstack",
	"jstat",
	"jwebserver",
]);

/** The image that runs what a toolchain image has made, where its tag says so without a guess. */
export interface RuntimeRule {
	readonly repository: string;
	readonly tag: RegExp;
	/** With `$1` for what the parentheses of `tag` matched. */
	readonly runtime: string;
}

/** The same vendor's runtime image, with a tag that follows from the toolchain's. The first that matches counts. */
export const RUNTIME_IMAGES: readonly RuntimeRule[] = [
	{
		repository: "mcr.microsoft.com/dotnet/sdk",
		tag: /^(\d+\.0(?:-(?:alpine[\d.]*|bookworm-slim|jammy|noble|azurelinux3\.0))?)$/,
		runtime: "mcr.microsoft.com/dotnet/aspnet:$1",
	},
	{
		repository: "docker.io/library/eclipse-temurin",
		tag: /^(\d+)-jdk((?:-(?:alpine|focal|jammy|noble|ubi\d+-minimal))?)$/,
		runtime: "eclipse-temurin:$1-jre$2",
	},
	{
		repository: "docker.io/library/maven",
		tag: /^[\d.]+-eclipse-temurin-(\d+)((?:-(?:alpine|focal|jammy|noble))?)$/,
		runtime: "eclipse-temurin:$1-jre$2",
	},
	{
		repository: "docker.io/library/gradle",
		tag: /^(?:[\d.]+-)?jdk(\d+)((?:-(?:alpine|focal|jammy|noble))?)$/,
		runtime: "eclipse-temurin:$1-jre$2",
	},
	{
		repository: "docker.io/nvidia/cuda",
		tag: /^([\d.]+(?:-cudnn\d*)?)-devel-(ubuntu[\d.]+|ubi\d+|rockylinux\d+)$/,
		runtime: "nvidia/cuda:$1-runtime-$2",
	},
	{
		repository: "nvcr.io/nvidia/cuda",
		tag: /^([\d.]+(?:-cudnn\d*)?)-devel-(ubuntu[\d.]+|ubi\d+|rockylinux\d+)$/,
		runtime: "nvcr.io/nvidia/cuda:$1-runtime-$2",
	},
	{ repository: "docker.io/pytorch/pytorch", tag: /^([\d.]+-cuda[\d.]+-cudnn\d+)-devel$/, runtime: "pytorch/pytorch:$1-runtime" },
	{ repository: "docker.io/library/golang", tag: /^[\d.]+-(bullseye|bookworm|trixie)$/, runtime: "debian:$1-slim" },
	{ repository: "docker.io/library/rust", tag: /^[\d.]+(?:-slim)?-(bullseye|bookworm|trixie)$/, runtime: "debian:$1-slim" },
	{ repository: "docker.io/library/golang", tag: /^[\d.]+-alpine(\d+\.\d+)$/, runtime: "alpine:$1" },
	{ repository: "docker.io/library/rust", tag: /^[\d.]+-alpine(\d+\.\d+)$/, runtime: "alpine:$1" },
];
