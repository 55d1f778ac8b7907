import type { ShellCommand } from "../../shell/model.ts";
import { baseUserIds, userIds } from "../accounts/accountIds.ts";
import { accountsOf } from "../accounts/accounts.ts";
import type { Stage, Step } from "../model/model.ts";
import { isRootUser, stepsBackwards } from "../variables/state.ts";
import { expandAt } from "../variables/variables.ts";

/** The users, root aside, that instructions behind a step run as, and the container; undefined for one that a variable hides. */
export function usersBehind(shipped: Stage, step: Step): ReadonlySet<string | undefined> {
	const users = new Set<string | undefined>();
	for (const other of stepsBackwards(shipped)) {
		if (other === step) break;
		if (other.keyword !== "USER" || other.arguments.text === "") continue;
		const user = expandAt(other, other.arguments.text);
		if (user.kind !== "known") users.add(undefined);
		else if (!isRootUser(user.value)) users.add(user.value);
	}
	return users;
}

/** What a `chown` in the place of a command can call a user: by number also before the account is there. */
export function ownerName(shipped: Stage, step: Step, command: ShellCommand | undefined, written: string): string | undefined {
	const [user = "", group] = written.split(":");
	if (/^\d+$/.test(user)) return group === undefined || /^\d+$/.test(group) ? written : user;
	if (isThere(step, command, user)) return user;
	const uid = userIds(shipped, user)?.uid;
	return uid !== undefined && /^\d+$/.test(uid.text) ? uid.text : undefined;
}

/** Whether a user exists when a command runs: an earlier one creates it, or the base image brings it. */
function isThere(step: Step, command: ShellCommand | undefined, user: string): boolean {
	if (baseUserIds(step.stage, user) !== undefined) return true;
	return accountsOf(step.stage).some((account) => {
		if (account.kind !== "user" || account.name !== user) return false;
		if (account.step === step) return command !== undefined && account.command.span.end < command.span.start;
		return account.step.stage !== step.stage || account.step.ordinal < step.ordinal;
	});
}
