import { readdir, readFile, rename, stat, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The file system as operations see it. Tests and editors may give another one. */
export interface Files {
	/** The text of a file; undefined if there is none that can be read. */
	readText(path: string): Promise<string | undefined>;
	/** The names in a folder, folders with a slash at the end; undefined if there is no such folder. */
	list(folder: string): Promise<readonly string[] | undefined>;
	/** What a path leads to, links followed; undefined if it leads nowhere, or nobody may look. */
	look(path: string): Promise<FileLook | undefined>;
	/** Writes a file so that a reader sees the old text or the new one, nothing between. Throws what the system says. */
	writeText(path: string, text: string): Promise<void>;
}

/** What a path leads to. */
export interface FileLook {
	readonly kind: "file" | "folder";
	/** Whether anybody may execute it; undefined on Windows, where files do not say. */
	readonly executable: boolean | undefined;
	/** Bytes. */
	readonly size: number;
}

/** The files of this machine. */
export const diskFiles: Files = {
	async readText(path) {
		try {
			return await readFile(path, "utf8");
		} catch {
			return undefined;
		}
	},
	async list(folder) {
		try {
			const entries = await readdir(folder, { withFileTypes: true });
			return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
		} catch {
			return undefined;
		}
	},
	async look(path) {
		try {
			const found = await stat(path);
			const executable = process.platform === "win32" ? undefined : (found.mode & 0o111) !== 0;
			return { kind: found.isDirectory() ? "folder" : "file", executable, size: found.size };
		} catch {
			return undefined;
		}
	},
	async writeText(path, text) {
		const mode = await stat(path).then(
			(found) => found.mode,
			() => 0o644,
		);
		const temporary = join(dirname(path), `.${crypto.randomUUID()}.tmp`);
		try {
			await writeFile(temporary, text, { mode });
			await rename(temporary, path);
		} catch (error) {
			await unlink(temporary).catch(() => undefined);
			throw error;
		}
	},
};
