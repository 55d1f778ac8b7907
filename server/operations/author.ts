import { join } from "node:path";
import type { Files } from "../tools/files.ts";

/**
 * Who signs a new document when nobody says so: the user of Git's configuration, as `Name <address>`. The project's own wins
 * over the user's. Undefined if there is none.
 */
export async function gitAuthor(folder: string, homeFolder: string, files: Files): Promise<string | undefined> {
	const paths = [join(folder, ".git", "config"), join(homeFolder, ".gitconfig"), join(homeFolder, ".config", "git", "config")];
	let name: string | undefined;
	let email: string | undefined;
	for (const path of paths) {
		const user = userSection((await files.readText(path)) ?? "");
		name ??= user.get("name");
		email ??= user.get("email");
	}
	if (name === undefined) return email;
	return email === undefined ? name : `${name} <${email}>`;
}

/** The keys of `[user]`; of several the last one counts, as in Git. */
function userSection(text: string): ReadonlyMap<string, string> {
	const keys = new Map<string, string>();
	let inside = false;
	for (const line of text.split(/\r?\n/)) {
		const section = /^\s*\[([^\]]*)\]/.exec(line);
		if (section !== null) inside = section[1]?.trim().toLowerCase() === "user";
		const entry = /^\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/.exec(line);
		if (!inside || entry === null) continue;
		const value = (entry[2] ?? "").replace(/^"(.*)"$/, "$1");
		if (value !== "") keys.set((entry[1] ?? "").toLowerCase(), value);
	}
	return keys;
}
