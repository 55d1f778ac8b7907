import { randomBytes } from "node:crypto";
import { open, rename, stat, unlink } from "node:fs/promises";
import { setTimeout as rest } from "node:timers/promises";

const REST_MS = 15;
/** Writing takes milliseconds: whoever holds a lock for so long has ended without a word. */
const STALE_MS = 5000;

/**
 * Does something while no other process does it under the same name, a file that must not be there for anything else. What
 * another process left behind when it ended is removed after five seconds.
 * @throws what the work throws, and what the system says where no file can be made
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
	while (!(await taken(path))) {
		await removeStale(path);
		// Two that wait must not meet for ever.
		await rest(REST_MS * (0.5 + Math.random()));
	}
	try {
		return await work();
	} finally {
		await unlink(path).catch(() => undefined);
	}
}

async function taken(path: string): Promise<boolean> {
	try {
		await (await open(path, "wx", 0o600)).close();
		return true;
	} catch (error) {
		if (isCode(error, "EEXIST")) return false;
		// Windows says so of a file that is being removed, and of a folder that may not be written.
		if (isCode(error, "EPERM") && (await exists(path))) return false;
		throw error;
	}
}

async function removeStale(path: string): Promise<void> {
	const found = await stat(path).catch(() => undefined);
	if (found === undefined || Math.abs(Date.now() - found.mtimeMs) < STALE_MS) return;
	// Of those that find it at the same time one alone can move it.
	const aside = `${path}.${randomBytes(6).toString("hex")}`;
	await rename(path, aside).then(
		() => unlink(aside),
		() => undefined,
	);
}

async function exists(path: string): Promise<boolean> {
	return await stat(path).then(
		() => true,
		() => false,
	);
}

function isCode(error: unknown, code: string): boolean {
	return error instanceof Error && "code" in error && error.code === code;
}
