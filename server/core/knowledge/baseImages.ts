import type { ManagerId } from "./packageManagers.ts";

/**
 * What is known of images that many Dockerfiles start from. A missing field means: not known, and rules stay silent.
 * Source: the configurations and Dockerfiles of the official images (docker-library), Google's distroless, Chainguard's and
 * Red Hat's documentation. Read 2026-11. Add an entry with what you know; order does not matter, every match counts.
 */

/** The family of a distribution: it decides package manager, user tools and shell. */
export type DistributionFamily = "debian" | "alpine" | "redhat" | "suse" | "arch" | "wolfi" | "distroless" | "busybox" | "windows";

export interface BaseImageFacts {
	readonly family?: DistributionFamily;
	/** The user that containers run as when the Dockerfile says nothing. */
	readonly user?: string;
	/** Numeric ids of users that the image has: name → `uid:gid`. */
	readonly users?: Readonly<Record<string, string>>;
	/** Those of them that are in groups besides their own. */
	readonly usersInGroups?: readonly string[];
	/** Names that the configuration sets with ENV, besides PATH. Complete, or missing. */
	readonly environment?: readonly string[];
	/** The same of its variants for Windows, which are built from other files. */
	readonly environmentOnWindows?: readonly string[];
	/** Names that it sets among others, where `environment` is missing. */
	readonly sets?: readonly string[];
	/** Folders beyond those of the system that it lets everybody write to. */
	readonly openFolders?: readonly string[];
	/** What `/bin/sh` is. `none`: there is no shell. */
	readonly shell?: "dash" | "bash" | "busybox" | "none";
	/** What the configuration sets with SHELL, which images that start from it inherit. */
	readonly shellWords?: readonly string[];
	/** Programs that are there beyond what the family always has. */
	readonly programs?: readonly string[];
	/** The system's package managers, where they are not those of the family. */
	readonly packageManagers?: readonly ManagerId[];
	/** Programs that older images in its place have, but not this one, and the packages that bring them. */
	readonly lacks?: Readonly<Record<string, string>>;
	/** Whether the system's certificate authorities (`ca-certificates`) are there. */
	readonly certificates?: boolean;
	/** Rebuilt with all fixes every day or so: upgrading packages in it makes no sense. */
	readonly rebuiltDaily?: boolean;
	/** A compiler or SDK image, and the runtime image that usually replaces it (an image name without tag). */
	readonly sdk?: { readonly language: string; readonly runtime?: string };
	/** Built on buildpack-deps: compilers, and the headers of many libraries, are in it. */
	readonly compilers?: boolean;
	/** An interpreter whose own image is what applications ship in. */
	readonly interpreter?: "node" | "python" | "ruby" | "php" | "perl" | "deno" | "bun";
	/** Declares a HEALTHCHECK of its own. */
	readonly healthcheck?: boolean;
	/** Containers start as root, and the image's entry point hands over to another user. */
	readonly entrypointDropsRoot?: boolean;
	/** The program of the image's own CMD, where it cannot work as another user than root. */
	readonly commandNeedsRoot?: string;
	/** The same of its ENTRYPOINT, which starts whatever CMD says. */
	readonly entrypointNeedsRoot?: string;
	/** The WORKDIR that containers start in, where nobody but root may enter it. */
	readonly folderOfRoot?: string;
}

export interface BaseImageEntry {
	/** Repositories in full (`docker.io/library/node`); a `*` at the end stands for the rest. */
	readonly repositories: readonly string[];
	/** The entry counts only for tags that match; an absent tag is the empty text. */
	readonly tag?: RegExp;
	/** Set where the facts are those of a variant without a name of its own: a digest without a tag may be of another one. */
	readonly ofVariant?: true;
	readonly facts: BaseImageFacts;
}

/** The images of the Jupyter Docker Stacks. */
const JUPYTER_IMAGES = [
	"docker-stacks-foundation",
	...["base", "minimal", "r", "julia", "scipy", "tensorflow", "pytorch", "datascience", "pyspark", "all-spark"].map(
		(name) => `${name}-notebook`,
	),
];

const ROOT: BaseImageFacts = { user: "root" };
const hub = (...names: readonly string[]): readonly string[] =>
	names.map((name) => `docker.io/${name.includes("/") ? name : `library/${name}`}`);

/** NVIDIA's own registry has the images of Docker Hub. Source: https://catalog.ngc.nvidia.com/orgs/nvidia/containers/cuda */
const CUDA = [...hub("nvidia/cuda"), "nvcr.io/nvidia/cuda"];

/** Docker Hub has the same images. Source: https://edu.chainguard.dev/chainguard/chainguard-images/ */
const chainguard = (name: string): readonly string[] => [`cgr.dev/chainguard/${name}`, ...hub(`chainguard/${name}`)];

const UBI_VERSIONS = ["7", "8", "9", "10"].map((version) => `registry.access.redhat.com/ubi${version}`);

const ALPINE_TAG = /(?:^|-)alpine(?:[0-9.]*)(?:$|-)/;
const DEBIAN_TAG = /(?:^|-)(?:buster|bullseye|bookworm|trixie|forky|stretch|jessie|sid)(?:$|-)/;
/** What `slim` alone stands for. Other distributions have small variants too: `alpine-slim` of nginx, `rhel-ubi9-slim` of swift. */
const SLIM_DEBIAN_TAG = /^(?!.*(?:alpine|rhel|ubi\d|centos|amazon|corretto|oracle|fedora|rocky|alma))(?:.*-)?slim(?:$|-)/;
const UBUNTU_TAG = /(?:^|-)(?:xenial|bionic|focal|jammy|noble|resolute)(?:$|-)/;
const WINDOWS_TAG = /(?:windowsservercore|nanoserver|ltsc20\d\d)/;

/** Official language images whose tags name the distribution, Debian by default. */
const LANGUAGE_IMAGES = hub(
	"node",
	"python",
	"golang",
	"ruby",
	"rust",
	"php",
	"perl",
	"erlang",
	"elixir",
	"haskell",
	"openjdk",
	"java",
	"adoptopenjdk",
	"eclipse-temurin",
	"amazoncorretto",
	"maven",
	"gradle",
	"gcc",
	"swift",
	"julia",
	"clojure",
	"dart",
	"composer",
	"nginx",
	"httpd",
	"redis",
	"postgres",
	"mysql",
	"mariadb",
	"mongo",
	"memcached",
	"rabbitmq",
	"tomcat",
	"jetty",
	"haproxy",
	"traefik",
	"caddy",
	"buildpack-deps",
	"docker",
	"bash",
	"pypy",
	"r-base",
	"oven/bun",
	"denoland/deno",
);

/** What the tags of openjdk have from buildpack-deps, and those of eclipse-temurin on Ubuntu do not. */
const BUILDPACK_PROGRAMS: Readonly<Record<string, string>> = {
	git: "git",
	hg: "mercurial",
	svn: "subversion",
	unzip: "unzip",
	bzip2: "bzip2",
	bunzip2: "bzip2",
	bzcat: "bzip2",
	xz: "xz-utils",
	unxz: "xz-utils",
	xzcat: "xz-utils",
	ssh: "openssh-client",
	scp: "openssh-client",
	"ssh-agent": "openssh-client",
	"ssh-keygen": "openssh-client",
	"ssh-keyscan": "openssh-client",
};

/** What the images of PHP, and those built on them, set. */
const OF_PHP: readonly string[] = [
	"PHPIZE_DEPS",
	"PHP_INI_DIR",
	"PHP_CFLAGS",
	"PHP_CPPFLAGS",
	"PHP_LDFLAGS",
	"GPG_KEYS",
	"PHP_VERSION",
	"PHP_URL",
	"PHP_ASC_URL",
	"PHP_SHA256",
	"PHP_EXTRA_BUILD_DEPS",
	"PHP_EXTRA_CONFIGURE_ARGS",
	"APACHE_CONFDIR",
	"APACHE_ENVVARS",
	"PHP_MD5",
];

/** What the images of openjdk have set, for all their systems, since there are any. */
const OF_OPENJDK: readonly string[] = [
	...["LANG", "JAVA_HOME", "JAVA_VERSION", "JAVA_DEBIAN_VERSION", "JAVA_ALPINE_VERSION", "CA_CERTIFICATES_JAVA_VERSION"],
	...["JAVA_BASE_URL", "JAVA_URL_VERSION", "JAVA_URL", "JAVA_SHA256"],
];

/** What those of eclipse-temurin set, and those that came before them. `container` is Red Hat's. */
const OF_TEMURIN: readonly string[] = ["JAVA_HOME", "JAVA_VERSION", "JAVA_TOOL_OPTIONS", "LANG", "LANGUAGE", "LC_ALL", "container"];

/** What those of tomcat set beside them, and have set. */
const OF_TOMCAT: readonly string[] = [
	...["CATALINA_HOME", "LD_LIBRARY_PATH", "OPENSSL_VERSION", "GPG_KEYS"],
	...["MAJOR", "VERSION", "NATIVE_LIBDIR", "SHA1", "SHA512", "TGZ_URL", "TGZ_URLS", "TGZ_FALLBACK_URL", "ASC_URL", "ASC_URLS"].map(
		(name) => `TOMCAT_${name}`,
	),
	"TOMCAT_ASC_FALLBACK_URL",
];

/** Tags of maven, gradle and tomcat that start from openjdk or eclipse-temurin, and not from another vendor's images or several at once. */
const OPENJDK_TAG = /^(?!.*(?:corretto|amazon|sap|liberica|graal|semeru|ibm|openj9|microsoft|zulu|adopt|oracle|-and-))/;

export const BASE_IMAGES: readonly BaseImageEntry[] = [
	{ repositories: hub("debian"), facts: { ...ROOT, family: "debian", environment: [], shell: "dash", certificates: false } },
	{ repositories: hub("ubuntu"), facts: { ...ROOT, family: "debian", environment: [], shell: "dash", users: {}, certificates: false } },
	{ repositories: hub("ubuntu"), tag: /^(?:24\.04|24\.10|25\.|26\.|noble|resolute)/, facts: { users: { ubuntu: "1000:1000" } } },
	{
		repositories: ["public.ecr.aws/debian/debian", "public.ecr.aws/ubuntu/ubuntu"],
		facts: ROOT,
	},
	{ repositories: hub("alpine"), facts: { ...ROOT, family: "alpine", environment: [], shell: "busybox" } },
	{ repositories: hub("busybox"), facts: { ...ROOT, family: "busybox", environment: [], shell: "busybox" } },
	{
		repositories: [
			...hub(
				"fedora",
				"centos",
				"rockylinux",
				"rockylinux/rockylinux",
				"almalinux",
				"almalinux/*",
				"amazonlinux",
				"oraclelinux",
				"redhat/*",
				"photon",
			),
			"quay.io/centos/*",
			"quay.io/fedora/*",
			"quay.io/rockylinux/*",
			"ghcr.io/oracle/oraclelinux",
			"public.ecr.aws/amazonlinux/amazonlinux",
			"registry.fedoraproject.org/*",
		],
		facts: { family: "redhat", shell: "bash" },
	},
	{
		repositories: [
			...hub("fedora", "centos", "rockylinux", "rockylinux/rockylinux", "almalinux", "amazonlinux", "oraclelinux"),
			"ghcr.io/oracle/oraclelinux",
		],
		facts: ROOT,
	},
	{
		repositories: [
			...hub("oraclelinux", "rockylinux", "rockylinux/rockylinux", "almalinux"),
			...["ghcr.io/oracle/oraclelinux", "quay.io/rockylinux/rockylinux"],
		],
		tag: /^(?:[89]|\d\d)(?:\.\d+)*-(?:slim|minimal)/,
		facts: { packageManagers: ["microdnf"] },
	},
	{ repositories: hub("mysql"), tag: /^(?!.*debian)/, facts: { packageManagers: ["microdnf"] } },
	{
		repositories: [...hub("amazonlinux"), "public.ecr.aws/amazonlinux/amazonlinux"],
		tag: /^2023/,
		facts: { lacks: { "amazon-linux-extras": "amazon-linux-extras" } },
	},
	{ repositories: ["registry.access.redhat.com/ubi*"], facts: { family: "redhat", shell: "bash" } },
	{
		repositories: UBI_VERSIONS.flatMap((version) => ["ubi", "ubi-minimal", "ubi-micro"].map((name) => `${version}/${name}`)),
		facts: { ...ROOT, environment: ["container"] },
	},
	{ repositories: UBI_VERSIONS.map((version) => `${version}/ubi-init`), facts: { ...ROOT, commandNeedsRoot: "init" } },
	{
		repositories: [...hub("opensuse/*"), "registry.opensuse.org/opensuse/*", "registry.suse.com/*"],
		facts: { ...ROOT, family: "suse", shell: "bash" },
	},
	{ repositories: hub("archlinux", "archlinux/archlinux"), facts: { ...ROOT, family: "arch", shell: "bash" } },
	{ repositories: LANGUAGE_IMAGES, tag: ALPINE_TAG, facts: { family: "alpine", shell: "busybox" } },
	{ repositories: LANGUAGE_IMAGES, tag: DEBIAN_TAG, facts: { family: "debian", shell: "dash" } },
	{ repositories: LANGUAGE_IMAGES, tag: SLIM_DEBIAN_TAG, facts: { family: "debian", shell: "dash" } },
	{ repositories: LANGUAGE_IMAGES, tag: UBUNTU_TAG, facts: { family: "debian", shell: "dash" } },
	{ repositories: LANGUAGE_IMAGES, tag: WINDOWS_TAG, facts: { family: "windows" } },
	{
		repositories: hub(
			"node",
			"python",
			"golang",
			"ruby",
			"rust",
			"php",
			"perl",
			"gcc",
			"buildpack-deps",
			"haskell",
			"pypy",
			"dart",
			"httpd",
			"redis",
			"postgres",
			"nginx",
			"mariadb",
			"java",
		),
		tag: /^(?!.*(?:alpine|windows|nanoserver|ubi|oracle))/,
		facts: { family: "debian", shell: "dash" },
	},
	{
		repositories: hub("eclipse-temurin", "gradle", "maven", "tomcat", "swift", "mongo", "rabbitmq"),
		tag: /^(?!.*(?:alpine|windows|nanoserver|ubi|centos|amazon|oracle|rocky|rhel|fedora|sapmachine|debian|liberica|graal|corretto|semeru|ibm|openj9|microsoft|zulu))/,
		facts: { family: "debian", shell: "dash" },
	},

	{
		repositories: hub("node"),
		facts: {
			...ROOT,
			environment: ["NODE_VERSION", "YARN_VERSION"],
			users: { node: "1000:1000" },
			interpreter: "node",
			programs: ["node", "npm", "yarn"],
		},
	},
	// What downloads Node is removed again there.
	{ repositories: hub("node"), tag: /(?:^|-)slim$/, facts: { certificates: false } },
	{
		repositories: hub("python"),
		facts: {
			...ROOT,
			environment: [
				"LANG",
				"GPG_KEY",
				"PYTHON_VERSION",
				"PYTHON_PIP_VERSION",
				"PYTHON_SETUPTOOLS_VERSION",
				"PYTHON_GET_PIP_URL",
				"PYTHON_GET_PIP_SHA256",
				"PYTHON_SHA256",
				"PYTHON_WHEEL_VERSION",
			],
			environmentOnWindows: [
				"PYTHONIOENCODING",
				"PYTHON_VERSION",
				"PYTHON_RELEASE",
				"PYTHON_PIP_VERSION",
				"PYTHON_SETUPTOOLS_VERSION",
				"PYTHON_GET_PIP_URL",
				"PYTHON_GET_PIP_SHA256",
			],
			interpreter: "python",
			programs: ["python", "python3", "pip"],
		},
	},
	{
		// Source: the Dockerfiles of docker-library/pypy. `python` is not in all of them.
		repositories: hub("pypy"),
		facts: {
			environment: [
				...["LANG", "PYPY_VERSION", "PYPY_SHA256SUM"],
				...["PYTHON_PIP_VERSION", "PYTHON_SETUPTOOLS_VERSION", "PYTHON_GET_PIP_URL", "PYTHON_GET_PIP_SHA256"],
			],
			interpreter: "python",
			programs: ["pip"],
		},
	},
	{
		repositories: hub("ruby"),
		facts: {
			...ROOT,
			environment: [
				"LANG",
				"RUBY_MAJOR",
				"RUBY_VERSION",
				"RUBY_DOWNLOAD_URL",
				"RUBY_DOWNLOAD_SHA256",
				"GEM_HOME",
				"BUNDLE_SILENCE_ROOT_WARNING",
				"BUNDLE_APP_CONFIG",
			],
			interpreter: "ruby",
			programs: ["ruby", "gem", "bundle"],
		},
	},
	{
		repositories: hub("php"),
		facts: {
			...ROOT,
			environment: OF_PHP,
			users: { "www-data": "33:33" },
			interpreter: "php",
			programs: ["php"],
		},
	},
	{ repositories: hub("php"), tag: ALPINE_TAG, facts: { users: { "www-data": "82:82" } } },
	// "allow running as an arbitrary user", in Dockerfile-linux.template of docker-library/php: 1777.
	{ repositories: hub("php", "wordpress"), facts: { openFolders: ["/var/www/html"] } },
	{ repositories: hub("perl"), facts: { ...ROOT, interpreter: "perl" } },
	{
		repositories: hub("golang"),
		facts: {
			...ROOT,
			environment: ["GOLANG_VERSION", "GOTOOLCHAIN", "GOPATH"],
			sdk: { language: "Go", runtime: "gcr.io/distroless/static-debian12" },
			programs: ["go"],
		},
	},
	{
		repositories: hub("rust", "clux/muslrust", "ekidd/rust-musl-builder"),
		facts: { ...ROOT, sdk: { language: "Rust", runtime: "debian" }, programs: ["cargo", "rustc"] },
	},
	{ repositories: hub("rust"), facts: { environment: ["RUSTUP_HOME", "CARGO_HOME", "RUST_VERSION"] } },
	{
		// `-curl` and `-scm` are what buildpack-deps itself is built on; golang adds compilers to the latter.
		repositories: hub("buildpack-deps", "gcc", "golang", "rust", "node", "python", "pypy", "ruby", "perl", "erlang", "elixir"),
		tag: /^(?!.*(?:slim|alpine|windows|nanoserver|curl|scm))/,
		ofVariant: true,
		facts: { compilers: true },
	},
	{ repositories: hub("gcc"), facts: { ...ROOT, sdk: { language: "C", runtime: "debian" } } },
	{ repositories: hub("maven"), facts: { ...ROOT, sdk: { language: "Java", runtime: "eclipse-temurin" } } },
	{
		repositories: hub("gradle"),
		facts: { ...ROOT, sdk: { language: "Java", runtime: "eclipse-temurin" }, users: { gradle: "1000:1000" } },
	},
	{
		repositories: hub("sbtscala/scala-sbt", "mozilla/sbt", "hseeberger/scala-sbt"),
		facts: { sdk: { language: "Scala", runtime: "eclipse-temurin" } },
	},
	{
		repositories: hub("eclipse-temurin", "openjdk", "amazoncorretto", "ibmjava", "sapmachine", "bellsoft/*", "azul/*"),
		tag: /jdk/,
		facts: { ...ROOT, sdk: { language: "Java", runtime: "eclipse-temurin" } },
	},
	{
		repositories: hub(
			...["eclipse-temurin", "openjdk", "java", "adoptopenjdk", "amazoncorretto", "ibmjava", "sapmachine"],
			...["bellsoft/liberica-openj*", "azul/zulu-openjdk*"],
		),
		facts: ROOT,
	},
	{
		repositories: hub("eclipse-temurin"),
		tag: /^(?!.*(?:alpine|windows|nanoserver|ubi|centos))/,
		facts: { lacks: BUILDPACK_PROGRAMS },
	},
	{ repositories: hub("haskell"), facts: { ...ROOT, sdk: { language: "Haskell", runtime: "debian" } } },
	{ repositories: hub("clojure"), facts: { sdk: { language: "Clojure", runtime: "eclipse-temurin" } } },
	// Source: the Dockerfiles of dart-lang/dart-docker.
	{ repositories: hub("dart"), facts: { ...ROOT, folderOfRoot: "/root" } },
	{ repositories: hub("swift"), facts: ROOT },
	{ repositories: hub("swift"), tag: /^(?!.*slim)/, facts: { sdk: { language: "Swift", runtime: "swift" } } },
	{
		repositories: ["mcr.microsoft.com/dotnet/sdk", "mcr.microsoft.com/dotnet/core/sdk", "mcr.microsoft.com/dotnet/nightly/sdk"],
		facts: { user: "root", sdk: { language: ".NET", runtime: "mcr.microsoft.com/dotnet/aspnet" } },
	},
	{ repositories: ["mcr.microsoft.com/dotnet/*"], tag: ALPINE_TAG, facts: { family: "alpine", shell: "busybox" } },
	{ repositories: ["mcr.microsoft.com/dotnet/*"], tag: DEBIAN_TAG, facts: { family: "debian", shell: "dash" } },
	{ repositories: ["mcr.microsoft.com/dotnet/*"], tag: UBUNTU_TAG, facts: { family: "debian", shell: "dash" } },
	{ repositories: ["mcr.microsoft.com/dotnet/*"], tag: /chiseled|distroless/, facts: { user: "1654", shell: "none" } },
	{
		// The user came with .NET 8: https://devblogs.microsoft.com/dotnet/securing-containers-with-rootless/
		// Those of the SDK start from aspnet.
		repositories: ["sdk", "aspnet", "runtime", "runtime-deps"].flatMap((name) => [
			`mcr.microsoft.com/dotnet/${name}`,
			`mcr.microsoft.com/dotnet/nightly/${name}`,
		]),
		tag: /^(?![1-7](?:\.|-|$))/,
		facts: { users: { app: "1654:1654" } },
	},
	{
		repositories: ["aspnet", "runtime", "runtime-deps"].flatMap((name) => [
			`mcr.microsoft.com/dotnet/${name}`,
			`mcr.microsoft.com/dotnet/core/${name}`,
		]),
		tag: /^(?!.*(?:chiseled|distroless|nanoserver|windows))/,
		facts: ROOT,
	},
	{ repositories: CUDA, facts: ROOT },
	{ repositories: CUDA, tag: /devel/, facts: { sdk: { language: "CUDA", runtime: "nvidia/cuda" } } },
	{ repositories: CUDA, tag: /ubuntu/, facts: { family: "debian", shell: "dash" } },
	{ repositories: CUDA, tag: /ubi|rockylinux|centos/, facts: { family: "redhat", shell: "bash" } },

	{ repositories: hub("nginx"), facts: { ...ROOT, users: { nginx: "101:101" } } },
	{
		repositories: [...hub("nginxinc/nginx-unprivileged"), "ghcr.io/nginxinc/nginx-unprivileged"],
		facts: { user: "101", users: { nginx: "101:101" } },
	},
	// Debian's postgresql-common puts the user into ssl-cert, whose files hold the keys.
	{ repositories: hub("postgres"), facts: { users: { postgres: "999:999" }, usersInGroups: ["postgres"] } },
	{ repositories: hub("postgres"), tag: ALPINE_TAG, facts: { users: { postgres: "70:70" }, usersInGroups: [] } },
	{ repositories: hub("jenkins/jenkins"), facts: { user: "jenkins", users: { jenkins: "1000:1000" } } },
	{
		repositories: hub("oven/bun"),
		facts: {
			...ROOT,
			environment: ["BUN_RUNTIME_TRANSPILER_CACHE_PATH", "BUN_INSTALL_BIN"],
			interpreter: "bun",
			users: { bun: "1000:1000" },
		},
	},
	{
		repositories: hub("oven/bun"),
		tag: /distroless/,
		facts: { environment: ["BUN_RUNTIME_TRANSPILER_CACHE_PATH", "BUN_INSTALL_BIN", "SSL_CERT_FILE"] },
	},
	{ repositories: hub("denoland/deno"), facts: { interpreter: "deno", users: { deno: "1993:1993" } } },
	{ repositories: hub("grafana/grafana", "grafana/grafana-oss", "grafana/loki", "grafana/promtail"), facts: { user: "472" } },
	{ repositories: [...hub("prom/*"), "quay.io/prometheus/*"], facts: { user: "nobody" } },
	// The base of the others. Source: the Dockerfiles of prometheus/busybox.
	{ repositories: [...hub("prom/busybox*"), "quay.io/prometheus/busybox*"], facts: { user: "root" } },
	{ repositories: [...hub("bitnami/*", "bitnamilegacy/*")], facts: { user: "1001" } },
	{
		repositories: hub(
			"httpd",
			"redis",
			"mysql",
			"mariadb",
			"mongo",
			"rabbitmq",
			"tomcat",
			"traefik",
			"caddy",
			"buildpack-deps",
			"composer",
			"docker",
			"bash",
			"erlang",
			"elixir",
			"clojure",
			"julia",
			"pypy",
		),
		facts: ROOT,
	},
	{ repositories: hub("docker"), tag: /(?:^|-)dind(?:$|-alpine)/, facts: { commandNeedsRoot: "dockerd" } },
	{ repositories: hub("docker"), tag: /rootless/, facts: { user: "rootless" } },
	{
		repositories: hub("postgres", "mysql", "mariadb", "mongo", "redis", "rabbitmq", "cassandra", "zookeeper", "neo4j", "ghost", "couchdb"),
		facts: { ...ROOT, entrypointDropsRoot: true },
	},
	{
		// s6-overlay: `/init` hands over to the user that PUID names. https://docs.linuxserver.io/general/understanding-puid-and-pgid/
		repositories: [...hub("linuxserver/*"), "ghcr.io/linuxserver/*", "lscr.io/linuxserver/*"],
		facts: { entrypointDropsRoot: true },
	},
	{
		// https://github.com/phusion/baseimage-docker, and what Laradock builds on it.
		repositories: [...hub("phusion/baseimage", "phusion/passenger-*", "laradock/workspace"), "ghcr.io/phusion/*"],
		facts: { commandNeedsRoot: "my_init" },
	},
	{ repositories: hub("solr"), facts: { user: "solr" } },
	{ repositories: hub("haproxy"), tag: /^(?:2\.[4-9]|[3-9]|lts|latest|alpine|$)/, facts: { user: "haproxy" } },
	{ repositories: hub("memcached"), facts: { user: "memcache" } },
	{ repositories: [...hub("jupyter/*"), "quay.io/jupyter/*"], facts: { user: "1000" } },
	{
		repositories: JUPYTER_IMAGES.flatMap((name) => [...hub(`jupyter/${name}`), `quay.io/jupyter/${name}`]),
		facts: { shellWords: ["/bin/bash", "-o", "pipefail", "-c"] },
	},
	{ repositories: hub("cimg/*", "circleci/*"), facts: { user: "circleci" } },
	{ repositories: hub("cimg/*"), facts: { shellWords: ["/bin/bash", "-exo", "pipefail", "-c"] } },
	{ repositories: hub("gitpod/*"), facts: { user: "gitpod" } },
	{ repositories: hub("biocontainers/biocontainers"), facts: { user: "biodocker" } },
	{ repositories: hub("mambaorg/micromamba"), facts: { user: "mambauser", shellWords: ["/usr/local/bin/_dockerfile_shell.sh"] } },
	{ repositories: hub("selenium/*"), facts: { user: "1200" } },
	{ repositories: hub("apache/airflow"), facts: { user: "airflow" } },
	{ repositories: hub("apache/superset"), facts: { user: "superset" } },
	{ repositories: hub("nodered/node-red"), facts: { user: "node-red" } },
	{ repositories: hub("curlimages/curl"), facts: { user: "curl_user" } },
	{ repositories: ["quay.io/keycloak/keycloak"], facts: { user: "1000" } },
	{ repositories: ["ghcr.io/actions/actions-runner"], facts: { user: "runner" } },
	{ repositories: ["ghcr.io/puppeteer/puppeteer"], facts: { user: "pptruser" } },

	{
		repositories: ["gcr.io/distroless/*"],
		facts: { family: "distroless", shell: "none", rebuiltDaily: true, users: { nonroot: "65532:65532" } },
	},
	{ repositories: ["gcr.io/distroless/*"], tag: /nonroot/, facts: { user: "65532" } },
	{ repositories: ["gcr.io/distroless/*"], tag: /^(?!.*nonroot)/, facts: { user: "root" } },
	{ repositories: ["gcr.io/distroless/*"], tag: /debug/, facts: { shell: "busybox" } },
	{
		repositories: ["cgr.dev/*", ...hub("chainguard/*")],
		facts: { family: "wolfi", rebuiltDaily: true, users: { nonroot: "65532:65532" } },
	},
	{
		repositories: ["static", "glibc-dynamic", "node", "python", "go", "jre", "jdk", "nginx", "ruby"].flatMap(chainguard),
		facts: { user: "65532" },
	},
	{ repositories: ["static", "glibc-dynamic"].flatMap(chainguard), tag: /^(?!.*dev)/, facts: { shell: "none" } },
	{ repositories: chainguard("wolfi-base"), facts: { user: "root", shell: "busybox" } },
	{ repositories: ["dhi.io/*"], facts: { rebuiltDaily: true } },

	{
		repositories: [
			"mcr.microsoft.com/windows*",
			"mcr.microsoft.com/windows/*",
			"mcr.microsoft.com/nanoserver*",
			"mcr.microsoft.com/servercore*",
			...hub("microsoft/windows*", "microsoft/nanoserver*", "microsoft/servercore*"),
			"mcr.microsoft.com/powershell*",
			"mcr.microsoft.com/dotnet/framework/*",
		],
		tag: /^(?!.*(?:alpine|ubuntu|debian|mariner|centos))/,
		facts: { family: "windows" },
	},
	{ repositories: ["mcr.microsoft.com/*", ...hub("microsoft/*")], tag: WINDOWS_TAG, facts: { family: "windows" } },
	{
		// Source: the Dockerfiles of microsoft/iis-docker and microsoft/dotnet-framework-docker.
		repositories: [
			"mcr.microsoft.com/windows/servercore/iis",
			...["aspnet", "wcf"].map((name) => `mcr.microsoft.com/dotnet/framework/${name}`),
		],
		facts: { entrypointNeedsRoot: "ServiceMonitor.exe" },
	},
	{
		repositories: hub("golang", "python", "openjdk", "eclipse-temurin"),
		tag: /windowsservercore/,
		facts: { shellWords: ["powershell", "-Command", "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';"] },
	},

	{
		repositories: ["gcr.io/oss-fuzz-base/*"],
		facts: { sets: ["SRC", "OUT", "WORK", "CC", "CXX", "CFLAGS", "CXXFLAGS", "SANITIZER", "ARCHITECTURE"] },
	},
	{ repositories: ["gcr.io/oss-fuzz-base/base-builder-go"], facts: { sets: ["GOPATH"] } },
	{ repositories: ["gcr.io/oss-fuzz-base/base-builder-jvm"], facts: { sets: ["JAVA_HOME"] } },
	{ repositories: ["gcr.io/oss-fuzz-base/cifuzz-base"], facts: { sets: ["OSS_FUZZ_ROOT"] } },
	{ repositories: hub("selenium/*"), facts: { sets: ["SEL_USER", "SEL_UID", "SEL_GID", "HOME", "TZ"] } },
	{
		repositories: [...hub("jupyter/*"), "quay.io/jupyter/*"],
		facts: { sets: ["NB_USER", "NB_UID", "NB_GID", "HOME", "CONDA_DIR", "LANG", "LC_ALL", "SHELL"] },
	},
	{
		repositories: ["mcr.microsoft.com/dotnet/*"],
		facts: {
			sets: ["APP_UID", "DOTNET_VERSION", "ASPNET_VERSION", "DOTNET_RUNNING_IN_CONTAINER", "ASPNETCORE_HTTP_PORTS", "DOTNET_SDK_VERSION"],
		},
	},
	{
		repositories: [...hub("centos/*"), "quay.io/sclorg/*", "quay.io/fedora/*", "registry.access.redhat.com/*", "registry.redhat.io/*"],
		facts: { sets: ["STI_SCRIPTS_PATH", "STI_SCRIPTS_URL", "APP_ROOT", "HOME", "PLATFORM"] },
	},
	{
		repositories: hub(
			"eclipse-temurin",
			"openjdk",
			"java",
			"amazoncorretto",
			"ibmjava",
			"sapmachine",
			"adoptopenjdk",
			"adoptopenjdk/*",
			"bellsoft/*",
			"azul/*",
		),
		facts: { sets: ["JAVA_HOME", "JAVA_VERSION", "LANG", "LANGUAGE", "LC_ALL"] },
	},
	{
		repositories: hub("maven", "gradle", "tomcat", "jetty", "jenkins/*", "groovy", "cassandra"),
		facts: { sets: ["JAVA_HOME", "JAVA_VERSION"] },
	},
	// Source: the Dockerfiles of docker-library/openjdk, docker-library/tomcat, adoptium/containers, carlossg/docker-maven and keeganwitt/docker-gradle.
	{ repositories: hub("openjdk", "java"), facts: { environment: OF_OPENJDK } },
	{ repositories: hub("eclipse-temurin"), facts: { environment: OF_TEMURIN } },
	{
		repositories: hub("maven"),
		tag: OPENJDK_TAG,
		facts: { environment: [...OF_OPENJDK, ...OF_TEMURIN, "MAVEN_HOME", "MAVEN_CONFIG", "MAVEN_VERSION"] },
	},
	{
		repositories: hub("gradle"),
		tag: OPENJDK_TAG,
		facts: { environment: [...OF_OPENJDK, ...OF_TEMURIN, "GRADLE_HOME", "GRADLE_VERSION"] },
	},
	{ repositories: hub("tomcat"), tag: OPENJDK_TAG, facts: { environment: [...OF_OPENJDK, ...OF_TEMURIN, ...OF_TOMCAT] } },
	{ repositories: hub("maven"), facts: { sets: ["MAVEN_HOME", "MAVEN_CONFIG"] } },
	{ repositories: hub("gradle"), facts: { sets: ["GRADLE_HOME", "GRADLE_VERSION"] } },
	{
		repositories: hub("tomcat"),
		facts: { sets: ["CATALINA_HOME", "TOMCAT_VERSION", "TOMCAT_MAJOR", "TOMCAT_NATIVE_LIBDIR", "LD_LIBRARY_PATH"] },
	},
	{ repositories: hub("jetty"), facts: { sets: ["JETTY_HOME", "JETTY_BASE", "JETTY_VERSION", "TMPDIR"] } },
	{ repositories: hub("jenkins/*"), facts: { sets: ["JENKINS_HOME", "JENKINS_VERSION", "REF", "JENKINS_SLAVE_AGENT_PORT"] } },
	{
		repositories: CUDA,
		facts: { sets: ["CUDA_VERSION", "LD_LIBRARY_PATH", "LIBRARY_PATH", "NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES", "NVARCH"] },
	},
	{ repositories: hub("oracle/*", "store/oracle/*"), facts: { sets: ["JAVA_HOME", "ORACLE_HOME", "ORACLE_BASE"] } },
	{ repositories: ["container-registry.oracle.com/*"], facts: { sets: ["JAVA_HOME", "ORACLE_HOME", "ORACLE_BASE"] } },
	{ repositories: hub("nginx"), facts: { sets: ["NGINX_VERSION", "NJS_VERSION", "NJS_RELEASE", "PKG_RELEASE", "DYNPKG_RELEASE"] } },
	{ repositories: hub("postgres", "postgis/postgis"), facts: { sets: ["PG_MAJOR", "PG_VERSION", "PGDATA", "LANG"] } },
	{ repositories: hub("mysql", "mariadb"), facts: { sets: ["MYSQL_MAJOR", "MYSQL_VERSION", "MARIADB_VERSION", "GOSU_VERSION"] } },
	{ repositories: hub("mongo"), facts: { sets: ["MONGO_MAJOR", "MONGO_VERSION", "MONGO_PACKAGE", "MONGO_REPO", "HOME"] } },
	{ repositories: hub("redis"), facts: { sets: ["REDIS_VERSION", "REDIS_DOWNLOAD_URL", "REDIS_DOWNLOAD_SHA"] } },
	{ repositories: hub("rabbitmq"), facts: { sets: ["RABBITMQ_VERSION", "RABBITMQ_HOME", "RABBITMQ_DATA_DIR", "HOME"] } },
	{ repositories: hub("httpd"), facts: { sets: ["HTTPD_PREFIX", "HTTPD_VERSION"] } },
	{
		repositories: hub("composer"),
		facts: { environment: [...OF_PHP, "COMPOSER_HOME", "COMPOSER_VERSION", "COMPOSER_ALLOW_SUPERUSER"] },
	},
	{ repositories: hub("wordpress", "drupal"), facts: { sets: ["PHP_INI_DIR", "PHP_VERSION", "APACHE_CONFDIR", "APACHE_ENVVARS"] } },
	{ repositories: hub("pytorch/pytorch"), tag: /devel/, facts: { sdk: { language: "CUDA", runtime: "pytorch/pytorch" } } },
	{ repositories: hub("pytorch/pytorch"), facts: { sets: ["PYTORCH_VERSION", "LD_LIBRARY_PATH", "NVIDIA_VISIBLE_DEVICES"] } },
	{ repositories: hub("elasticsearch", "kibana", "logstash"), facts: { sets: ["ELASTIC_CONTAINER", "JAVA_HOME"] } },
	{ repositories: hub("erlang", "elixir"), facts: { sets: ["OTP_VERSION", "REBAR_VERSION", "REBAR3_VERSION", "ELIXIR_VERSION", "LANG"] } },
	{
		repositories: [
			...hub("centos", "oraclelinux", "amazonlinux", "buildpack-deps", "rockylinux", "rockylinux/rockylinux", "almalinux", "opensuse/leap"),
			"registry.opensuse.org/opensuse/leap",
		],
		facts: { environment: [] },
	},
	{ repositories: hub("fedora"), facts: { environment: ["DISTTAG", "FGC", "FBR", "container"] } },
	{ repositories: ["mcr.microsoft.com/azurelinux/base/core"], facts: { ...ROOT, environment: [] } },
	{
		repositories: hub("ubi8/*", "ubi9/*", "ubi10/*"),
		facts: { sets: ["STI_SCRIPTS_PATH", "STI_SCRIPTS_URL", "APP_ROOT", "HOME", "PLATFORM"] },
	},
	{
		repositories: [...hub("mambaorg/*"), "ghcr.io/mamba-org/*"],
		facts: { sets: ["MAMBA_USER", "MAMBA_USER_ID", "MAMBA_USER_GID", "MAMBA_ROOT_PREFIX", "MAMBA_EXE", "ENV_NAME", "LANG", "LC_ALL"] },
	},
];
