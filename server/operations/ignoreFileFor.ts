import { join } from "node:path";
import type { Dockerfile } from "../core/dockerfile/model/model.ts";
import { parseDockerfile } from "../core/dockerfile/parse/parse.ts";
import { neededPaths } from "../core/refactor/neededPaths.ts";
import { newIgnoreFile } from "../core/refactor/newIgnoreFile.ts";
import { ToolError } from "../tools/errors.ts";
import type { Files } from "../tools/files.ts";
import { isDockerfileName } from "./findFiles.ts";

/** More Dockerfiles than these are not read. */
const MOST_FILES = 20;

/**
 * The text of an ignore file for a build context: by what lies at its top, and without patterns that would leave out what its
 * Dockerfiles, and the one that is given, copy by name. Nothing is written.
 * @throws ToolError if there is no such folder
 */
export async function ignoreFileFor(files: Pick<Files, "list" | "readText">, folder: string, file?: Dockerfile): Promise<string> {
	const entries = await files.list(folder);
	if (entries === undefined)
		throw new ToolError("invalid", `There is no folder ${folder}`, { hint: "Name the folder that is the build context." });
	const names = entries.filter(isDockerfileName).slice(0, MOST_FILES);
	const texts = await Promise.all(names.map((name) => files.readText(join(folder, name))));
	const dockerfiles = texts.flatMap((text) => (text === undefined ? [] : [parseDockerfile(text)]));
	const needed = [...dockerfiles, ...(file === undefined ? [] : [file])].flatMap(neededPaths);
	return newIgnoreFile(entries, [...new Set(needed)]);
}
