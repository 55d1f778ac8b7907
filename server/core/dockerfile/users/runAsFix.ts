import type { Fix } from "../../finding.ts";
import { insertBeforeStart } from "../edits/stageEnd.ts";
import type { Stage } from "../model/model.ts";
import type { RootImage } from "./rootImage.ts";
import { type RunAs, runAsAccount, runAsBase, runAsLines } from "./runAs.ts";
import { idleUser } from "./unusedUser.ts";

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
