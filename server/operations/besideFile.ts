import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { ReadBeside } from "../core/references/compose.ts";

/** A longer one is no Dockerfile. */
const LARGEST_BYTES = 500_000;

/**
 * Reads the files that a file refers to, by their paths from its folder. At once, as it is asked for while somebody types: few
 * files refer to others, and those are small. What is no plain file, or cannot be read, is not there.
 * @param path absolute
 */
export function besideFile(path: string): ReadBeside {
	return (relative) => {
		try {
			const absolute = resolve(dirname(path), relative);
			const found = statSync(absolute);
			return found.isFile() && found.size <= LARGEST_BYTES ? readFileSync(absolute, "utf8") : undefined;
		} catch {
			return undefined;
		}
	};
}
