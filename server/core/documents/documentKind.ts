import { isBakeName, isComposeName } from "../fileNames.ts";
import { CONFIG_FILE_NAMES } from "../settings/configFile.ts";
import { HADOLINT_FILE_NAMES } from "../settings/hadolintConfig.ts";

/**
 * What a document is to Hullguard: a Dockerfile, a file of Compose or Bake that may hold some, the ignore file of a build context or of
 * one Dockerfile, or a file that says how Dockerfiles are linted. `other`: nothing of it is looked at.
 */
export type DocumentKind = "dockerfile" | "compose" | "bake" | "ignoreFile" | "ownIgnoreFile" | "configuration" | "other";

/** Kinds that editors know by a language of their own. */
const LANGUAGES: Readonly<Record<string, DocumentKind>> = {
	dockerfile: "dockerfile",
	dockercompose: "compose",
	"yaml.docker-compose": "compose",
	dockerbake: "bake",
};

/** Languages of files that are no Dockerfiles unless their name says what else they are. */
const OTHER_LANGUAGES: ReadonlySet<string> = new Set([
	"yaml",
	"github-actions-workflow",
	"helm",
	"json",
	"jsonc",
	"hcl",
	"terraform",
	"ignore",
]);

/**
 * What a document is, by its name and, where an editor tells it, its language. A name that says nothing is a Dockerfile's: people
 * name them as they like.
 */
export function documentKind(name: string, language?: string): DocumentKind {
	const known = language === undefined ? undefined : LANGUAGES[language];
	if (known !== undefined) return known;
	if (isComposeName(name)) return "compose";
	if (isBakeName(name)) return "bake";
	if (isIgnoreFileName(name)) return name === ".dockerignore" ? "ignoreFile" : "ownIgnoreFile";
	if (isConfigurationName(name)) return "configuration";
	return language !== undefined && OTHER_LANGUAGES.has(language) ? "other" : "dockerfile";
}

/** `.dockerignore`, and the one of a single Dockerfile: `Dockerfile.dockerignore`. */
function isIgnoreFileName(name: string): boolean {
	return name.endsWith(".dockerignore");
}

/** Whether a file says, by its name, how the Dockerfiles below its folder are linted. */
export function isConfigurationName(name: string): boolean {
	return [...CONFIG_FILE_NAMES, ...HADOLINT_FILE_NAMES].some((known) => known === name);
}
