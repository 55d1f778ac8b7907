import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** A copy of the project that a test may build and start in; `remove` deletes it. */
export interface Checkout {
	readonly folder: string;
	remove(): void;
}

/** What a copy has of its own, or does not need. */
const LEFT_OUT: ReadonlySet<string> = new Set([".cache", ".git", ".vscode-test", "dist", "node_modules", "test"]);

/** Copies the project's sources and links its packages, which count as installed. */
export function copyProject(): Checkout {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), "hullguard-checkout-")));
	for (const name of readdirSync(".")) if (!LEFT_OUT.has(name)) cpSync(name, join(folder, name), { recursive: true });
	symlinkSync(resolve("node_modules"), join(folder, "node_modules"), "junction");
	// Older than what is installed, whatever happened to it: nobody installs through the link.
	utimesSync(join(folder, "package-lock.json"), 0, 0);
	return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }) };
}

/** Puts an editor's server where `npm start` would install it. */
export function linkEditor(folder: string, name: string, editor: string): void {
	const cache = join(folder, ".cache", name);
	const parent = join(cache, "node_modules", "code-server", "lib");
	if (existsSync(parent)) return;
	mkdirSync(parent, { recursive: true });
	symlinkSync(editor, join(parent, "vscode"), "junction");
	mkdirSync(join(cache, "ready"));
}
