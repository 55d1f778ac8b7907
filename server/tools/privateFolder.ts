import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that nobody else may look into. */
export interface PrivateFolder {
	readonly path: string;
	/** Absolute path of a file in the folder. */
	file(name: string): string;
	/** The text of a file in the folder; undefined if there is none. */
	read(name: string): Promise<string | undefined>;
	/** Writes a file that nobody else may read; gives its absolute path. */
	write(name: string, text: string): Promise<string>;
}

/** Gives a new folder to `use` and deletes it afterwards, whatever happens. */
export async function withPrivateFolder<T>(use: (folder: PrivateFolder) => Promise<T>): Promise<T> {
	// mkdtemp makes it with mode 0700.
	const path = await mkdtemp(join(tmpdir(), "hullguard-"));
	const file = (name: string): string => join(path, name);
	try {
		return await use({
			path,
			file,
			read: (name) => readFile(file(name), "utf8").catch(() => undefined),
			async write(name, text) {
				await writeFile(file(name), text, { mode: 0o600 });
				return file(name);
			},
		});
	} finally {
		await rm(path, { recursive: true, force: true, maxRetries: 3 });
	}
}
