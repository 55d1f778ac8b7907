import { insertBeforeStart } from "../../dockerfile/edits/stageEnd.ts";
import { mayRunAsAnother, runAsAccount, runAsLines } from "../../dockerfile/users/runAs.ts";
import { unusedUser } from "../../dockerfile/users/unusedUser.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const userCreatedButUnused = defineRule({
	id: "user-created-but-unused",
	title: "A user is created, but the container runs as root",
	category: "user",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	inOnbuild: false,
	equivalents: [...same(["tally", "user-created-but-never-used"]), ...similar(["tally", "stateful-root-runtime"])],
	onlyWith: { words: ["useradd", "adduser"] },
	why: "Somebody took the trouble of creating a user, and often of giving it the files, and then forgot the one line that makes the container run as it. The image looks hardened and is not: the process is root.",
	remedy: "Add `USER uid:gid` with the numbers of that user below the last step that needs root, above CMD and ENTRYPOINT.",
	references: ["https://docs.docker.com/reference/dockerfile/#user", "https://docs.docker.com/build/building/best-practices/#user"],
	examples: [
		{
			caption: "The line that was forgotten",
			bad: 'FROM debian:12\nRUN groupadd -g 1500 app && useradd -u 1500 -g app «app»\nCOPY --chown=app:app . /app\nCMD ["/app/run-it"]\n',
			fixed:
				'FROM debian:12\nRUN groupadd -g 1500 app && useradd -u 1500 -g app app\nCOPY --chown=app:app . /app\nUSER 1500:1500\nCMD ["/app/run-it"]\n',
		},
		{
			caption: "Without fixed numbers, the name; the owner of what is copied before others",
			bad: "FROM debian:12\nRUN useradd --create-home «app»\nRUN adduser --system other\nCOPY --chown=app a /a\nCMD a",
			fixed: "FROM debian:12\nRUN useradd --create-home app\nRUN adduser --system other\nCOPY --chown=app a /a\nUSER app\nCMD a",
		},
		{
			caption: "With BusyBox's tools, in a stage that this one starts from, by argument",
			bad: 'FROM alpine:3.20 AS base\nARG APP_UID=1234\nRUN adduser -D -u $APP_UID \\\n  # the account\n  «app»\nFROM base\nENTRYPOINT ["/app"]\n',
			fixed:
				'FROM alpine:3.20 AS base\nARG APP_UID=1234\nRUN adduser -D -u $APP_UID \\\n  # the account\n  app\nFROM base\nUSER ${APP_UID}:${APP_UID}\nENTRYPOINT ["/app"]\n',
		},
		{
			caption: "A number without its group: Debian's adduser may add more groups, which a number alone keeps",
			bad: 'FROM python:3.12\nRUN adduser -u 5678 --disabled-password --gecos "" «appuser» && chown -R appuser /app\nCMD ["python", "a.py"]\n',
			fixed:
				'FROM python:3.12\nRUN adduser -u 5678 --disabled-password --gecos "" appuser && chown -R appuser /app\nUSER 5678\nCMD ["python", "a.py"]\n',
		},
		{
			caption: "That useradd works shows that an unknown base runs as root",
			bad: 'FROM acme/base\nRUN useradd «app»\nCMD ["a"]\n',
			fixed: 'FROM acme/base\nRUN useradd app\nUSER app\nCMD ["a"]\n',
		},
		{
			caption: "The user may not enter the working folder",
			bad: 'FROM debian:12\nRUN useradd «app»\nWORKDIR /root\nCMD ["./a"]\n',
		},
		{ caption: "By a variable", bad: 'FROM debian:12\nRUN useradd «app»\nENV HOME /root\nWORKDIR $HOME\nCMD ["a"]\n' },
		{
			caption: "Or root's home by PATH",
			bad: 'FROM debian:12\nRUN useradd «app»\nENV PATH="/root/.local/bin:$PATH"\nCMD ["uv", "run", "a"]\n',
		},
		{ caption: "Nor read what is copied there", bad: 'FROM debian:12\nRUN useradd «app»\nCOPY keys /root/.ssh/\nCMD ["a"]\n' },
		{
			caption: "Nor settings that root has made for itself",
			bad: 'FROM debian:12\nRUN useradd «app»\nRUN git config --global --add safe.directory /x\nCMD ["git"]\n',
		},
		{
			caption: "Nor plugins",
			bad: 'FROM debian:12\nRUN useradd «app»\nRUN vagrant plugin install vagrant-libvirt\nCMD ["vagrant"]\n',
		},
		{
			caption: "Settings that a later step removes are gone",
			bad: 'FROM debian:12\nRUN useradd «app»\nRUN echo a > ~/.netrc && make\nRUN rm ~/.netrc\nCMD ["a"]\n',
			fixed: 'FROM debian:12\nRUN useradd app\nRUN echo a > ~/.netrc && make\nRUN rm ~/.netrc\nUSER app\nCMD ["a"]\n',
		},
		{
			caption: "A tool that shows something leaves nothing",
			bad: 'FROM golang:1.25\nRUN useradd «app»\nRUN go version && go env && cargo --version\nCMD ["go", "run", "."]\n',
			fixed: 'FROM golang:1.25\nRUN useradd app\nRUN go version && go env && cargo --version\nUSER app\nCMD ["go", "run", "."]\n',
		},
		{
			caption: "But not where it keeps settings",
			bad: 'FROM golang:1.25\nRUN useradd «app»\nRUN go env -w GOPRIVATE=a.example\nCMD ["go", "run", "."]\n',
		},
		{
			caption: "Settings of a package manager, which is started",
			bad: 'FROM node:22\nRUN useradd «app»\nRUN npm config set script-shell bash\nCMD ["npm", "start"]\n',
		},
		{
			caption: "Or is not; those that lie elsewhere, and in the stage that builds",
			bad: 'FROM golang:1.25 AS build\nRUN git config --global user.name a\nFROM node:22\nRUN useradd «app»\nENV CARGO_HOME=/opt/cargo\nRUN cargo install a && npm config set registry https://npm.example.com && HOME=/opt/b git config --global user.name b\nCMD ["node", "a.js"]\n',
			fixed:
				'FROM golang:1.25 AS build\nRUN git config --global user.name a\nFROM node:22\nRUN useradd app\nENV CARGO_HOME=/opt/cargo\nRUN cargo install a && npm config set registry https://npm.example.com && HOME=/opt/b git config --global user.name b\nUSER app\nCMD ["node", "a.js"]\n',
		},
		{
			caption: "Only root may run the program, found by its name",
			bad: 'FROM debian:12\nRUN useradd «app»\nCOPY --chmod=0700 watchdog /usr/local/bin/\nCMD ["watchdog"]\n',
		},
		{
			caption: "Or enter its folder",
			bad: 'FROM debian:12\nRUN useradd «app»\nRUN mkdir -m 700 /opt/a\nCOPY --chmod=755 watchdog /opt/a/\nCMD ["/opt/a/watchdog"]\n',
		},
		{
			caption: "What a language runs must be readable",
			bad: 'FROM python:3.13\nRUN useradd «app»\nWORKDIR /app\nCOPY . .\nRUN chmod -R 711 /app\nCMD ["python", "a.py"]\n',
		},
		{
			caption: "It is the user's own",
			bad: 'FROM debian:12\nRUN useradd «app»\nCOPY --chown=app:app --chmod=0500 watchdog /opt/\nCMD ["/opt/watchdog"]\n',
			fixed: 'FROM debian:12\nRUN useradd app\nCOPY --chown=app:app --chmod=0500 watchdog /opt/\nUSER app\nCMD ["/opt/watchdog"]\n',
		},
		{
			caption: "It is given away",
			bad: 'FROM debian:12\nRUN useradd «app»\nCOPY watchdog /opt/\nRUN chmod 700 /opt/watchdog && chown app /opt/watchdog\nCMD ["/opt/watchdog"]\n',
			fixed:
				'FROM debian:12\nRUN useradd app\nCOPY watchdog /opt/\nRUN chmod 700 /opt/watchdog && chown app /opt/watchdog\nUSER app\nCMD ["/opt/watchdog"]\n',
		},
		{
			caption: "Files that are called like the user are none of its uses",
			bad: 'FROM eclipse-temurin:21-jre\nRUN useradd -u 10001 «app»\nENV APP_HOME=/opt/app\nCOPY target/app.jar /app.jar\nRUN echo application > /x\nCMD ["java", "-jar", "/app.jar", "/etc/myapp.conf", "webapp", "app.xml"]\n',
			fixed:
				'FROM eclipse-temurin:21-jre\nRUN useradd -u 10001 app\nENV APP_HOME=/opt/app\nCOPY target/app.jar /app.jar\nRUN echo application > /x\nUSER 10001:10001\nCMD ["java", "-jar", "/app.jar", "/etc/myapp.conf", "webapp", "app.xml"]\n',
		},
		{
			caption: "Nor is a module of Python",
			bad: 'FROM python:3.13\nRUN useradd -u 10001 «app»\nCMD ["gunicorn", "-b", ":8000", "app:app"]\n',
			fixed: 'FROM python:3.13\nRUN useradd -u 10001 app\nUSER 10001:10001\nCMD ["gunicorn", "-b", ":8000", "app:app"]\n',
		},
		{
			caption: "What a stage for tests ends with is not in the image below",
			bad: 'FROM debian:12 AS app\nRUN useradd «app»\nCMD ["a"]\nFROM app AS test\nRUN a\n',
		},
		{
			caption: "Used: by USER, by the entry point, by a script in the file",
			good: 'FROM debian:12 AS a\nRUN useradd app\nUSER app\nCMD ["a"]\nFROM debian:12 AS b\nRUN useradd app\nCMD ["gosu", "app", "a"]\n',
		},
		{
			caption: "By a script that the file writes",
			good: 'FROM debian:12\nRUN useradd app\nCOPY --chmod=755 <<EOF /entrypoint.sh\n#!/bin/sh\nexec su-exec app "$@"\nEOF\nENTRYPOINT ["/entrypoint.sh"]\n',
		},
		{
			caption: "A script that the file does not show could use it",
			good: 'FROM debian:12\nRUN useradd app\nCOPY entrypoint.sh /\nENTRYPOINT ["tini", "--", "/entrypoint.sh"]\n',
		},
		{
			caption: "Daemons that switch by themselves, and logins",
			good: 'FROM debian:12\nRUN useradd web && echo "user web;" >> /etc/nginx/nginx.conf\nCMD ["nginx"]\n',
		},
		{
			caption: "Docker in Docker, which only root can run",
			good: 'FROM debian:12\nRUN useradd --create-home tester\nCOPY . /src\nWORKDIR /src\nENTRYPOINT ["hack/dind"]\nCMD ["make", "test"]\n',
		},
		{
			caption: "Named by the command, or by a variable for it",
			good: 'FROM debian:12\nRUN useradd mysql\nCMD ["db", "--user=mysql"]\n',
		},
		{
			caption: "By the variable that holds its name, as a server's user",
			good: 'FROM debian:12\nENV APP=app\nRUN useradd $APP\nCMD run --as $APP\nFROM python:3.13\nRUN useradd app\nCMD ["gunicorn", "--user", "app:app", "app:app"]\n',
		},
		{ caption: "The user builds only", good: 'FROM archlinux\nRUN useradd builder && su builder -c makepkg\nCMD ["a"]\n' },
		{ caption: "Nothing starts: who uses the image decides", good: "FROM debian:12\nRUN useradd -m vscode\n" },
		{
			caption: "Another stage's, root's second name, a group",
			good: 'FROM debian:12 AS b\nRUN useradd x\nFROM debian:12\nRUN useradd -o -u 0 toor && groupadd y\nCMD ["a"]\n',
		},
		{ caption: "The base image runs as somebody else", good: 'FROM jenkins/jenkins\nRUN sudo useradd app\nCMD ["a"]\n' },
		{ caption: "Root on purpose is another finding", good: 'FROM debian:12\nRUN useradd app\nUSER root\nCMD ["a"]\n' },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const account = stage.use === "shipped" ? unusedUser(stage) : undefined;
			if (account === undefined) continue;
			const proposal = runAsAccount(stage, account);
			const edit = mayRunAsAnother(stage) ? insertBeforeStart(stage, runAsLines(proposal)) : undefined;
			reports.push({
				span: account.nameWord.span,
				message: `${shortened(account.name, 40)} is created, but the container runs as root`,
				related: stage.image === undefined ? [] : [{ span: stage.image.span, message: "The stage that is shipped has no USER" }],
				fixes: edit === undefined ? [] : [{ title: proposal.title, safety: "review", edits: [edit] }],
			});
		}
		return reports;
	},
});
