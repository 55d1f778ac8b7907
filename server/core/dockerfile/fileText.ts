import { type Memo, memo } from "../memo.ts";
import type { Dockerfile } from "./model.ts";

const known = memo<RegExp, Memo<Dockerfile, boolean>>();

/** Whether the text of a file matches a pattern (a constant, without the flags `g` and `y`): asked by every stage, read once. */
export function fileSays(file: Dockerfile, pattern: RegExp): boolean {
	const byFile = known.get(pattern) ?? memo<Dockerfile, boolean>();
	known.set(pattern, byFile);
	const before = byFile.get(file);
	if (before !== undefined) return before;
	const says = pattern.test(file.text);
	byFile.set(file, says);
	return says;
}
