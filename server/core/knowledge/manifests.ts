import type { ManagerId } from "./packageManagers.ts";

/**
 * What each ecosystem's dependency install reads, and how it is made to follow the lock file.
 * Source: the manuals of npm 10, yarn 1 and 4, pnpm 9, bun 1.1, pip 24, uv 0.5, poetry 1.8, pipenv 2024, bundler 2.5, composer 2.7,
 * Go 1.22, Cargo 1.78, Maven 3.9, Gradle 8, .NET 8, mix 1.16. Read 2026-11.
 */
export interface Ecosystem {
	readonly id: string;
	readonly managers: readonly ManagerId[];
	/** Names of the files that say what is wanted; `*` stands for a part of the name. The first one is always there. */
	readonly manifests: readonly string[];
	/** Names of the files that say what was chosen; any one of them. */
	readonly lockFiles: readonly string[];
	/** Other files and folders that an install reads where they exist. */
	readonly companions?: readonly string[];
	/** The folder that the install fills beside the manifest. */
	readonly installsInto?: string;
	/** The command, or the options of the install, that refuse to depart from the lock file. */
	readonly frozen?: string;
	/** The option that makes an install leave the project itself out, with its sources. */
	readonly withoutProject?: string;
	/** Others that leave it out as well. */
	readonly alsoWithoutProject?: readonly string[];
	/** Options that name another folder or manifest, settings of a file, or packages of a workspace: what the install reads lies elsewhere. */
	readonly otherProject?: readonly string[];
	/**
	 * What holds nothing that an install reads; `*` stands for a part of a name. Folders that could be a package of a workspace, or that
	 * scripts of the install live in, are not among them.
	 */
	readonly sources?: readonly string[];
}

const PAGES = ["public", "static", "templates", "views"];
const TESTS = ["test", "tests", "spec"];
const NODE_SOURCES = ["src", "app", ...PAGES, ...TESTS, "index.js", "server.js", "app.js", "main.js"];
const PYTHON_SOURCES = ["src", "app", ...PAGES, ...TESTS, "*.py", "*.js", "*.ts"];

/** What makes the folders beside it packages of one workspace, whose manifests an install reads. */
export const WORKSPACE_FILES: ReadonlySet<string> = new Set(["pnpm-workspace.yaml", "lerna.json", "nx.json", "turbo.json", "rush.json"]);

/** Files that make an install of Python's or Ruby's packages take the project itself, with its sources. */
export const PROJECT_FILES = /^(?:setup\.(?:py|cfg)|pyproject\.toml|.*\.gemspec)$/;

/** Settings of tools that npm's `prepare` or `postinstall` may call. */
export const BUILD_SETTINGS =
	/^(?:tsconfig.*\.json|.*\.config\..*|Makefile|gulpfile\..*|Gruntfile\..*|\.babelrc.*|angular\.json|binding\.gyp)$/;

/** Folders of what Cargo would fetch otherwise. */
export const VENDORED = /^(?:vendor(?:ed)?|third[-_]party)$/;

const ECOSYSTEMS: readonly Ecosystem[] = [
	{
		id: "npm",
		managers: ["npm"],
		manifests: ["package.json"],
		lockFiles: ["package-lock.json", "npm-shrinkwrap.json"],
		companions: [".npmrc", "patches", "prisma"],
		installsInto: "node_modules",
		frozen: "npm ci",
		sources: NODE_SOURCES,
		otherProject: ["--prefix", "-C", "--userconfig", "--globalconfig", "-w", "--workspace", "--workspaces", "-ws"],
	},
	{
		id: "yarn",
		managers: ["yarn"],
		manifests: ["package.json"],
		lockFiles: ["yarn.lock"],
		companions: [".yarnrc", ".yarnrc.yml", ".yarn", ".npmrc", "patches", "prisma"],
		installsInto: "node_modules",
		frozen: "yarn install --frozen-lockfile",
		sources: NODE_SOURCES,
		otherProject: ["--cwd", "--use-yarnrc"],
	},
	{
		id: "pnpm",
		managers: ["pnpm"],
		manifests: ["package.json", "pnpm-workspace.yaml"],
		lockFiles: ["pnpm-lock.yaml"],
		companions: [".npmrc", ".pnpmfile.cjs", "patches", "prisma"],
		installsInto: "node_modules",
		frozen: "pnpm install --frozen-lockfile",
		sources: NODE_SOURCES,
		otherProject: ["-C", "--dir", "-F", "--filter", "--filter-prod", "-r", "--recursive", "-w", "--workspace-root", "--lockfile-dir"],
	},
	{
		id: "bun",
		managers: ["bun"],
		manifests: ["package.json"],
		lockFiles: ["bun.lock", "bun.lockb"],
		companions: ["bunfig.toml", ".npmrc", "patches", "prisma"],
		installsInto: "node_modules",
		frozen: "bun install --frozen-lockfile",
		sources: NODE_SOURCES,
		otherProject: ["--cwd", "-c", "--config", "--filter"],
	},
	{
		id: "pip",
		managers: ["pip"],
		manifests: ["requirements*.txt", "pyproject.toml", "setup.py", "setup.cfg"],
		lockFiles: [],
		companions: ["constraints*.txt"],
		frozen: "pip install --require-hashes -r requirements.txt",
		sources: PYTHON_SOURCES,
	},
	{
		id: "uv",
		managers: ["uv"],
		manifests: ["pyproject.toml"],
		lockFiles: ["uv.lock"],
		companions: [".python-version", "uv.toml"],
		frozen: "uv sync --locked",
		sources: PYTHON_SOURCES,
		withoutProject: "--no-install-project",
		alsoWithoutProject: ["--no-install-workspace", "--no-install-local"],
		otherProject: ["--directory", "--project", "--package", "--all-packages", "--config-file", "--script"],
	},
	{
		id: "poetry",
		managers: ["poetry"],
		manifests: ["pyproject.toml"],
		lockFiles: ["poetry.lock"],
		companions: ["poetry.toml"],
		frozen: "poetry install --no-interaction",
		sources: PYTHON_SOURCES,
		withoutProject: "--no-root",
		otherProject: ["-C", "--directory", "-P", "--project"],
	},
	{
		id: "pipenv",
		managers: ["pipenv"],
		manifests: ["Pipfile"],
		lockFiles: ["Pipfile.lock"],
		frozen: "pipenv sync",
		sources: PYTHON_SOURCES,
		otherProject: ["-r", "--requirements", "-e", "--editable"],
	},
	{
		id: "bundler",
		managers: ["bundle"],
		manifests: ["Gemfile", "*.gemspec"],
		lockFiles: ["Gemfile.lock"],
		companions: [".ruby-version", ".tool-versions", "gems.rb"],
		frozen: "BUNDLE_FROZEN=1",
		sources: ["app", ...PAGES, ...TESTS],
		otherProject: ["--gemfile"],
	},
	{
		id: "composer",
		managers: ["composer"],
		manifests: ["composer.json"],
		lockFiles: ["composer.lock"],
		companions: ["auth.json", "patches"],
		installsInto: "vendor",
		frozen: "composer install --no-interaction",
	},
	{
		id: "go",
		managers: ["go"],
		manifests: ["go.mod"],
		lockFiles: ["go.sum"],
		companions: ["go.work", "vendor"],
		frozen: "-mod=readonly",
		sources: ["*.go", "cmd"],
		otherProject: ["-C", "-modfile", "--modfile", "-overlay", "--overlay"],
	},
	// Builds of Cargo, Maven and Gradle need the sources: that they fetch at the same time is what matters. Those of .NET hold manifests.
	{
		id: "cargo",
		managers: ["cargo"],
		manifests: ["Cargo.toml"],
		lockFiles: ["Cargo.lock"],
		companions: ["rust-toolchain", "rust-toolchain.toml", ".cargo"],
		frozen: "--locked",
		sources: ["src"],
	},
	{
		id: "maven",
		managers: ["maven"],
		manifests: ["pom.xml"],
		lockFiles: [],
		companions: [".mvn", "mvnw", "settings.xml"],
		sources: ["src"],
	},
	{
		id: "gradle",
		managers: ["gradle"],
		manifests: ["build.gradle*", "settings.gradle*"],
		lockFiles: ["gradle.lockfile"],
		companions: ["gradle", "gradlew", "gradle.properties"],
		sources: ["src"],
	},
	{
		id: "dotnet",
		managers: ["dotnet"],
		manifests: ["*.csproj", "*.fsproj", "*.vbproj", "*.sln", "Directory.*.props"],
		lockFiles: ["packages.lock.json"],
		companions: ["NuGet.Config", "nuget.config", "global.json"],
		frozen: "dotnet restore --locked-mode",
	},
	{
		id: "mix",
		managers: ["mix"],
		manifests: ["mix.exs"],
		lockFiles: ["mix.lock"],
		companions: ["config"],
		frozen: "mix deps.get --check-locked",
		sources: ["lib", "priv", ...TESTS],
	},
];

/** The ecosystem whose manifests a package manager reads; undefined for those of the system. */
export function ecosystemOf(manager: ManagerId): Ecosystem | undefined {
	return ECOSYSTEMS.find((ecosystem) => ecosystem.managers.includes(manager));
}
