import type { ShellCommand } from "../../shell/model.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { shellVariableAt } from "../commands/shellVariables.ts";
import { wordValue } from "../commands/wordValues.ts";
import type { Stage, Step } from "../model/model.ts";
import { UNKNOWN, type VariableValue } from "../syntax/variableValue.ts";
import { isRootUser, userAt } from "../variables/state.ts";
import { declarationAt } from "../variables/variables.ts";
import { type Account, accountsOf } from "./accounts.ts";

/** Homes of users that known images have. Source: their Dockerfiles, read 2026-11. */
const HOMES: Readonly<Record<string, string>> = {
	node: "/home/node",
	gradle: "/home/gradle",
	ubuntu: "/home/ubuntu",
	jenkins: "/var/jenkins_home",
	"www-data": "/var/www",
	bun: "/home/bun",
	app: "/home/app",
	nonroot: "/home/nonroot",
};

const CHANGE_USER = new Set(["sudo", "doas", "su", "runuser", "gosu", "su-exec", "s6-setuidgid", "setpriv", "chroot"]);

/** The user behind a name or number, as far as the file tells. */
export interface UserIdentity {
	readonly home: string | undefined;
	readonly uid: string | undefined;
	readonly gid: string | undefined;
}

/** The home directory of the user that a command of a RUN runs as: HOME, else what its entry in passwd says. */
export function homeAt(step: Step, command?: ShellCommand): VariableValue {
	for (let at = command; at !== undefined; at = at.wrapper) if (CHANGE_USER.has(at.program ?? "")) return UNKNOWN;
	const set = command === undefined ? undefined : shellVariableAt(step, command, "HOME");
	if (set?.kind === "set") return set;
	if (declarationAt(step, "HOME") !== undefined || stageBaseFacts(step.stage).environment?.includes("HOME")) return UNKNOWN;
	const home = identityAt(step)?.home;
	return home === undefined ? UNKNOWN : { kind: "set", value: home };
}

/** Home and ids of the user that a step runs as; undefined if nobody knows which user that is. */
export function identityAt(step: Step): UserIdentity | undefined {
	const { value } = userAt(step.stage, step);
	if (value.kind !== "set" || value.value === "") return undefined;
	const [user, group] = value.value.split(":") as [string, string | undefined];
	if (isRootUser(user)) return { home: "/root", uid: "0", gid: "0" };
	const numeric = /^\d+$/.test(user);
	const accounts = accountsOf(step.stage).filter(
		(account) => account.kind === "user" && (numeric ? account.id?.value === user : account.name === user),
	);
	const account = accounts.length === 1 ? accounts[0] : undefined;
	const inBase = Object.entries(stageBaseFacts(step.stage).users ?? {}).find(([name, ids]) =>
		numeric ? ids.split(":")[0] === user : name === user,
	);
	const groupId = group === undefined ? undefined : groupIdOf(step.stage, group);
	if (account !== undefined)
		return {
			home: homeOf(account),
			uid: account.id?.value,
			gid: group === undefined ? primaryGroupId(account) : groupId,
		};
	if (inBase !== undefined) {
		const [uid, gid] = inBase[1].split(":");
		return { home: HOMES[inBase[0]], uid, gid: group === undefined ? gid : groupId };
	}
	return { home: undefined, uid: numeric ? user : undefined, gid: groupId };
}

function primaryGroupId({ primaryGroup, id, step }: Account): string | undefined {
	if (primaryGroup?.kind === "given") return groupIdOf(step.stage, primaryGroup.group.value);
	return primaryGroup?.kind === "own" ? id?.value : undefined;
}

/** The number of a group: of one that the file creates, itself or with a user of that name, or that the base image has for a user of that name. */
function groupIdOf(stage: Stage, group: string): string | undefined {
	if (/^\d+$/.test(group)) return group;
	const named = accountsOf(stage).filter(
		({ kind, name, primaryGroup }) => name === group && (kind === "group" || primaryGroup?.kind === "own"),
	);
	if (named.length > 0) return named.length === 1 ? named[0]?.id?.value : undefined;
	return stageBaseFacts(stage).users?.[group]?.split(":")[1];
}

/** The home directory that a command gives to the user that it creates; undefined where nobody knows it. */
export function homeOf(account: Account): string | undefined {
	const names = account.dialect === "busybox" ? ["-h", "--home"] : ["-d", "--home", "--home-dir", "-home"];
	const option = account.args.options.find((candidate) => names.includes(candidate.name));
	if (option !== undefined) {
		const home = option.value ?? (option.valueWord === undefined ? undefined : wordValue(account.step, option.valueWord));
		return home?.startsWith("/") ? home : undefined;
	}
	// Debian's adduser gives system users another one in each release.
	return account.dialect === "debian" && account.system ? undefined : `/home/${account.name}`;
}
