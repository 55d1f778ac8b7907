import type { Fix } from "../../finding.ts";
import { remembered } from "../../memo.ts";
import { shortened } from "../../text.ts";
import { mayBeRenumbered, userIds } from "../accounts/accountIds.ts";
import { writtenRoots } from "../accounts/passwdEntries.ts";
import { insertBeforeStart } from "../edits/stageEnd.ts";
import type { Stage, Step } from "../model/model.ts";
import { isRootUser, stepsBackwards, userAt } from "../variables/state.ts";
import { expandAt } from "../variables/variables.ts";
import { leavesUserToChildren, type RootImage, rootImageOf } from "./rootImage.ts";
import { rootStartOf } from "./rootStart.ts";
import { isUserOf, mayRunAsAnother, type RunAs, runAsAccount, runAsBase, runAsLines } from "./runAs.ts";
import { idleUser, isForEditor, likelyUser } from "./unusedUser.ts";

/**
 * Whether a repair may let the container of a stage run as another user than root, who then needs what everybody may write to. As long as it
 * is not made, nothing says whom such files are to be given to.
 */
export const isOfferedUser = remembered((stage: Stage): boolean => {
	if (stage.use !== "shipped" || stage.image === undefined || rootStartOf(stage) !== undefined || !mayRunAsAnother(stage)) return false;
	const { value, step } = userAt(stage);
	if (step !== undefined) return value.kind === "set" && isRootAccount(stage, value.value) && proposalAfterRoot(stage, step) !== undefined;
	const root = leavesUserToChildren(stage) ? undefined : rootImageOf(stage);
	return root !== undefined && !isForEditor(stage) && proposalFor(stage, root) !== undefined;
});

/** The repair of a stage whose container runs as root because nothing in the file says otherwise. */
export function runAsFixes(stage: Stage, root: RootImage): readonly Fix[] {
	const proposal = proposalFor(stage, root);
	const edit = proposal === undefined ? undefined : insertBeforeStart(stage, runAsLines(proposal));
	if (proposal === undefined || edit === undefined) return [];
	return [{ title: proposal.title, safety: "review", edits: [edit], note: "What the program writes to must belong to this user." }];
}

/** A user that the file creates; else the base image's or a new one, but not where it is unknown who runs. */
function proposalFor(stage: Stage, { known }: RootImage): RunAs | undefined {
	const account = idleUser(stage);
	if (account !== undefined) return runAsAccount(stage, account);
	return known ? runAsBase(stage) : undefined;
}

/** Whether a USER means root, of Linux or of Windows, also by an account with the number 0, or an entry for one in /etc/passwd. */
export function isRootAccount(stage: Stage, user: string): boolean {
	if (isRootUser(user) || isAdministrator(user)) return true;
	const [name = ""] = user.split(":");
	return Number(userIds(stage, name)?.uid.value ?? 1) === 0 || (writtenRoots(stage).includes(name) && !mayBeRenumbered(stage, name));
}

/** The root of Windows. */
export function isAdministrator(user: string): boolean {
	return /^containeradministrator$/i.test(user);
}

/** For a stage whose last USER is root's: the user before root, the one that the file creates, or the one of the base image. */
export function proposalAfterRoot(stage: Stage, root: Step): RunAs | undefined {
	let passedThrough = false;
	for (const step of stepsBackwards(root.stage, root)) {
		if (step.keyword !== "USER" || step.arguments.text === "") continue;
		const expansion = expandAt(step, step.arguments.text);
		if (expansion.kind !== "known" || isRootAccount(stage, expansion.value)) continue;
		if (isUserOf(stage, expansion.value))
			return { title: `Run as ${shortened(expansion.value, 40)}`, user: step.arguments.text, creation: undefined };
		passedThrough = true;
	}
	// The name alone says that this is Windows, also where the base is unknown.
	if (root.arguments.text.toLowerCase().includes("containeradministrator"))
		return { title: "Run as ContainerUser", user: "ContainerUser", creation: undefined };
	const account = likelyUser(stage);
	if (account !== undefined) return runAsAccount(stage, account);
	// A package or the base image made that user for a program of its own: who runs the container is unknown.
	return passedThrough ? undefined : runAsBase(stage);
}
