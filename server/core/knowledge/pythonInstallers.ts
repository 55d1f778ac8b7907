/**
 * How Python tools that keep a lock file install from it.
 * Source: the manuals of Poetry 2, pipenv 2024, uv 0.5 and PDM 2.20. Read 2026-11.
 */

/** How a tool installs, and how it is told to hold to its lock file. */
export interface PythonInstaller {
	readonly names: { readonly manifests: readonly string[]; readonly lockFiles: readonly string[] };
	readonly lockFile: string;
	/** Subcommands that install what the lock file says unless it does not fit. */
	readonly installs: readonly string[];
	/** Options and variables with which they fail, or leave the lock file alone, instead. */
	readonly frozen: readonly string[];
	readonly variables: readonly string[];
	/** The option to add; undefined where the install holds to the lock file by itself. */
	readonly option: string | undefined;
	/** Options that make a call something else. */
	readonly elsewhere: readonly string[];
	/** The option with which an install does not look at the lock file at all. */
	readonly skipsLock?: string;
}

/** By the name of the program. */
export const PYTHON_INSTALLERS: Readonly<Record<string, PythonInstaller>> = {
	poetry: {
		names: { manifests: ["pyproject.toml"], lockFiles: ["poetry.lock"] },
		lockFile: "poetry.lock",
		installs: ["install", "sync"],
		frozen: [],
		variables: [],
		option: undefined,
		elsewhere: ["--help", "-h", "--version", "-V", "--dry-run", "--check"],
	},
	pipenv: {
		names: { manifests: ["Pipfile"], lockFiles: ["Pipfile.lock"] },
		lockFile: "Pipfile.lock",
		installs: ["install"],
		frozen: ["--deploy", "--ignore-pipfile"],
		variables: ["PIPENV_IGNORE_PIPFILE"],
		option: "--deploy",
		elsewhere: ["--help", "-h", "--version", "-r", "--requirements", "-e"],
		skipsLock: "--skip-lock",
	},
	uv: {
		names: { manifests: ["pyproject.toml"], lockFiles: ["uv.lock"] },
		lockFile: "uv.lock",
		installs: ["sync"],
		frozen: ["--locked", "--frozen", "--check"],
		variables: ["UV_LOCKED", "UV_FROZEN"],
		option: "--locked",
		elsewhere: ["--help", "-h", "--dry-run", "--script", "--offline", "--check", "--locked", "--frozen"],
	},
	pdm: {
		names: { manifests: ["pyproject.toml"], lockFiles: ["pdm.lock"] },
		lockFile: "pdm.lock",
		installs: ["install"],
		frozen: ["--frozen-lockfile", "--no-lock", "--check"],
		variables: ["PDM_FROZEN_LOCKFILE", "PDM_NO_LOCK"],
		option: "--check",
		elsewhere: ["--help", "-h", "--dry-run", "--check", "-g", "--global"],
	},
};
/** Options of any of them that take the next word as their value. */
export const PYTHON_VALUE_OPTIONS = [
	"-C",
	"--directory",
	"--project",
	"-p",
	"--python",
	"--extra",
	"--group",
	"--only",
	"--with",
	"--without",
	"-E",
	"--extras",
	"--no-group",
	"--only-group",
	"--package",
	"-P",
	"--index-url",
	"-i",
	"--categories",
	"-G",
	"--link-mode",
	"--cache-dir",
	"--no-install-package",
	"--python-preference",
	"--upgrade-package",
	"--extra-index-url",
	"--default-index",
	"--index",
	"--index-strategy",
];
