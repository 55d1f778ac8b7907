import { type Account, accountsOf } from "../../dockerfile/accounts/accounts.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { freeId } from "../../dockerfile/users/runAs.ts";
import type { Fix } from "../../finding.ts";
import { remembered } from "../../memo.ts";
import { hasOption } from "../../shell/options.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const userIdsNotDeterministic = defineRule({
	id: "user-ids-not-deterministic",
	title: "An account gets whatever number is free",
	category: "user",
	severity: "warning",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: ["useradd", "adduser", "groupadd", "addgroup"] },
	why: "Without a number the program takes the next free one, which depends on what the base image and the packages above have created. A new base image, or one package more, and the same Dockerfile makes another user: the files of a volume belong to somebody else, `runAsUser` in a deployment names nobody, and two images that share a volume do not agree.",
	remedy:
		"Fix both numbers, the group's and the user's: `groupadd --gid 10001 app` and `useradd --uid 10001 --gid 10001 app`; with BusyBox `addgroup -g` and `adduser -u`. Numbers of 10000 and more do not meet those of the host's users.",
	references: [
		"https://docs.docker.com/build/building/best-practices/#user",
		"https://manpages.debian.org/bookworm/passwd/useradd.8.en.html",
		"https://manpages.debian.org/bookworm/adduser/adduser.8.en.html",
	],
	examples: [
		{ caption: "With numbers", good: "FROM debian:12\nRUN groupadd -g 10001 app && useradd -u 10001 -g app app\n" },
		{
			caption: "A group and a user",
			bad: "FROM debian:12\nRUN groupadd «app» && useradd -g app «app»\n",
			fixed: "FROM debian:12\nRUN groupadd --gid 10001 app && useradd --uid 10001 -g app app\n",
		},
		{
			caption: "System accounts are numbered by what is free, too",
			bad: "FROM debian:12\nRUN useradd --system «app» && adduser --system --group «web»\n",
			fixed: "FROM debian:12\nRUN useradd --uid 10001 --system app && adduser --uid 10002 --system --group web\n",
		},
		{
			caption: "On Red Hat",
			bad: "FROM rockylinux:9\nRUN useradd -r «app»\n",
			fixed: "FROM rockylinux:9\nRUN useradd --uid 10001 -r app\n",
		},
		{
			caption: "BusyBox",
			bad: "FROM alpine\nRUN addgroup -S «app» && adduser -S -G app «app»\n",
			fixed: "FROM alpine\nRUN addgroup -g 10001 -S app && adduser -u 10001 -S -G app app\n",
		},
		{
			caption: "One of the two; numbers that are taken",
			bad: "FROM debian:12\nRUN groupadd -g 10001 a && groupadd «b» && useradd -u 10002 -g b b\n",
			fixed: "FROM debian:12\nRUN groupadd -g 10001 a && groupadd --gid 10003 b && useradd -u 10002 -g b b\n",
		},
		{
			caption: "A taken number between the free ones",
			bad: "FROM debian:12\nRUN useradd -u 10002 a && useradd «b» && useradd «c»\n",
			fixed: "FROM debian:12\nRUN useradd -u 10002 a && useradd --uid 10001 b && useradd --uid 10003 c\n",
		},
		{
			caption: "Through wrappers, by variable",
			bad: "FROM debian:12\nARG NAME=app\nRUN sudo useradd -m «$NAME»\n",
			fixed: "FROM debian:12\nARG NAME=app\nRUN sudo useradd --uid 10001 -m $NAME\n",
		},
		{
			caption: "Fixed, by number, by variable, unknown options",
			good: "FROM debian:12\nARG ID\nRUN groupadd -g 10001 app && useradd -u 10001 -g app app && useradd -u $ID a && adduser --uid 5 b && useradd $OPTIONS c && addgroup --gid=7 d\n",
		},
		{
			caption: "BusyBox, with numbers",
			good: "FROM alpine\nRUN addgroup -g 10001 app && adduser -D -u 10001 -G app app\n",
		},
		{ caption: "Only a builder's", good: "FROM debian:12 AS b\nRUN useradd app\nFROM scratch\nCOPY --from=b /a /a\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" && stage.use !== "ancestor") continue;
			const numbers = new Map<string, number>();
			let highest: number | undefined;
			for (const account of accountsOf(stage)) {
				if (account.step.stage !== stage || account.id !== undefined || account.uncertain || givesNumber(account)) continue;
				const number = numbers.get(account.name) ?? freeId(stage, highest);
				numbers.set(account.name, number);
				highest = Math.max(number, highest ?? number);
				reports.push({
					span: account.nameWord.span,
					message: `${account.program} gives ${account.kind === "user" ? "the user" : "the group"} ${shortened(account.name, 30)} whatever number is free`,
					fixes: () => fix(stage, account, number),
				});
			}
		}
		return reports;
	},
});

/** Whether a number is given that nobody here can read, or options that mean an account is only changed. */
function givesNumber({ args, kind, dialect }: Account): boolean {
	if (kind === "user") return hasOption(args, "-u", "--uid", "-uid");
	return hasOption(args, "-g", "--gid", "-gid") || (dialect === "debian" && hasOption(args, "--group") && hasOption(args, "--system"));
}

/** Accounts that more than one command creates. */
const createdAgain = remembered((stage: Stage): ReadonlySet<string> => {
	const keys = accountsOf(stage).map(accountKey);
	const lastOf = new Map(keys.map((key, index) => [key, index]));
	return new Set(keys.filter((key, index) => lastOf.get(key) !== index));
});

function accountKey({ kind, name }: Account): string {
	return `${kind} ${name}`;
}

function fix(stage: Stage, account: Account, number: number): readonly Fix[] {
	const { command, dialect, kind, program } = account;
	if (command.decoded || command.name === undefined || createdAgain(stage).has(accountKey(account))) return [];
	const option = kind === "user" ? (dialect === "busybox" ? "-u" : "--uid") : dialect === "busybox" ? "-g" : "--gid";
	const span = command.name.span;
	return [
		{
			title: `Fix the number ${number}`,
			safety: "review",
			edits: [insertAfter(span, ` ${option} ${number}`)],
			...(program === "useradd" && kind === "user" ? { note: "Files that were created with the old number keep it." } : {}),
		},
	];
}
