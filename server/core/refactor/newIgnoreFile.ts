import { isIgnored, parseIgnoreFile } from "../dockerfile/files/ignoreFile.ts";

/** What a project is made with, as the names at the top of its folder show. */
interface Stack {
	readonly name: string;
	/** Names that only such a project has; a `*` in front stands for the start of a name. */
	readonly marks: readonly string[];
	readonly patterns: readonly string[];
}

/** Source: the `.gitignore` templates of the tools, and the ignore files that Docker's language guides show. Read 2026-11. */
const STACKS: readonly Stack[] = [
	{
		name: "Node.js",
		marks: ["package.json"],
		patterns: ["**/node_modules", "**/npm-debug.log*", "**/.npm", "**/coverage", "**/.nyc_output", ".next", ".nuxt", ".turbo"],
	},
	{
		name: "Python",
		marks: ["pyproject.toml", "setup.py", "requirements.txt", "Pipfile", "uv.lock", "poetry.lock"],
		patterns: [
			"**/__pycache__",
			"**/*.py[cod]",
			".venv",
			"venv",
			"**/.pytest_cache",
			"**/.mypy_cache",
			"**/.ruff_cache",
			".tox",
			"**/*.egg-info",
		],
	},
	{ name: "Go", marks: ["go.mod"], patterns: ["**/*.test", "**/*.out"] },
	{ name: "Rust", marks: ["Cargo.toml"], patterns: ["**/target"] },
	{
		name: "Java",
		marks: ["pom.xml", "build.gradle", "build.gradle.kts", "mvnw", "gradlew"],
		patterns: ["**/target", "**/.gradle", "**/build/*"],
	},
	{ name: ".NET", marks: ["*.sln", "*.csproj", "*.fsproj"], patterns: ["**/bin", "**/obj", "**/.vs", "**/*.user"] },
	{ name: "Ruby", marks: ["Gemfile"], patterns: ["**/.bundle", "log/*", "tmp/*"] },
	{ name: "PHP", marks: ["composer.json"], patterns: ["vendor"] },
	{ name: "Terraform", marks: ["*.tf"], patterns: ["**/.terraform", "**/*.tfstate", "**/*.tfstate.*"] },
];

const EVERYWHERE: readonly (readonly [string, readonly string[]])[] = [
	[
		"History, and what builds the image",
		[".git", ".gitignore", ".dockerignore", "**/Dockerfile*", "**/compose*.y*ml", "**/docker-compose*.y*ml"],
	],
	[
		"Credentials",
		[
			"**/.env",
			"**/.env.*",
			"!**/.env.example",
			"**/*.pem",
			"**/*.key",
			"**/*.p12",
			"**/id_rsa*",
			"**/id_ed25519*",
			"**/.npmrc",
			"**/.netrc",
		],
	],
	["Editors and systems", [".idea", ".vscode", "**/.DS_Store", "**/*.swp", "**/*.log"]],
];

/**
 * The text of a new `.dockerignore` for a project, by the names at the top of its folder; `required` are paths that the Dockerfile
 * copies: a pattern that would leave one of them out is not written.
 */
export function newIgnoreFile(entries: readonly string[], required: readonly string[], lineBreak: "\n" | "\r\n" = "\n"): string {
	const groups = [
		...EVERYWHERE,
		...STACKS.filter(({ marks }) => marks.some((mark) => entries.some((entry) => isMark(mark, entry)))).map(
			({ name, patterns }) => [name, patterns] as const,
		),
	];
	const lines = ["# What the builder must not see. The last pattern that matches decides; ** stands for any folders."];
	const seen = new Set<string>();
	for (const [name, patterns] of groups) {
		const kept = patterns.filter((pattern) => !seen.has(pattern) && !leavesOut(pattern, required));
		for (const pattern of kept) seen.add(pattern);
		if (kept.length > 0) lines.push("", `# ${name}`, ...kept);
	}
	return `${lines.join(lineBreak)}${lineBreak}`;
}

function isMark(mark: string, entry: string): boolean {
	return mark.startsWith("*") ? entry.endsWith(mark.slice(1)) : entry === mark;
}

function leavesOut(pattern: string, required: readonly string[]): boolean {
	const ignore = parseIgnoreFile(pattern);
	return required.some((path) => isIgnored(ignore, path));
}
