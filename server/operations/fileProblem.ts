import type { Problem } from "../core/finding.ts";

const REASONS: Readonly<Record<string, string>> = {
	EACCES: "you may not",
	EPERM: "you may not",
	EISDIR: "it is a folder",
	ENOENT: "it is not there, or a link that leads nowhere",
	ENOTDIR: "a part of its path is no folder",
	ELOOP: "its links lead in a circle",
	EROFS: "the file system is read-only",
	ENOSPC: "the disk is full",
	ENAMETOOLONG: "its path is too long",
	EMFILE: "too many files are open",
};

/** What the system said about a file, in words. @param path as the user knows it */
export function fileProblem(path: string, error: unknown, cannot: "read" | "written" = "read"): Problem {
	const code = codeOf(error);
	const reason = code === undefined ? String(error) : `${REASONS[code] ?? "the system says no"} (${code})`;
	return { kind: "file", message: `${path} cannot be ${cannot}: ${reason}`, path };
}

/** Whether the error says that there is no such file. */
export function isGone(error: unknown): boolean {
	return codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
}

function codeOf(error: unknown): string | undefined {
	const code = error instanceof Error && "code" in error ? error.code : undefined;
	return typeof code === "string" ? code : undefined;
}
