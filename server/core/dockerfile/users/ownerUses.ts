import { baseName } from "../../baseName.ts";
import { remembered } from "../../memo.ts";
import { pathAt } from "../commands/commandFolder.ts";
import { runSteps } from "../commands/scripts.ts";
import { isStandardFolder } from "../files/knownFolders.ts";
import { isInside } from "../files/mountCoverage.ts";
import { mentions } from "../model/mentions.ts";
import type { Step } from "../model/model.ts";
import { stagesFrom } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";
import { isRootUser, userAt, workdirAt } from "../variables/state.ts";
import { ownerChangesOf } from "./ownerChanges.ts";

/** RUNs beyond which nobody looks: one of so many will touch what the COPY brings. */
const MOST_RUNS = 100;

/**
 * Whether a RUN behind a COPY depends on who owns what that one has copied: a command of another user than root may change it, and
 * a `chown` gives it away again. `target` is the destination; undefined where nobody knows it.
 */
export function ownerMattersBehind(copy: Step, target: string | undefined): boolean {
	let looked = 0;
	for (const stage of stagesFrom(copy.stage)) {
		for (const later of runSteps(stage)) {
			if (stage === copy.stage && later.ordinal < copy.ordinal) continue;
			if (++looked > MOST_RUNS || dependsOnOwner(later, target)) return true;
		}
	}
	return false;
}

function dependsOnOwner(later: Step, target: string | undefined): boolean {
	const { value } = userAt(later.stage, later);
	const isRoot = value.kind === "set" && isRootUser(value.value);
	const given = givenPaths(later);
	if (target === undefined) return !isRoot || given.length > 0;
	return (!isRoot && worksIn(later, target)) || given.some((change) => reaches(change, target));
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

interface GivenPath {
	/** Absolute; undefined where nobody knows it. */
	readonly path: string | undefined;
	readonly recursive: boolean;
}

/** What a RUN gives to another owner. */
const givenPaths = remembered((later: Step): readonly GivenPath[] =>
	ownerChangesOf(later).flatMap(({ step, command, targets, recursive }) =>
		targets.map((target) => ({ path: /[$*?\0]/.test(target) ? undefined : pathAt(step, command, target), recursive })),
	),
);

function reaches({ path, recursive }: GivenPath, target: string): boolean {
	return path === undefined || path === target || (recursive && isInside(target, path));
}
