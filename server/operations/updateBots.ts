import { dirname, join, relative, sep } from "node:path";
import { BOT_FILES, type BotConfiguration, readBotConfiguration, type UpdateBot } from "../core/digest/updateBot.ts";
import type { Files } from "../tools/files.ts";
import { remember } from "./remember.ts";

/** A bot that updates the images of a Dockerfile, and where that is configured. */
export interface FoundBot extends UpdateBot {
	/** Absolute. */
	readonly configuration: string;
}

/** Finds the bots that update the images of Dockerfiles; looks at each repository at most once until `forget`. */
export interface UpdateBots {
	/**
	 * Renovate where both are set up. `path` is absolute; `folder` stands for the repository where none is found around the file.
	 * What cannot be read is not there.
	 */
	botFor(path: string, folder: string | undefined): Promise<FoundBot | undefined>;
	/** Absolute paths of the files that decide, there or not, of all repositories that were looked at. */
	lookedFor(): readonly string[];
	/** Forgets what was read: a file has changed. */
	forget(): void;
}

interface Configuration {
	readonly path: string;
	readonly says: BotConfiguration;
}

const NAMES: readonly UpdateBot["name"][] = ["Renovate", "Dependabot"];

export function createUpdateBots(files: Files): UpdateBots {
	const roots = new Map<string, Promise<string | undefined>>();
	const configurations = new Map<string, Promise<readonly Configuration[]>>();

	const rootOf = (folder: string): Promise<string | undefined> =>
		remember(roots, folder, async () => {
			// A file in a worktree, a folder elsewhere.
			if ((await files.look(join(folder, ".git"))) !== undefined) return folder;
			return dirname(folder) === folder ? undefined : await rootOf(dirname(folder));
		});

	return {
		async botFor(path, folder) {
			const root = (await rootOf(dirname(path))) ?? folder;
			if (root === undefined) return undefined;
			const below = relative(root, path).split(sep).join("/");
			for (const { path: configuration, says } of await remember(configurations, root, () => read(files, root))) {
				const bot = says(below);
				if (bot !== undefined) return { ...bot, configuration };
			}
			return undefined;
		},
		lookedFor: () => [...configurations.keys()].flatMap((root) => NAMES.flatMap((name) => BOT_FILES[name].map((path) => join(root, path)))),
		forget() {
			roots.clear();
			configurations.clear();
		},
	};
}

/** The configuration of each bot that has one. */
async function read(files: Files, root: string): Promise<readonly Configuration[]> {
	const found = await Promise.all(
		NAMES.map(async (name): Promise<readonly Configuration[]> => {
			for (const path of BOT_FILES[name]) {
				const text = await files.readText(join(root, path));
				if (text === undefined) continue;
				const says = readBotConfiguration(name, path, text);
				// Most files of this name have nothing to say of bots.
				if (says === undefined && path === "package.json") continue;
				return says === undefined ? [] : [{ path: join(root, path), says }];
			}
			return [];
		}),
	);
	return found.flat();
}
