import { accountsOf } from "../../dockerfile/accounts/accounts.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { downloadsOf, storedNames } from "../../dockerfile/downloads/downloads.ts";
import { isOpen } from "../../dockerfile/edits/stageEnd.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { needsRoot } from "../../dockerfile/users/rootCommands.ts";
import { neighboursWhere, runAsRoot } from "../../dockerfile/users/rootSteps.ts";
import { isRootUser, userAt } from "../../dockerfile/variables/state.ts";
import type { Fix } from "../../finding.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const rootCommandAfterUser = defineRule({
	id: "root-command-after-user",
	title: "A command that needs root runs as another user",
	category: "user",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["USER"] },
	why: "Every RUN below a USER runs as that user. Package managers, the programs that make accounts and `chown` to root then end with “permission denied” or “are you root?”, and the build with them; behind `;` or `||` the failure is not even seen, and the image lacks what the step was for.",
	remedy: "Move the step above USER. Where it has to stay, put `USER root` above it and the user back below it.",
	references: ["https://docs.docker.com/reference/dockerfile/#user", "https://docs.docker.com/build/building/best-practices/#user"],
	examples: [
		{
			caption: "Packages come before the USER",
			good: 'FROM debian:12\nRUN apt-get update && apt-get install -y curl\nUSER app\nCMD ["app"]\n',
		},
		{
			caption: "Packages",
			bad: 'FROM debian:12\nUSER app\nRUN «apt-get» update && apt-get install -y curl\nCMD ["a"]\n',
			fixed: 'FROM debian:12\nUSER root\nRUN apt-get update && apt-get install -y curl\nUSER app\nCMD ["a"]\n',
		},
		{
			caption: "With other steps above it, and another USER below",
			bad: "FROM debian:12\nUSER app\nRUN id\nRUN «apt-get» update\n\n# root\nUSER root\nRUN id\nFROM debian:12\n# who runs it\nUSER app\nRUN «apt-get» update\nUSER other\nCOPY --from=0 /a /a\n",
			fixed:
				"FROM debian:12\nUSER app\nRUN id\nUSER root\nRUN apt-get update\n\n# root\nUSER root\nRUN id\nFROM debian:12\n# who runs it\nUSER app\nUSER root\nRUN apt-get update\nUSER other\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "Other managers, accounts, certificates, by number and in a stage below",
			bad: "FROM alpine AS base\nUSER 1000:1000\nRUN «apk» add curl\nFROM base\nRUN «adduser» -D b\nRUN echo a && «update-ca-certificates»\nRUN touch a && «chown» root:root a\n",
			fixed:
				"FROM alpine AS base\nUSER root\nRUN apk add curl\nUSER 1000:1000\nFROM base\nUSER root\nRUN adduser -D b\nRUN echo a && update-ca-certificates\nRUN touch a && chown root:root a\nUSER 1000:1000\n",
		},
		{
			caption: "Files below /etc, gifts to others, packages from files, pacman",
			bad: "FROM debian:12\nUSER app\nRUN «echo» a > /etc/x\nRUN echo a | «tee» -a /etc/hosts\nRUN «mkdir» /etc/a\nRUN «chown» other:other /a\nRUN «dpkg» -i a.deb\nFROM archlinux\nUSER app\nRUN «pacman» -Sy a\n",
			fixed:
				"FROM debian:12\nUSER root\nRUN echo a > /etc/x\nRUN echo a | tee -a /etc/hosts\nRUN mkdir /etc/a\nRUN chown other:other /a\nRUN dpkg -i a.deb\nUSER app\nFROM archlinux\nUSER root\nRUN pacman -Sy a\nUSER app\n",
		},
		{
			caption: "In a folder below /usr that every distribution has",
			bad: "FROM debian:12\nRUN curl -o /usr/bin/x https://a.b/x\nUSER app\nRUN «mkdir» /usr/share/x\nRUN «ln» -s a /usr/local/bin/b\nRUN «echo» a > /usr/lib/c\nRUN «chmod» 755 /usr/bin/x\n",
			fixed:
				"FROM debian:12\nRUN curl -o /usr/bin/x https://a.b/x\nUSER root\nRUN mkdir /usr/share/x\nRUN ln -s a /usr/local/bin/b\nRUN echo a > /usr/lib/c\nRUN chmod 755 /usr/bin/x\nUSER app\n",
		},
		{
			caption: "By copies, downloads, and changes in place",
			bad: "FROM debian:12\nUSER 1000\nRUN «cp» a /usr/local/bin/\nRUN «curl» -fsSLo /usr/local/bin/b https://a.example/b\nRUN «wget» -O /usr/local/bin/c https://a.example/c\nRUN «install» -m 755 d /usr/bin/d\nRUN «sed» -i s/a/b/ /etc/apt/sources.list\nRUN «mv» e f /usr/local/lib\nRUN «touch» /etc/g\nRUN «rm» /etc/h\n",
			fixed:
				"FROM debian:12\nUSER root\nRUN cp a /usr/local/bin/\nRUN curl -fsSLo /usr/local/bin/b https://a.example/b\nRUN wget -O /usr/local/bin/c https://a.example/c\nRUN install -m 755 d /usr/bin/d\nRUN sed -i s/a/b/ /etc/apt/sources.list\nRUN mv e f /usr/local/lib\nRUN touch /etc/g\nRUN rm /etc/h\nUSER 1000\n",
		},
		{
			caption: "Given to the user above; perhaps not there, or there already; read only",
			good: "FROM debian:12\nRUN chown app /usr/local/bin\nUSER app\nRUN cp a /usr/local/bin/; curl -o /usr/local/bin/b https://a.example/b; sed -i s/a/b/ /usr/local/bin/b\nFROM debian:12\nUSER app\nRUN rm -f /etc/a; touch -c /etc/b; cp -n a /etc/c; install -d /etc/d; cp /etc/e f; sed s/a/b/ /etc/g; curl -T /etc/h https://a.example\n",
		},
		{
			caption: "Deeper, and files that are there, may be the user's, or anybody's",
			good: "FROM debian:12\nRUN useradd -m -d /usr/share/app app && mkdir -p -m 0777 /usr/share/data && umask 000 && mkdir /usr/x && touch /usr/share/y\nUSER app\nRUN echo a > /usr/share/app/config\nRUN echo x > /usr/share/data/a; mkdir /usr/x/a; echo b > /usr/share/y\nFROM rust:1.80\nUSER app\nRUN mkdir /usr/local/cargo/a; ln -s /usr/bin/a b; chmod 755 b\nFROM acme/base\nUSER app\nRUN mkdir /usr/share/y\n",
		},
		{
			caption: "Trees that are opened, given away or brought along as a whole",
			good: "FROM debian:12\nRUN chmod -R 777 /\nUSER app\nRUN mkdir /usr/share/a; echo a > /etc/x\nFROM debian:12\nRUN cd / && chown -R app usr\nUSER app\nRUN mkdir /usr/share/a\nFROM debian:12\nRUN cp -a /home/app/. /usr/share\nUSER app\nRUN mkdir /usr/share/a\nFROM debian:12\nADD rootfs.tar.gz /\nUSER app\nRUN mkdir /usr/share/a\n",
		},
		{
			caption: "Perhaps given to the user, by another number",
			good: "FROM debian:12\nRUN touch /etc/x && chown app /etc/x\nUSER app\nRUN echo a > /etc/x; chown 1000 /a; echo a > /tmp/etc/x; sudo tee /etc/y; pacman -Ss a\nFROM acme/base\nUSER app\nRUN echo a >> /etc/passwd\n",
		},
		{
			caption: "A folder below /etc that the user got by variable",
			good: 'FROM debian:12\nRUN useradd -m app\nENV CONF=/etc/app\nRUN mkdir -p "$CONF" && chown -R app:app "$CONF"\nUSER app\nRUN echo x > "$CONF/app.conf"\n',
		},
		{
			caption: "Made by WORKDIR as the user; there already; mounted",
			good: "FROM debian:12\nUSER app\nWORKDIR /etc/app\nRUN echo x > /etc/app/app.conf\nFROM debian:12\nUSER app\nRUN mkdir -p /etc/apt/apt.conf.d\nRUN --mount=type=cache,target=/etc/foo,uid=1000 echo a > /etc/foo/b\n",
		},
		{
			caption: "In the home of an account",
			good: "FROM debian:12\nRUN useradd -m -d /etc/app app\nUSER app\nRUN touch /etc/app/x && mkdir /etc/app/y && sed -i s/a/b/ /etc/app/z\n",
		},
		{
			caption: "Beside it",
			bad: "FROM debian:12\nRUN useradd -m -d /etc/app app\nUSER app\nRUN «touch» /etc/apps\n",
			fixed: "FROM debian:12\nRUN useradd -m -d /etc/app app\nUSER root\nRUN touch /etc/apps\nUSER app\n",
		},
		{
			caption: "In a tree that the user owns",
			good: "FROM debian:12\nRUN useradd -m -u 1000 app\nCOPY --chown=app rootfs/ /\nUSER app\nRUN echo a > /etc/app/conf\n",
		},
		{
			caption: "Owners of other folders matter not",
			bad: "FROM debian:12\nCOPY --chown=app a /app\nUSER app\nRUN «echo» a > /etc/x\n",
			fixed: "FROM debian:12\nCOPY --chown=app a /app\nUSER root\nRUN echo a > /etc/x\nUSER app\n",
		},
		{
			caption: "In heredocs, with Windows line ends, by variable",
			bad: "FROM debian:12\r\nARG U=app\r\nUSER $U\r\nRUN <<EOF\r\n«apt-get» update -q\r\nEOF\r\n",
			fixed: "FROM debian:12\r\nARG U=app\r\nUSER root\r\nRUN <<EOF\r\napt-get update -q\r\nEOF\r\nUSER $U\r\n",
		},
		{
			caption: "Root again, or raised to it",
			good: "FROM debian:12\nUSER app\nRUN sudo apt-get update; fakeroot apk add a; su -c 'apt-get update' root; gosu root useradd a\nUSER root\nRUN apt-get update\nUSER 0:0\nRUN useradd b\n",
		},
		{
			caption: "Looks, downloads, other roots, its own packages, guarded",
			good: "FROM debian:12\nUSER app\nRUN apt-get download a; apt-get install -s a; apt-cache search b; apk --root /r --initdb add c; dnf --installroot=/r install d; pip install --user e; npm ci; chown app f; chown app:app g; if [ $(id -u) = 0 ]; then apt-get update; fi; apt-get update || true\n",
		},
		{
			caption: "Users that nobody knows, root under another name, child images",
			good: "FROM debian:12\nARG U\nUSER $U\nRUN apt-get update\nFROM acme/base\nRUN apt-get update\nFROM debian:12\nRUN useradd -o -u 0 toor\nUSER toor\nRUN apt-get update\nONBUILD RUN apt-get update\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				const found = reportOf(step);
				if (found !== undefined) reports.push({ ...found, ...(stage.use === "unused" ? { severity: "hint" as const } : {}) });
			}
		}
		return reports;
	},
});

function isRoot(step: Step, user: string): boolean {
	if (isRootUser(user)) return true;
	const name = user.split(":")[0];
	return accountsOf(step.stage).some((account) => account.kind === "user" && account.name === name && Number(account.id?.value ?? 1) === 0);
}

/** One report for each step: the first command. */
const reportOf = remembered((step: Step): Report | undefined => {
	const user = userAt(step.stage, step);
	// What the base image's user may do is not written down here.
	if (user.step === undefined || user.value.kind !== "set" || user.value.value === "" || isRoot(step, user.value.value)) return undefined;
	const { value: name } = user.value;
	const commands = commandsOf(step);
	for (const command of commands) {
		const what = needsRoot(step, command, name.split(":")[0] ?? "", downloadedFiles(step).get(command) ?? []);
		if (what === undefined || command.name === undefined || failureIsExpected(command, commands)) continue;
		return {
			span: command.name.span,
			message: `${shortened(what, 40)} needs root, and this step runs as ${shortened(name, 30)}`,
			related: [{ span: user.step.span, message: "USER is set here" }],
			fixes: () => (mayWrap(step) ? fixesFor(neighboursOf(step)[0] ?? step) : []),
		};
	}
	return undefined;
});

const downloadedFiles = remembered((step: Step): ReadonlyMap<ShellCommand, readonly string[]> => {
	const files = new Map<ShellCommand, readonly string[]>();
	for (const download of downloadsOf(step)) files.set(download.command, [...(files.get(download.command) ?? []), ...storedNames(download)]);
	return files;
});

function failureIsExpected(command: ShellCommand, commands: readonly ShellCommand[]): boolean {
	return command.connector === "||" || commands[commands.indexOf(command) + 1]?.connector === "||";
}

const neighboursOf = neighboursWhere((step) => step.keyword === "RUN" && mayWrap(step) && reportOf(step) !== undefined);

/** For all such steps that follow each other at once, by the first of them. */
const fixesFor = remembered((first: Step): readonly Fix[] => {
	const back = userAt(first.stage, first).step?.arguments.text;
	if (back === undefined) return [];
	const steps = neighboursOf(first);
	const title = steps.length === 1 ? "Run the step as root" : `Run the ${steps.length} steps as root`;
	return [{ title, safety: "review", edits: runAsRoot(steps, back) }];
});

function mayWrap(step: Step): boolean {
	return !isOpen(step) && !step.deferred;
}
