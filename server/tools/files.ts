import { randomBytes } from "node:crypto";
import { readdir, readFile, rename, stat, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The file system as operations see it. Tests and editors may give another one. */
export interface Files {
	/** The text of a file; undefined if there is none that can be read. */
	readText(path: string): Promise<string | undefined>;
	/** The names in a folder, folders with a slash at the end; undefined if there is no such folder. */
	list(folder: string): Promise<readonly string[] | undefined>;
	/** Writes a file so that a reader sees the old text or the new one, nothing between. Throws what the system says. */
	writeText(path: string, text: string): Promise<void>;
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
	async writeText(path, text) {
		const mode = await stat(path).then(
			(found) => found.mode,
			() => 0o644,
		);
		const temporary = join(dirname(path), `.${randomBytes(6).toString("hex")}.tmp`);
		try {
			await writeFile(temporary, text, { mode });
			await rename(temporary, path);
		} catch (error) {
			await unlink(temporary).catch(() => undefined);
			throw error;
		}
	},
};
