#!/usr/bin/env node
import { existsSync, mkdirSync } from "node:fs";
import { createRequire, enableCompileCache } from "node:module";
import { dirname, join } from "node:path";
import { cacheFolder } from "../operations/cacheFolder.ts";
import { loadCompiled } from "./codeCache.ts";

/**
 * The program. All that it does is in files beside it, so that their compiled code can be kept: that halves the time to the first
 * finding. Where there is no folder for it everything is slower, and that is all.
 */
const place = cacheFolder(process.env, process.platform);
const folder = place !== undefined && isThere(place) ? place : undefined;
if (isLinting(process.argv.slice(2))) loadCompiled(join(dirname(__filename), "lint.cjs"), folder);
else {
	// Undefined on Node 20, whatever the types say.
	if (typeof enableCompileCache === "function" && folder !== undefined) enableCompileCache(folder);
	createRequire(__filename)("./commands.cjs");
}

/** Whether the call is one of those that are made all the time. Who asks for help is in no hurry, and needs none of what they run. */
function isLinting([command, ...rest]: readonly string[]): boolean {
	return (command === "lint" || command === "fix") && !rest.includes("--help") && !rest.includes("-h");
}

/** Makes the folder and the one above it if need be. Node would try without end below a file system that takes no folders. */
function isThere(path: string): boolean {
	try {
		for (const each of [dirname(path), path]) if (!existsSync(each)) mkdirSync(each, { mode: 0o700 });
		return true;
	} catch {
		return false;
	}
}
