import { baseName } from "../../baseName.ts";
import { pathAt } from "../commands/commandFolder.ts";
import { isStandardFolder } from "../files/knownFolders.ts";
import { isInside } from "../files/mountCoverage.ts";
import { mentions, stepsBehind } from "../model/mentions.ts";
import type { Step } from "../model/model.ts";
import { stepText } from "../model/stepText.ts";
import { isRootUser, userAt, workdirAt } from "../variables/state.ts";
import { type OwnerChange, ownerChangesOf } from "./ownerChanges.ts";

/**
 * Whether a RUN behind a COPY depends on who owns what that one has copied: a command of another user than root may change it, and
 * a `chown` gives it away again. `target` is the destination; undefined where nobody knows it.
 */
export function ownerMattersBehind(copy: Step, target: string | undefined): boolean {
	return stepsBehind(copy).some((later) => later.keyword === "RUN" && dependsOnOwner(later, target));
}

function dependsOnOwner(later: Step, target: string | undefined): boolean {
	const { value } = userAt(later.stage, later);
	const isRoot = value.kind === "set" && isRootUser(value.value);
	if (target === undefined) return !isRoot || ownerChangesOf(later).length > 0;
	return (!isRoot && worksIn(later, target)) || ownerChangesOf(later).some((change) => reaches(change, target));
}

/** Whether a RUN works in the folder of the application that holds the path, or names it. */
function worksIn(later: Step, target: string): boolean {
	const workdir = workdirAt(later.stage, later);
	if (workdir.kind !== "set") return true;
	const folder = applicationFolder(target);
	if (isInside(workdir.value, folder) || (workdir.value !== "/" && isInside(target, workdir.value))) return true;
	const text = stepText(later);
	return text.includes(folder) || mentions(text, baseName(target));
}

/** The uppermost folder above a path that is not one that every distribution has: `/app` for `/app/src/a.py`. */
function applicationFolder(path: string): string {
	for (let at = path.indexOf("/", 1); at !== -1; at = path.indexOf("/", at + 1)) {
		const folder = path.slice(0, at);
		if (!isStandardFolder(folder)) return folder;
	}
	return path;
}

function reaches({ step, command, targets, recursive }: OwnerChange, path: string): boolean {
	return targets.some((target) => {
		if (/[$*?\0]/.test(target)) return true;
		const changed = pathAt(step, command, target);
		return changed === undefined || changed === path || (recursive && isInside(path, changed));
	});
}
