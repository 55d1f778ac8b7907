import { DNF_VERBS, type ManagerId } from "./packageManagers.ts";

/**
 * Where package managers and compilers keep what they fetched, so that the next build need not fetch it again.
 * Source: the manuals of the tools; apk-tools 2.14 and 3.0, pip 24, npm 10, pnpm 9, poetry 1.8, uv 0.5, bundler 2.5, composer 2.7;
 * the Dockerfiles of the official images. Read 2026-11.
 */
export interface CacheTool {
	readonly id: CacheToolId;
	readonly managers: readonly ManagerId[];
	/** Subcommands that fill the cache; the empty text is a call without one. */
	readonly verbs: readonly string[];
	/** All of them are mounted; the first one tells whether a mount is there. */
	readonly directories: readonly CacheDirectory[];
	/** `locked` where two processes at once could spoil it. */
	readonly sharing: "locked" | "shared";
	/** The options that move it, each followed by the folder. */
	readonly options?: readonly string[];
	/** A setting among the words of a call that moves it, with the folder as its group. */
	readonly setting?: RegExp;
	/** Variables whose words the program reads in front of those of a call. */
	readonly wordsIn?: readonly string[];
	/** Options and variables that turn it off. An option counts with whatever stands behind its name. */
	readonly turnedOffBy?: { readonly options?: readonly string[]; readonly variables?: readonly string[] };
	/** Commands that empty it, as program and first words; a flag among them may stand anywhere. */
	readonly emptiedBy?: readonly (readonly string[])[];
	/** The part of the first directory that holds what was fetched, where other things lie beside it. */
	readonly content?: string;
	/** Later commands read it: what lies on a mount is missing where the mount is. */
	readonly neededLater?: boolean;
	/** What else a mount needs to be of use; no edit can promise that. */
	readonly byHand?: string;
}

export interface CacheDirectory {
	/** Absolute, or `~/…` for one in the home of the user. */
	readonly path: string;
	/** The same for another user than root. */
	readonly otherUsers?: string;
	/** Where it is instead where the system is set up otherwise, in a way that no file tells. */
	readonly orElse?: string;
	/** Variables that move it, the strongest first; `below` is what follows their value. */
	readonly variables?: readonly { readonly name: string; readonly below?: string }[];
	/** Images, by canonical name, that set such a variable themselves, and where the directory is in them. */
	readonly images?: Readonly<Record<string, string>>;
	/** Images, by canonical name, of whose variables not all are known, but that they set none of those. */
	readonly plainImages?: readonly string[];
}

export type CacheToolId =
	| "apt"
	| "apk"
	| "yum"
	| "dnf"
	| "dnf5"
	| "tdnf"
	| "zypper"
	| "pip"
	| "pipenv"
	| "poetry"
	| "uv"
	| "conda"
	| "npm"
	| "yarn"
	| "pnpm"
	| "bun"
	| "go modules"
	| "go"
	| "cargo"
	| "maven"
	| "gradle"
	| "nuget"
	| "composer"
	| "bundler"
	| "hex";

const DNF_FETCHING = Object.keys(DNF_VERBS).filter((verb) => DNF_VERBS[verb] === "install" || DNF_VERBS[verb] === "upgrade");
const GO_MODULES: CacheDirectory = {
	path: "~/go/pkg/mod",
	variables: [{ name: "GOMODCACHE" }, { name: "GOPATH", below: "/pkg/mod" }],
	images: { "docker.io/library/golang": "/go/pkg/mod" },
};
/** Their Dockerfiles set JAVA_HOME, JAVA_VERSION and the language. */
const JDK_IMAGES = ["docker.io/library/eclipse-temurin", "docker.io/library/amazoncorretto", "docker.io/library/openjdk"];
const CARGO_IMAGES = "/usr/local/cargo";
const PIP: CacheDirectory = { path: "~/.cache/pip", variables: [{ name: "PIP_CACHE_DIR" }, { name: "XDG_CACHE_HOME", below: "/pip" }] };

export const CACHE_TOOLS: readonly CacheTool[] = [
	{
		id: "apt",
		managers: ["apt"],
		verbs: ["install", "upgrade", "dist-upgrade", "full-upgrade", "build-dep"],
		directories: [{ path: "/var/cache/apt" }, { path: "/var/lib/apt/lists" }],
		sharing: "locked",
		emptiedBy: [
			["apt-get", "clean"],
			["apt", "clean"],
			["apt-get", "autoclean"],
			["apt-get", "distclean"],
			["apt-get", "dist-clean"],
		],
	},
	{
		// A mount on /var/cache/apk alone keeps indexes: packages are kept only if /etc/apk/cache is there.
		id: "apk",
		managers: ["apk"],
		verbs: ["add", "upgrade"],
		directories: [{ path: "/etc/apk/cache" }],
		sharing: "locked",
		options: ["--cache-dir"],
		turnedOffBy: { options: ["--no-cache"] },
		emptiedBy: [["apk", "cache", "clean"]],
	},
	{
		id: "dnf",
		managers: ["dnf", "yum"],
		verbs: DNF_FETCHING,
		directories: [{ path: "/var/cache/dnf" }],
		sharing: "locked",
		emptiedBy: [
			["dnf", "clean"],
			["yum", "clean"],
		],
	},
	{
		id: "dnf5",
		managers: ["dnf", "yum"],
		verbs: DNF_FETCHING,
		directories: [{ path: "/var/cache/libdnf5" }],
		sharing: "locked",
		emptiedBy: [
			["dnf", "clean"],
			["dnf5", "clean"],
			["yum", "clean"],
		],
	},
	{
		id: "yum",
		managers: ["yum"],
		verbs: DNF_FETCHING,
		directories: [{ path: "/var/cache/yum" }],
		sharing: "locked",
		emptiedBy: [["yum", "clean"]],
	},
	{
		id: "tdnf",
		managers: ["tdnf"],
		verbs: DNF_FETCHING,
		directories: [{ path: "/var/cache/tdnf" }],
		sharing: "locked",
		emptiedBy: [["tdnf", "clean"]],
		byHand: "packages are kept only with keepcache=1",
	},
	{
		id: "zypper",
		managers: ["zypper"],
		verbs: ["install", "in", "patch", "update", "up"],
		directories: [{ path: "/var/cache/zypp" }],
		sharing: "locked",
		emptiedBy: [
			["zypper", "clean"],
			["zypper", "cc"],
		],
		byHand: "the repositories have to keep packages",
	},
	{
		id: "pip",
		managers: ["pip"],
		verbs: ["install", "wheel", "download"],
		directories: [PIP],
		sharing: "shared",
		options: ["--cache-dir"],
		turnedOffBy: { options: ["--no-cache"], variables: ["PIP_NO_CACHE_DIR"] },
		emptiedBy: [
			["pip", "cache", "purge"],
			["pip3", "cache", "purge"],
		],
	},
	{
		id: "pipenv",
		managers: ["pipenv"],
		verbs: ["install", "sync"],
		directories: [
			{ path: "~/.cache/pipenv", variables: [{ name: "PIPENV_CACHE_DIR" }, { name: "XDG_CACHE_HOME", below: "/pipenv" }] },
			PIP,
		],
		sharing: "shared",
		turnedOffBy: { variables: ["PIP_NO_CACHE_DIR"] },
	},
	{
		// Not all of ~/.cache/pypoetry: poetry puts its virtual environments there.
		id: "poetry",
		managers: ["poetry"],
		verbs: ["install", "sync", "add"],
		directories: ["/cache", "/artifacts"].map((part) => ({
			path: `~/.cache/pypoetry${part}`,
			variables: [
				{ name: "POETRY_CACHE_DIR", below: part },
				{ name: "XDG_CACHE_HOME", below: `/pypoetry${part}` },
			],
		})),
		sharing: "shared",
		turnedOffBy: { options: ["--no-cache"] },
	},
	{
		id: "uv",
		managers: ["uv"],
		verbs: ["sync", "pip", "tool", "add"],
		directories: [{ path: "~/.cache/uv", variables: [{ name: "UV_CACHE_DIR" }, { name: "XDG_CACHE_HOME", below: "/uv" }] }],
		sharing: "shared",
		options: ["--cache-dir"],
		turnedOffBy: { options: ["--no-cache", "-n"], variables: ["UV_NO_CACHE"] },
		emptiedBy: [["uv", "cache", "clean"]],
	},
	{
		id: "conda",
		managers: ["conda"],
		verbs: ["install", "create", "env", "update"],
		directories: [
			{
				path: "",
				variables: [{ name: "CONDA_PKGS_DIRS" }],
				images: {
					"docker.io/continuumio/miniconda3": "/opt/conda/pkgs",
					"docker.io/continuumio/anaconda3": "/opt/conda/pkgs",
					"docker.io/condaforge/miniforge3": "/opt/conda/pkgs",
					"docker.io/condaforge/mambaforge": "/opt/conda/pkgs",
				},
			},
		],
		sharing: "locked",
		emptiedBy: [
			["conda", "clean"],
			["mamba", "clean"],
		],
		byHand: "what the image brought is hidden by the mount",
	},
	{
		id: "npm",
		managers: ["npm"],
		verbs: ["install", "i", "in", "isntall", "add", "ci", "clean-install", "ic", "install-clean"],
		directories: [{ path: "~/.npm", variables: [{ name: "npm_config_cache" }, { name: "NPM_CONFIG_CACHE" }] }],
		sharing: "shared",
		options: ["--cache"],
		// Source: npm's lib/commands/cache.js.
		emptiedBy: [
			["npm", "cache", "clean"],
			["npm", "cache", "clear"],
			["npm", "cache", "rm"],
		],
		content: "/_cacache",
	},
	{
		// Version 1. Later ones may run programs out of the cache.
		id: "yarn",
		managers: ["yarn"],
		verbs: ["", "install", "add", "global"],
		directories: [{ path: "/usr/local/share/.cache/yarn", otherUsers: "~/.cache/yarn", variables: [{ name: "YARN_CACHE_FOLDER" }] }],
		sharing: "locked",
		options: ["--cache-folder"],
		emptiedBy: [["yarn", "cache", "clean"]],
	},
	{
		id: "pnpm",
		managers: ["pnpm"],
		verbs: ["install", "i", "add", "fetch"],
		directories: [
			{
				path: "~/.local/share/pnpm/store",
				variables: [
					{ name: "npm_config_store_dir" },
					{ name: "PNPM_HOME", below: "/store" },
					{ name: "XDG_DATA_HOME", below: "/pnpm/store" },
				],
			},
		],
		sharing: "shared",
		options: ["--store-dir"],
		emptiedBy: [["pnpm", "store", "prune"]],
	},
	{
		id: "bun",
		managers: ["bun"],
		verbs: ["install", "i", "ci", "add", "a"],
		directories: [
			{
				path: "~/.bun/install/cache",
				variables: [{ name: "BUN_INSTALL_CACHE_DIR" }, { name: "BUN_INSTALL", below: "/install/cache" }],
				plainImages: ["docker.io/oven/bun"],
			},
		],
		sharing: "shared",
		options: ["--cache-dir"],
		turnedOffBy: { options: ["--no-cache"] },
		emptiedBy: [["bun", "pm", "cache", "rm"]],
	},
	{
		id: "go modules",
		managers: ["go"],
		verbs: ["mod", "get"],
		directories: [GO_MODULES],
		sharing: "shared",
		emptiedBy: [["go", "clean", "-modcache"]],
		neededLater: true,
	},
	{
		id: "go",
		managers: ["go"],
		verbs: ["build", "install", "test"],
		directories: [
			{ path: "~/.cache/go-build", variables: [{ name: "GOCACHE" }, { name: "XDG_CACHE_HOME", below: "/go-build" }] },
			GO_MODULES,
		],
		sharing: "shared",
		emptiedBy: [["go", "clean", "-cache"]],
		neededLater: true,
	},
	{
		id: "cargo",
		managers: ["cargo"],
		verbs: ["build", "b", "install", "fetch", "chef", "test"],
		directories: ["/registry", "/git/db"].map((part) => ({
			path: `~/.cargo${part}`,
			variables: [{ name: "CARGO_HOME", below: part }],
			images: { "docker.io/library/rust": CARGO_IMAGES + part },
		})),
		sharing: "locked",
		neededLater: true,
	},
	{
		// Not all of ~/.m2: a settings.xml that was copied there would be hidden.
		id: "maven",
		managers: ["maven"],
		verbs: [
			"package",
			"install",
			"verify",
			"compile",
			"test",
			"deploy",
			"clean",
			"dependency:go-offline",
			"dependency:resolve",
			"dependency:resolve-plugins",
		],
		directories: [{ path: "~/.m2/repository" }],
		sharing: "locked",
		setting: /(?:^|-D|=)maven\.repo\.local=(.*)$/,
		wordsIn: ["MAVEN_ARGS", "MAVEN_OPTS"],
		neededLater: true,
	},
	{
		id: "gradle",
		managers: ["gradle"],
		verbs: ["build", "assemble", "bootjar", "jar", "installdist", "shadowjar", "dependencies", "clean", "test"],
		directories: [
			{
				path: "~/.gradle",
				variables: [{ name: "GRADLE_USER_HOME" }],
				images: { "docker.io/library/gradle": "/home/gradle/.gradle" },
				plainImages: JDK_IMAGES,
			},
		],
		sharing: "locked",
		options: ["-g", "--gradle-user-home"],
		setting: /(?:^|-D|=)gradle\.user\.home=(.*)$/,
		wordsIn: ["GRADLE_OPTS", "JAVA_OPTS"],
		neededLater: true,
	},
	{
		id: "nuget",
		managers: ["dotnet"],
		verbs: ["restore", "build", "publish", "pack", "test"],
		directories: [{ path: "~/.nuget/packages", variables: [{ name: "NUGET_PACKAGES" }], plainImages: ["mcr.microsoft.com/dotnet/sdk"] }],
		sharing: "locked",
		options: ["--packages"],
		setting: /(?:^|[:;])RestorePackagesPath=([^;]*)/i,
		emptiedBy: [["dotnet", "nuget", "locals"]],
		neededLater: true,
	},
	{
		id: "composer",
		managers: ["composer"],
		verbs: ["install", "i", "update", "require", "create-project"],
		directories: [
			{
				// Only where there is /etc/xdg, or a variable XDG_…: Composer's Factory::useXdg.
				path: "~/.cache/composer",
				orElse: "~/.composer/cache",
				variables: [
					{ name: "COMPOSER_CACHE_DIR" },
					{ name: "COMPOSER_HOME", below: "/cache" },
					{ name: "XDG_CACHE_HOME", below: "/composer" },
				],
				images: { "docker.io/library/composer": "/tmp/cache" },
			},
		],
		sharing: "locked",
		turnedOffBy: { options: ["--no-cache"] },
		emptiedBy: [
			["composer", "clear-cache"],
			["composer", "clearcache"],
		],
	},
	{
		id: "bundler",
		managers: ["bundle"],
		verbs: ["", "install"],
		directories: [
			{ path: "~/.bundle/cache", variables: [{ name: "BUNDLE_USER_CACHE" }, { name: "BUNDLE_USER_HOME", below: "/cache" }] },
			{
				path: "",
				variables: [{ name: "GEM_HOME", below: "/cache" }],
				images: { "docker.io/library/ruby": "/usr/local/bundle/cache" },
			},
		],
		sharing: "locked",
	},
	{
		id: "hex",
		managers: ["mix"],
		verbs: ["deps.get"],
		directories: [
			{ path: "~/.hex/packages", variables: [{ name: "HEX_HOME", below: "/packages" }], plainImages: ["docker.io/library/elixir"] },
			{ path: "~/.cache/rebar3", variables: [{ name: "XDG_CACHE_HOME", below: "/rebar3" }] },
		],
		sharing: "locked",
	},
];

/** Folders in which builds keep what they have made: no tool that fetches packages caches there. */
export const BUILD_OUTPUT = /\/(?:node_modules|\.next|\.nuxt|\.turbo|\.parcel-cache|\.angular|\.vite)(?:\/|$)/;

/** Subcommands below a subcommand that fetch, where not all do. */
export const FETCHING_SUBCOMMANDS: Readonly<Record<string, readonly string[]>> = {
	"go mod": ["download", "tidy", "vendor"],
	"uv pip": ["install", "sync"],
	"uv tool": ["install"],
	"conda env": ["create", "update"],
	"cargo chef": ["cook"],
	"yarn global": ["add", "upgrade"],
};

/** These fetch only what they are told to. */
export const FETCHES_OPERANDS_ONLY = new Set([
	"apt install",
	"apt build-dep",
	"apk add",
	"pip download",
	"uv add",
	"npm add",
	"cargo install",
	"composer require",
]);
