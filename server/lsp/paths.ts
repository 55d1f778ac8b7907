import { dirname, isAbsolute, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ToolError } from "../tools/errors.ts";

/** The path of a document; undefined for one that is in no file of this machine, or whose address cannot be read. */
export function pathOf(uri: string): string | undefined {
	if (!uri.startsWith("file:")) return undefined;
	try {
		return fileURLToPath(uri);
	} catch {
		// `file://server/…` is a file of this machine on Windows alone.
		return undefined;
	}
}

/** @throws ToolError for a document that is in no file */
export function filePathOf(uri: string): string {
	const path = pathOf(uri);
	if (path !== undefined) return path;
	throw new ToolError("invalid", "The document is in no file of this machine", { hint: "Save it, then try again." });
}

export function uriOf(path: string): string {
	return pathToFileURL(path).href;
}

/** The path of a file below a folder, for people; all of it where there is no such folder. */
export function labelOf(path: string, folder: string | undefined): string {
	return folder === undefined || !isInside(path, folder) ? path : relative(folder, path).split(sep).join("/");
}

/** The innermost of the folders that a file is in. */
export function folderAround(path: string | undefined, folders: readonly string[]): string | undefined {
	const around = folders.filter((folder) => path !== undefined && isInside(path, folder));
	return around.sort((a, b) => b.length - a.length)[0];
}

/** The folder that stands for a file: the workspace's one around it, else its own. */
export function folderFor(path: string, folders: readonly string[]): string {
	return folderAround(path, folders) ?? dirname(path);
}

function isInside(path: string, folder: string): boolean {
	const below = relative(folder, path);
	return below !== "" && below !== ".." && !below.startsWith(`..${sep}`) && !isAbsolute(below);
}
