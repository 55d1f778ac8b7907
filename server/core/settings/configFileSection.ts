import { CONFIG_FILE_NAMES } from "./configFile.ts";

/** A configuration file with every key, as the documentation shows it. */
export const CONFIG_FILE_EXAMPLE = `# A file beside this one, or a package of node_modules; what is written here wins.
extends: ./base.yaml
preset: strict
rules:
  # A severity: off, hint, info, warning or error.
  user-missing: error
  apt-*: warning
  shell-analysis/syntax-error: error
  # Or options, and a severity with them if you like.
  base-image-end-of-life:
    days: 30
  base-image-registry-not-allowed:
    severity: error
    registries: ["docker.io/library/*", "registry.example.com"]
overrides:
  # A pattern without a slash fits names in every folder. Later entries win.
  - files: ["*.dev.Dockerfile", "legacy/**"]
    preset: recommended
    rules:
      user-missing: off
`;

/** The part of the page of the settings that is about the configuration file. */
export function configFileSection(): readonly string[] {
	const [first, ...others] = CONFIG_FILE_NAMES.map((name) => `\`${name}\``);
	return [
		"## hullguard.yaml",
		"",
		`A project says in ${first} which rules it wants; ${others.join(", ")} are read, too. The nearest one above a Dockerfile counts, and no other. ` +
			"Where there is none, a `.hadolint.yaml` is honoured.",
		"",
		"```yaml",
		...CONFIG_FILE_EXAMPLE.trimEnd().split("\n"),
		"```",
		"",
		"Options stand on the page of each [rule](rules/README.md). Flags of the command line win over this file, this file over the editor's settings " +
			"(`hullguard.lint.configurationPreference` swaps these two), and those over the defaults. An unknown key or rule is marked in the file, and " +
			"an extension for YAML completes them. `hullguard config show PATH` prints what counts for a Dockerfile, and who said so.",
		"",
	];
}
