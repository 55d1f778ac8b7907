import type { EditFix } from "../../finding.ts";
import { homeAt } from "../accounts/home.ts";
import { replace } from "../edits/edit.ts";
import type { Step } from "../model/model.ts";

/** Whether a path begins with the tilde that shells read as the home directory: for COPY, ADD and WORKDIR it is a name like any other. */
export function beginsWithTilde(path: string): boolean {
	return /^~(?:\/|$)/.test(path);
}

/** Writes the home directory of a step's user in place of the tilde at an offset; nothing where nobody knows it. */
export function tildeFixes(step: Step, offset: number): readonly EditFix[] {
	const home = homeAt(step);
	if (home.kind !== "set" || !/^\/[\w./-]+$/.test(home.value)) return [];
	const edits = [replace({ start: offset, end: offset + 1 }, home.value)];
	return [{ title: `Write ${home.value}`, safety: "review", edits }];
}
