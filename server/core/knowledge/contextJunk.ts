import type { ManagerId } from "./packageManagers.ts";

/**
 * What programs leave in a project's folder and no image needs.
 * Source: the `.gitignore` templates that the projects publish for their own tools. Read 2026-11.
 */
export interface ContextJunk {
	/** Names, a `*` at one end stands for the rest. */
	readonly names: readonly string[];
	/** Only where the Dockerfile makes it itself: by one of these package managers, or, for `build`, by compiling. */
	readonly unless?: readonly ManagerId[] | "build";
}

export const CONTEXT_JUNK: readonly ContextJunk[] = [
	{ names: ["node_modules", "bower_components"], unless: ["npm", "yarn", "pnpm", "bun"] },
	{ names: ["venv", ".venv", "virtualenv", ".virtualenv"], unless: ["pip", "uv", "poetry", "pipenv", "conda"] },
	{ names: ["vendor"], unless: ["composer", "bundle"] },
	{ names: ["dist", "build", "out", "target", "obj", ".next", ".nuxt", ".output", ".svelte-kit"], unless: "build" },
	{
		names: [
			"__pycache__",
			".pytest_cache",
			".mypy_cache",
			".ruff_cache",
			".tox",
			".nox",
			"*.egg-info",
			".ipynb_checkpoints",
			".hypothesis",
			".npm",
			".yarn-cache",
			".parcel-cache",
			".turbo",
			".nyc_output",
			".eslintcache",
			".gradle",
			".dart_tool",
			".terraform",
			"*.tfstate",
			"*.tfstate.backup",
			".vagrant",
			".coverage",
			"htmlcov",
			"coverage",
			".idea",
			".vscode",
			".vs",
			".settings",
			".DS_Store",
			"Thumbs.db",
			"*.swp",
			"*.log",
			".svn",
			".hg",
			".github",
			".gitlab",
			".circleci",
			".devcontainer",
		],
	},
];
