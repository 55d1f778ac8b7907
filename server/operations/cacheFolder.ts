import { isAbsolute, join } from "node:path";

/**
 * Where things are kept between calls, compiled code among them: the user's own folder for caches. Never one that others may write
 * to, as Node's own default below the folder for temporary files: what lies there is run.
 */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>, platform: string): string | undefined {
	const parent = parentFolder(environment, platform);
	return parent === undefined || !isAbsolute(parent) ? undefined : join(parent, "hullguard");
}

function parentFolder(environment: Readonly<Record<string, string | undefined>>, platform: string): string | undefined {
	if (platform === "win32") return environment["LOCALAPPDATA"];
	const home = environment["HOME"];
	if (platform === "darwin") return home && join(home, "Library", "Caches");
	return environment["XDG_CACHE_HOME"] || (home && join(home, ".cache"));
}
