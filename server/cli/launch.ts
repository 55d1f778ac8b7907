#!/usr/bin/env node
import { existsSync, mkdirSync } from "node:fs";
import { createRequire, enableCompileCache } from "node:module";
import { dirname } from "node:path";
import { cacheFolder } from "../operations/cacheFolder.ts";

/**
 * The program. All that it does is in files beside it: Node can keep only what is loaded from here on compiled, which halves the
 * time to the first finding. Node 20 cannot; nor can a system without a folder for it. Both are slower, and that is all.
 */
const folder = cacheFolder(process.env, process.platform);
// Undefined on Node 20, whatever the types say.
if (typeof enableCompileCache === "function" && folder !== undefined && isThere(folder)) enableCompileCache(folder);
createRequire(__filename)(process.argv[2] === "lint" || process.argv[2] === "fix" ? "./lint.cjs" : "./commands.cjs");

/** Makes the folder and the one above it if need be. Node would try without end below a file system that takes no folders. */
function isThere(path: string): boolean {
	try {
		for (const each of [dirname(path), path]) if (!existsSync(each)) mkdirSync(each, { mode: 0o700 });
		return true;
	} catch {
		return false;
	}
}
