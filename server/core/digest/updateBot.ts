import { readDependabot, updatesWithDependabot } from "./dependabot.ts";
import { readRenovate, updatesWithRenovate } from "./renovate.ts";

/** A bot that updates the images of a Dockerfile, as far as its configuration tells. */
export interface UpdateBot {
	readonly name: "Renovate" | "Dependabot";
	/** Whether it also writes the digests of images that have none. */
	readonly pins: boolean;
}

/** Where bots look for their configuration, from the root of a repository; the first file that is there counts, for each bot. */
export const BOT_FILES: Readonly<Record<UpdateBot["name"], readonly string[]>> = {
	/** Source: docs.renovatebot.com, "Configuration Options". */
	Renovate: [
		...["", ".github/", ".gitlab/"].flatMap((folder) => ["json", "jsonc", "json5"].map((ending) => `${folder}renovate.${ending}`)),
		".renovaterc",
		".renovaterc.json",
		".renovaterc.jsonc",
		".renovaterc.json5",
		"package.json",
	],
	/** Source: docs.github.com, "Dependabot options reference". */
	Dependabot: [".github/dependabot.yml", ".github/dependabot.yaml"],
};

/** A configuration is written by hand: what is longer is something else. */
const MOST_CHARACTERS = 200_000;

/** What a configuration file says; undefined for one that sets up no bot, or is not understood. */
export type BotConfiguration = (dockerfile: string) => UpdateBot | undefined;

/**
 * Reads the configuration of a bot. What it gives says of a Dockerfile, by its path from the root of the repository with forward
 * slashes, whether the bot updates the images in it.
 * @param path of the configuration, from the same root
 */
export function readBotConfiguration(name: UpdateBot["name"], path: string, text: string): BotConfiguration | undefined {
	if (text.length > MOST_CHARACTERS) return undefined;
	if (name === "Dependabot") {
		const updates = readDependabot(text);
		return (dockerfile) => (updatesWithDependabot(updates, dockerfile) ? { name, pins: false } : undefined);
	}
	const renovate = readRenovate(path, text);
	if (renovate === undefined) return undefined;
	return (dockerfile) => (updatesWithRenovate(renovate, dockerfile) ? { name, pins: renovate.pins } : undefined);
}

/** The words of the lens. */
export function updateBotText({ name, pins }: UpdateBot): string {
	return pins ? `${name} pins and updates digests` : `${name} updates images`;
}
