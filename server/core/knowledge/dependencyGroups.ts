import type { ManagerId } from "./packageManagers.ts";

/** How a tool is told which groups of dependencies to install. */
export interface DependencyGroups {
	readonly verbs: readonly string[];
	/** Options that decide, one way or the other. */
	readonly options: RegExp;
	readonly variables: readonly string[];
	/** A variable with further groups: it decides where it asks for those that are for development. */
	readonly additional?: string;
	/** Commands or files of the lineage that decide. */
	readonly configured: RegExp;
	readonly files: RegExp;
	/** What keeps the development dependencies out. */
	readonly add: string;
}

const NEVER = /(?!)/;
const NODE_OPTIONS =
	/^(?:--omit|--include|--production|--prod|-P|--only|--dev|-D|--also|--no-dev|--global|-g|--package-lock-only|--dry-run|--help|-h|--version|-v|-V)$/;
const NODE_VARIABLES = [
	"NODE_ENV",
	"NPM_CONFIG_PRODUCTION",
	"npm_config_production",
	"NPM_CONFIG_OMIT",
	"npm_config_omit",
	"NPM_CONFIG_ONLY",
];

/** Source: the manuals of npm 10, Yarn 1.22, pnpm 9, Bun 1.3, Composer 2.7, Bundler 2.5, Poetry 1.8, uv 0.5. Read 2026-11. */
export const DEPENDENCY_GROUPS: Partial<Record<ManagerId, DependencyGroups>> = {
	npm: {
		verbs: ["install", "i", "ci", "clean-install"],
		options: NODE_OPTIONS,
		variables: NODE_VARIABLES,
		configured: /config\s+set\s+(?:-g\s+)?(?:omit|only|production)|omit=dev|production=true/,
		files: NEVER,
		add: "--omit=dev",
	},
	yarn: {
		verbs: ["", "install"],
		options: NODE_OPTIONS,
		variables: ["NODE_ENV", "YARN_PRODUCTION", "npm_config_production"],
		configured: /config\s+set\s+production/,
		files: NEVER,
		add: "--production",
	},
	pnpm: {
		verbs: ["install", "i"],
		options: NODE_OPTIONS,
		variables: NODE_VARIABLES,
		configured: /config\s+set\s+(?:production|only)/,
		files: NEVER,
		add: "--prod",
	},
	bun: {
		verbs: ["install", "i", "ci"],
		options: /^(?:--omit|--production|-p|--prod|--dev|-d|--development|--global|-g|--lockfile-only|--dry-run|--help|-h|--version|-v)$/,
		variables: NODE_VARIABLES,
		configured: NEVER,
		files: /bunfig\.toml/,
		add: "--production",
	},
	composer: {
		verbs: ["install", "i"],
		options: /^(?:--no-dev|--dev|--help|-h|--dry-run)$/,
		variables: ["COMPOSER_NO_DEV"],
		configured: NEVER,
		files: NEVER,
		add: "--no-dev",
	},
	bundle: {
		verbs: ["", "install"],
		options: /^(?:--without|--with|--help|--version)$/,
		variables: ["BUNDLE_WITHOUT", "BUNDLE_ONLY"],
		additional: "BUNDLE_WITH",
		configured: /config\s.{0,60}\b(?:without|with|only)\b/,
		files: /\.bundle\b/,
		add: "",
	},
	poetry: {
		verbs: ["install", "sync"],
		options: /^(?:--only|--without|--with|--no-dev|--only-root|--all-groups|--no-root-dev|--dry-run|--help|-h)$/,
		variables: ["POETRY_WITHOUT", "POETRY_INSTALL_ARGS"],
		configured: NEVER,
		files: NEVER,
		add: "--only main",
	},
	uv: {
		verbs: ["sync"],
		options: /^(?:--no-dev|--dev|--group|--only-group|--only-dev|--no-group|--all-groups|--no-default-groups|--help|-h|--dry-run)$/,
		variables: ["UV_NO_DEV", "UV_NO_DEFAULT_GROUPS", "UV_NO_GROUP"],
		configured: NEVER,
		files: NEVER,
		add: "--no-dev",
	},
};

/** Subcommands that change a project of Node, and then install all that it names. */
export const PROJECT_CHANGES: Partial<Record<ManagerId, readonly string[]>> = {
	npm: ["install", "i", "add", "update", "up", "upgrade", "uninstall", "remove", "rm", "un", "dedupe"],
	yarn: ["add", "remove", "upgrade"],
	pnpm: ["add", "install", "i", "update", "up", "remove", "rm"],
	bun: ["add", "a", "install", "i", "update", "remove", "rm"],
};
