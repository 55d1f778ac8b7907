import { yamlDocuments, yamlItems, yamlScalar, yamlText, yamlValue } from "../references/yamlScalars.ts";
import { fitsPattern, trimmedFolder } from "./pathPattern.ts";

/** An entry of `updates` that is about Dockerfiles. */
export interface DependabotUpdate {
	/** Folders from the root of the repository, as they are written. */
	readonly folders: readonly string[];
	/** Whether `folders` may be patterns: those of `directories` may, that of `directory` may not. */
	readonly patterns: boolean;
	/** What is left out. */
	readonly excluded: readonly string[];
}

/**
 * The entries of a `dependabot.yml` that have images of Dockerfiles updated. One that opens no pull requests, or ignores every
 * image, is left out. Source: docs.github.com, "Dependabot options reference".
 */
export function readDependabot(text: string): readonly DependabotUpdate[] {
	const [document] = yamlDocuments(text);
	return yamlItems(yamlValue(document?.contents, "updates")).flatMap((entry): readonly DependabotUpdate[] => {
		if (yamlText(yamlValue(entry, "package-ecosystem")) !== "docker") return [];
		if (yamlScalar(yamlValue(entry, "open-pull-requests-limit")) === 0 || ignoresAll(yamlValue(entry, "ignore"))) return [];
		const single = yamlText(yamlValue(entry, "directory"));
		const folders = single === undefined ? textsIn(yamlValue(entry, "directories")) : [single];
		return [{ folders, patterns: single === undefined, excluded: textsIn(yamlValue(entry, "exclude-paths")) }];
	});
}

/** Whether one of the entries is about a Dockerfile; not where that cannot be told. @param path from the root of the repository */
export function updatesWithDependabot(updates: readonly DependabotUpdate[], path: string): boolean {
	const slash = path.lastIndexOf("/");
	const folder = path.slice(0, Math.max(0, slash));
	const name = path.slice(slash + 1);
	if (!/dockerfile|containerfile/i.test(name)) return false;
	return updates.some(({ folders, patterns, excluded }) => {
		const isIn = folders.map(trimmedFolder).some((each) => each === folder || (patterns && fitsPattern(each, folder) === true));
		return isIn && !excluded.some((pattern) => isOrMayBeExcluded(pattern, path, folder));
	});
}

/** Whether they are relative to the root or to the folder is documented for neither: both count. */
function isOrMayBeExcluded(pattern: string, path: string, folder: string): boolean {
	const trimmed = trimmedFolder(pattern);
	const paths = [path, path.slice(folder === "" ? 0 : folder.length + 1), folder];
	return paths.some((each) => fitsPattern(trimmed, each) !== false || each.startsWith(`${trimmed}/`));
}

function ignoresAll(ignore: unknown): boolean {
	return yamlItems(ignore).some(
		(entry) =>
			yamlText(yamlValue(entry, "dependency-name")) === "*" &&
			yamlValue(entry, "versions") === undefined &&
			yamlValue(entry, "update-types") === undefined,
	);
}

function textsIn(node: unknown): readonly string[] {
	return yamlItems(node).flatMap((item) => yamlText(item) ?? []);
}
