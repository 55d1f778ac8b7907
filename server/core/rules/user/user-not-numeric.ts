import { groupId, numberedUser, type UserIds, userIds } from "../../dockerfile/accounts/accountIds.ts";
import { type Account, type AccountId, accountsOf, createdUser } from "../../dockerfile/accounts/accounts.ts";
import { insertAfter, replace } from "../../dockerfile/edits/edit.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { accountListsOf } from "../../dockerfile/users/accountLists.ts";
import { freeId } from "../../dockerfile/users/runAs.ts";
import { isRootAccount } from "../../dockerfile/users/runAsFix.ts";
import { userAt } from "../../dockerfile/variables/state.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { sourceSpan } from "../../mappedText.ts";
import { hasOption } from "../../shell/options.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** Users of base images that had the same numbers in every tag. */
const SAME_IN_EVERY_TAG = new Set(["node", "www-data", "nobody", "nonroot", "postgres"]);

export const userNotNumeric = defineRule({
	id: "user-not-numeric",
	title: "USER is a name that Kubernetes cannot verify",
	category: "user",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3066"]),
	supersededBy: ["user-name-unresolvable", "user-directive-invalid"],
	onlyWith: { instructions: ["USER"] },
	why: "What a name means is written in the image's `/etc/passwd`, which nobody looks at from outside. Kubernetes refuses to start a container with `runAsNonRoot: true` whose image names its user, because it cannot tell whether that is root. Volumes, NFS shares and other hosts know numbers only, too.",
	remedy:
		"Fix the numbers where the user is created (`useradd --uid 10001 …`) and write them in USER. A uid that `/etc/passwd` knows keeps its groups; behind an explicit group it does not.",
	references: [
		"https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
		"https://docs.docker.com/reference/dockerfile/#user",
	],
	examples: [
		{
			caption: "The numbers stand in the same file",
			bad: "FROM debian:12\nRUN groupadd -g 1500 app && useradd -u 1500 -g app app\nUSER «app»\n",
			fixed: "FROM debian:12\nRUN groupadd -g 1500 app && useradd -u 1500 -g app app\nUSER 1500:1500\n",
		},
		{
			caption: "Further groups stay with a number alone",
			bad: "FROM debian:12\nRUN useradd --uid=1500 -G audio app\nUSER «app»\n",
			fixed: "FROM debian:12\nRUN useradd --uid=1500 -G audio app\nUSER 1500\n",
		},
		{
			caption: "Groups that are joined later, too",
			bad: "FROM alpine\nRUN adduser -D -u 1500 app && addgroup app audio\nUSER «app»\n",
			fixed: "FROM alpine\nRUN adduser -D -u 1500 app && addgroup app audio\nUSER 1500\n",
		},
		{
			caption: "A group that useradd chooses is not guessed",
			bad: "FROM debian:12\nRUN groupadd other\nRUN useradd -u 1500 app\nUSER «app»\n",
			fixed: "FROM debian:12\nRUN groupadd other\nRUN useradd -u 1500 app\nUSER 1500\n",
		},
		{
			caption: "With the group that USER names; a name of unknown number stays",
			bad: "FROM alpine:3.20\nRUN addgroup -g 1600 web && adduser -S -G web -u 1500 app\nUSER «app:web»\n",
			fixed: "FROM alpine:3.20\nRUN addgroup -g 1600 web && adduser -S -G web -u 1500 app\nUSER 1500:1600\n",
		},
		{
			caption: "Arguments stay arguments",
			bad: "FROM debian:12\nARG NAME=app\nARG USER_ID=1000\nRUN groupadd -g ${USER_ID} $NAME && useradd -l -m -u $USER_ID -g $NAME $NAME\nUSER «$NAME»\n",
			fixed:
				"FROM debian:12\nARG NAME=app\nARG USER_ID=1000\nRUN groupadd -g ${USER_ID} $NAME && useradd -l -m -u $USER_ID -g $NAME $NAME\nUSER ${USER_ID}:${USER_ID}\n",
		},
		{
			caption: "A number that the build can choose: useradd may give the group another one",
			bad: "FROM debian:12\nARG UID=1000\nRUN useradd --uid $UID app\nUSER «app»\n",
			fixed: "FROM debian:12\nARG UID=1000\nRUN useradd --uid $UID app\nUSER ${UID}\n",
		},
		{
			caption: "Users that the base image is known to bring, and quotes",
			bad: 'FROM node:22 AS base\nUSER «"node"»\nFROM base\nCMD ["node"]\n',
			fixed: 'FROM node:22 AS base\nUSER 1000:1000\nFROM base\nCMD ["node"]\n',
		},
		{
			caption: "Debian's image puts this user into a group for keys, which a number for the group would drop",
			bad: "FROM postgres:16\nUSER «postgres»\n",
			fixed: "FROM postgres:16\nUSER 999\n",
		},
		{
			caption: "Alpine's does not",
			bad: "FROM postgres:16-alpine\nUSER «postgres»\n",
			fixed: "FROM postgres:16-alpine\nUSER 70:70\n",
		},
		{
			caption: "One number in both places where none is fixed",
			bad: "FROM debian:12\nRUN useradd \\\n  --create-home app\nUSER «app»\n",
			fixed: "FROM debian:12\nRUN useradd --uid 10001 \\\n  --create-home app\nUSER 10001:10001\n",
		},
		{
			caption: "With BusyBox's option, and the group that it takes for system users",
			bad: "FROM alpine:3.20\r\nRUN adduser -S app\r\nUSER «app»\r\n",
			fixed: "FROM alpine:3.20\r\nRUN adduser -u 10001 -S app\r\nUSER 10001:65533\r\n",
		},
		{ caption: "Unknown numbers", bad: "FROM acme/base\nUSER «app»\n" },
		{ caption: "Numbers that change later", bad: "FROM debian:12\nRUN useradd -u 1000 app\nRUN usermod -u 1001 app\nUSER «app»\n" },
		{
			caption: "An entry that the file changes itself",
			bad: "FROM node:22\nRUN sed -i 's/^node:x:1000/node:x:2000/' /etc/passwd\nUSER «node»\n",
		},
		{ caption: "Numbers", good: "FROM debian:12\nUSER 1000\nFROM debian:12\nUSER 1000:app\n" },
		{ caption: "Numbers by default of an argument or a variable", good: "FROM debian:12\nARG A=1000\nENV B=$A\nUSER ${B}:${A}\n" },
		{ caption: "A variable that only the build knows", good: "FROM debian:12\nARG A\nUSER $A\n" },
		{ caption: "Root is another finding", good: "FROM debian:12\nUSER root\n" },
		{ caption: "Whatever it is called", good: "FROM debian:12\nRUN useradd -o -u 0 toor\nUSER toor\n" },
		{
			caption: "A stage that is not shipped, a USER that is not the last one",
			good: "FROM debian:12 AS a\nUSER app\nFROM debian:12\nUSER app\nUSER 1\n",
			notBuilt: true,
		},
		{ caption: "Windows knows no numbers", good: "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nUSER ContainerUser\n" },
		{
			caption: "A group that nobody knows, a number that changes on the way: no edit of it",
			bad: "FROM alpine\nRUN adduser -D -u 1500 app\nUSER «app:other»\n",
			fixed: "FROM alpine\nRUN adduser -D -u 1500 app\nUSER 1500:other\n",
		},
		{
			caption: "A number that has become another one",
			bad: "FROM alpine\nARG U=1500\nRUN adduser -D -u $U app\nENV U=1600\nUSER «app»\n",
		},
	],
	check(file) {
		const reported = new Set<Step>();
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped") continue;
			const { value, step } = userAt(stage);
			if (step === undefined || value.kind !== "set" || reported.has(step)) continue;
			const [user = "", group] = value.value.split(":");
			if (!/^[A-Za-z_]/.test(user) || isRootAccount(stage, user) || /^container/i.test(user)) continue;
			reported.add(step);
			const account = createdUser(stage, user);
			reports.push({
				span: userSpan(step),
				message: `USER ${shortened(user, 30)} is a name: Kubernetes cannot verify that it is not root`,
				fixes: () => [...numberFix(stage, step, user, group), ...newNumberFix(stage, step, account, group)],
				related: account === undefined ? [] : [{ span: account.nameWord.span, message: `${shortened(user, 40)} is created here` }],
			});
		}
		return reports;
	},
});

function userSpan(step: Step): Span {
	return sourceSpan(step.arguments, 0, step.arguments.text.length);
}

/** The numbers that are fixed already. */
function numberFix(stage: Stage, step: Step, user: string, group: string | undefined): readonly Fix[] {
	const ids = userIds(stage, user);
	const lists = accountListsOf(stage, user);
	if (ids === undefined || lists === "others" || !sayable(step, ids.uid)) return [];
	const certain = lists === "asMade" && !isChosen(step, ids) && isCertain(stage, ids, user, group);
	const text = `${ids.uid.text}${groupText(stage, step, ids, group)}`;
	return [
		{
			title: `Replace ${shortened(user, 40)} by ${text}`,
			safety: certain ? "safe" : "review",
			edits: [replace(userSpan(step), text)],
		},
	];
}

/** Gives the user a number where it is created, and says it in USER. */
function newNumberFix(stage: Stage, step: Step, account: Account | undefined, group: string | undefined): readonly Fix[] {
	const name = account?.command.name;
	if (account === undefined || name === undefined || account.id !== undefined || account.command.decoded || account.uncertain) return [];
	if (account.args.options.some((option) => ["-u", "--uid", "-uid"].includes(option.name))) return [];
	const value = String(freeId(stage));
	const text = `${value}${groupText(stage, step, numberedUser(stage, account, { value, text: value }), group)}`;
	return [
		{
			title: `Give ${shortened(account.name, 30)} the number ${value} and use it`,
			safety: "review",
			edits: [insertAfter(name.span, account.dialect === "busybox" ? ` -u ${value}` : ` --uid ${value}`), replace(userSpan(step), text)],
		},
	];
}

/** The group part: the one that USER names, by number where that is known; else the primary one, unless that would lose groups. */
function groupText(stage: Stage, step: Step, ids: UserIds, group: string | undefined): string {
	if (group !== undefined) {
		const gid = groupId(stage, group);
		return `:${gid !== undefined && sayable(step, gid) ? gid.text : group}`;
	}
	return ids.gid === undefined || ids.furtherGroups || !sayable(step, ids.gid) ? "" : `:${ids.gid.text}`;
}

/** Whether the text means the same number at the USER instruction. */
function sayable(step: Step, id: AccountId): boolean {
	const expansion = expandAt(step, id.text);
	return expansion.kind === "known" && expansion.value === id.value;
}

/** Whether a variable names the user, and whoever builds may name another one that has another number. */
function isChosen({ arguments: { text } }: Step, { account }: UserIds): boolean {
	return text.includes("$") && account?.nameWord.text.includes("$") !== true;
}

/** Whether the numbers are the same in every build of the file. */
function isCertain(stage: Stage, ids: UserIds, user: string, group: string | undefined): boolean {
	if (ids.account === undefined) return SAME_IN_EVERY_TAG.has(user) && lineage(stage).at(-1)?.image?.text.includes("$") === false;
	// A second name of a uid has its own home and group, which the number alone does not find.
	if (hasOption(ids.account.args, "-o", "--non-unique")) return false;
	const primary = ids.account.primaryGroup?.kind === "given" ? ids.account.primaryGroup.group.value : undefined;
	const involved = accountsOf(stage).filter(({ name }) => name === user || name === group || name === primary);
	return involved.every(({ certain, command }) => certain && !command.decoded);
}
