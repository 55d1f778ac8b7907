import type { EditFix } from "../../finding.ts";
import { addFlags } from "../edits/layoutEdit.ts";
import { understands } from "../model/frontend.ts";
import type { Step } from "../model/model.ts";
import { ignoreFileFix, type KnownIgnoreFile } from "./ignoreFileFix.ts";

/** Dockerfile 1.19 brought `--exclude` outside of the labs channel. Source: Dockerfile release notes, 1.19.0 (September 2025). */
const EXCLUDE_MINOR = 19;

/** What keeps names at the top of the context out of a copy of all of it: lines of the ignore file, and flags where the frontend has them. */
export function leaveOutFixes(step: Step, ignoreFile: KnownIgnoreFile, names: readonly string[]): readonly EditFix[] {
	const { file } = step.stage;
	const inIgnoreFile = ignoreFileFix(ignoreFile, "leave out", names);
	const fixes = inIgnoreFile === undefined ? [] : [inIgnoreFile];
	if (names.length === 0 || understands(file, EXCLUDE_MINOR) !== "yes" || !names.every((name) => /^[\w.-]+$/.test(name))) return fixes;
	const flags = names.map((name) => `--exclude=${name}`);
	return [
		...fixes,
		{
			title: "Leave them out of the copy",
			safety: "review",
			edits: [addFlags(file, step, flags)],
			note: "They are still sent to the builder; .dockerignore keeps them from that, too.",
		},
	];
}
