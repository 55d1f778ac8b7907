import { isBakeName, isComposeName } from "../fileNames.ts";
import { bakeDockerfiles } from "./bake.ts";
import { composeDockerfiles } from "./compose.ts";
import type { InlineDockerfile } from "./inlineDockerfile.ts";

/** Whether a file is one that may hold Dockerfiles, by its name. */
export function isInlineHost(name: string): boolean {
	return isComposeName(name) || isBakeName(name);
}

/** The Dockerfiles inside a file; undefined if the file is, by its name, one itself. */
export function inlineDockerfiles(name: string, text: string): readonly InlineDockerfile[] | undefined {
	if (isComposeName(name)) return composeDockerfiles(text);
	if (isBakeName(name)) return bakeDockerfiles(text);
	return undefined;
}
