import { remembered } from "../../memo.ts";
import type { Dockerfile } from "./model.ts";

const textMatches = remembered((pattern: RegExp) => remembered((file: Dockerfile): boolean => pattern.test(file.text)));

/** Whether the text of a file matches a pattern (a constant, without the flags `g` and `y`): asked by every stage, read once. */
export function fileSays(file: Dockerfile, pattern: RegExp): boolean {
	return textMatches(pattern)(file);
}
