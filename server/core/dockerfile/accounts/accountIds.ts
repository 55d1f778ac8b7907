import { SYSTEM_ACCOUNTS } from "../../knowledge/systemAccounts.ts";
import { rememberedFor } from "../../memo.ts";
import { ownValue } from "../../ownValue.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { stageBaseFacts, stageFamily } from "../base/baseFacts.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { wordValue } from "../commands/wordValues.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";
import { type Account, type AccountId, accountsOf, createdUser } from "./accounts.ts";

/** The numbers of a user, as far as the file and what is known of its base image fix them. */
export interface UserIds {
	readonly uid: AccountId;
	/** Of the primary group. */
	readonly gid: AccountId | undefined;
	/** The command that creates the user; undefined if the base image brings it. */
	readonly account: Account | undefined;
	/** Whether the user may be in groups besides its primary one. `USER name` and `USER uid` keep them, `USER uid:gid` does not. */
	readonly furtherGroups: boolean;
}

/** The numbers of a user that a stage ends with; undefined where nothing fixes the uid, or a later command changes it. */
export function userIds(stage: Stage, name: string): UserIds | undefined {
	const { changed, joined } = changesOf(stage, name);
	if (changed) return undefined;
	const account = createdUser(stage, name);
	if (account !== undefined) return account.id === undefined ? undefined : numberedUser(stage, account, account.id);
	if (accountsOf(stage).some((other) => other.kind === "user" && other.name === name)) return undefined;
	const ids = baseUserIds(stage, name)?.split(":");
	const uid = ids?.[0];
	if (uid === undefined) return undefined;
	const gid = ids?.[1];
	return {
		uid: { value: uid, text: uid },
		gid: gid === undefined ? undefined : { value: gid, text: gid },
		account: undefined,
		furtherGroups: joined || stageBaseFacts(stage).usersInGroups?.includes(name) === true,
	};
}

/** Whether a command of a stage's lineage removes, renames or renumbers a user or group, so that its first numbers may be free. */
export function mayBeRenumbered(stage: Stage, name: string): boolean {
	return changesOf(stage, name).changed;
}

/** The numbers that a created user has, or would have, with a uid. */
export function numberedUser(stage: Stage, account: Account, uid: AccountId): UserIds {
	const furtherGroups = account.furtherGroups || changesOf(stage, account.name).joined;
	return { uid, gid: primaryGid(stage, account, uid), account, furtherGroups };
}

/** `uid:gid` of a user that the base image of a stage is known to bring. */
export function baseUserIds(stage: Stage, name: string): string | undefined {
	const facts = stageBaseFacts(stage);
	const system = facts.family === undefined ? undefined : SYSTEM_ACCOUNTS[facts.family]?.users;
	return ownValue(facts.users, name) ?? ownValue(system, name);
}

/** The gid of a group that a stage ends with. */
export const groupId = rememberedFor((stage: Stage, name): AccountId | undefined => {
	if (/^\d+$/.test(name)) return { value: name, text: name };
	if (changesOf(stage, name).changed) return undefined;
	const groups = accountsOf(stage).filter((account) => account.kind === "group" && account.name === name);
	if (groups.length > 0) return groups.length === 1 ? groups[0]?.id : undefined;
	const user = createdUser(stage, name);
	if (user?.primaryGroup?.kind === "own" && user.id !== undefined) return ownGroupId(stage, user, user.id);
	const family = stageFamily(stage);
	const system = family === undefined ? undefined : SYSTEM_ACCOUNTS[family]?.groups;
	const gid = ownValue(system, name) ?? (name === "root" ? "0" : baseUserIds(stage, name)?.split(":")[1]);
	return gid === undefined ? undefined : { value: gid, text: gid };
});

function primaryGid(stage: Stage, account: Account, uid: AccountId): AccountId | undefined {
	const group = account.primaryGroup;
	switch (group?.kind) {
		case "own":
			return ownGroupId(stage, account, uid);
		case "given":
			return /^\d+$/.test(group.group.value) ? group.group : groupId(stage, group.group.value);
		case "nogroup":
			return groupId(stage, "nogroup");
		default:
			return undefined;
	}
}

/**
 * The gid of the group that comes with a user. BusyBox takes the uid or fails; the others take another number if that one is
 * taken, so it is certain only where every other number is.
 */
function ownGroupId(stage: Stage, account: Account, uid: AccountId): AccountId | undefined {
	if (account.dialect === "busybox") return uid;
	// With another value of a variable it may be outside of the range, or taken.
	if (uid.text !== uid.value) return undefined;
	const facts = stageBaseFacts(stage);
	// SUSE gives every user the group `users`. Outside of the range for users, and for system users, useradd takes any number.
	const inRange = Number(uid.value) >= 1000 && Number(uid.value) <= 60000;
	if (facts.family === undefined || facts.family === "suse" || !inRange) return undefined;
	if (account.dialect === "shadow" && account.system) return undefined;
	if (Object.values(facts.users ?? {}).some((ids) => ids.endsWith(`:${uid.value}`))) return undefined;
	const others = accountsOf(stage).filter((other) => other !== account);
	return others.every((other) => other.id !== undefined && other.id.value !== uid.value) ? uid : undefined;
}

interface AccountChanges {
	/** Removed, renamed or renumbered. */
	readonly changed: boolean;
	/** Put into a further group. */
	readonly joined: boolean;
}

const REMOVING = new Set(["userdel", "deluser", "groupdel", "delgroup", "groupmod"]);
const JOINING = new Set(["gpasswd", "groupmems", "adduser", "addgroup"]);

/** What happens to an account after it was created, anywhere in the lineage. */
const changesOf = rememberedFor((stage: Stage, name): AccountChanges => {
	let changed = false;
	let joined = false;
	for (const ancestor of lineage(stage)) {
		for (const step of runSteps(ancestor)) {
			if (!/mod|del|gpasswd|groupmems|add/.test(step.line.text) && step.heredocs.length === 0) continue;
			for (const command of commandsOf(step)) {
				if (REMOVING.has(command.program ?? "") && mentions(step, command, name)) changed = true;
				else if (command.program === "usermod" && mentions(step, command, name)) {
					// `-a`, `-G`, `-s`, `-d`, `-m`, `-L` and their like leave the numbers alone.
					if (command.args.some((word) => /^(?:-[a-zA-Z]*[ugl]|--uid|--gid|--login)/.test(word.text))) changed = true;
					if (command.args.some((word) => /^(?:-[a-zA-Z]*G|--groups)/.test(word.text))) joined = true;
				} else if (JOINING.has(command.program ?? "") && command.args.length > 1 && mentions(step, command, name)) {
					if (!accountsOf(ancestor).some((account) => account.command === command)) joined = true;
				}
			}
		}
	}
	return { changed, joined };
});

function mentions(step: Step, command: ShellCommand, name: string): boolean {
	return command.args.some((word) => wordValue(step, word) === name);
}

/** Anything that could free a number without naming its owner. */
const FREEING = /userdel|deluser|groupdel|delgroup|usermod|groupmod|\/etc\/(?:passwd|group)/;

/** Whether a step may free a number, or bring a list of users of its own. */
export function mayFreeNumbers(step: Step): boolean {
	if (step.keyword === "RUN") return FREEING.test(stepText(step));
	return (step.keyword === "COPY" || step.keyword === "ADD") && /passwd|\s"?\/(?:etc\/?)?["\]\s]*$/.test(step.line.text);
}
