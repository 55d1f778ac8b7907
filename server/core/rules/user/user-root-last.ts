import { replace } from "../../dockerfile/edits/edit.ts";
import { insertBeforeStart } from "../../dockerfile/edits/stageEnd.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { isEditorImage } from "../../dockerfile/start/workplace.ts";
import { type RootStart, rootStartOf } from "../../dockerfile/users/rootStart.ts";
import { mayRunAsAnother, runAsLines } from "../../dockerfile/users/runAs.ts";
import { isAdministrator, isRootAccount, proposalAfterRoot } from "../../dockerfile/users/runAsFix.ts";
import { userWithoutArgument } from "../../dockerfile/users/userSubstitute.ts";
import { userAt } from "../../dockerfile/variables/state.ts";
import type { Fix, LintSeverity } from "../../finding.ts";
import { sourceSpan } from "../../mappedText.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const userRootLast = defineRule({
	id: "user-root-last",
	title: "The last USER is root",
	category: "user",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(
			["hadolint", "DL3002"],
			["trivy", "DS-0002"],
			["checkov", "CKV_DOCKER_8"],
			["kics", "67fd0c4a-68cf-46d7-8c41-bc9fba7e40ae"],
			["semgrep", "last-user-is-root"],
			["droast", "DF002"],
			["terrascan", "AC_DOCKER_0005"],
		),
		...similar(
			["sonar", "S6471"],
			["cis", "4.1"],
			["dockle", "CIS-DI-0001"],
			["tally", "user-created-but-never-used", "stateful-root-runtime"],
		),
	],
	onlyWith: { instructions: ["USER"] },
	why: "The last USER is the one that the container runs as. `USER root` is often written for one step that installs something, and nobody switches back: the base image's own user, or the one that this file created, is lost, and whoever takes over the process is root.",
	remedy: "Switch back below the steps that need root, to a user with fixed numbers.",
	references: ["https://docs.docker.com/reference/dockerfile/#user", "https://docs.docker.com/build/building/best-practices/#user"],
	examples: [
		{
			caption: "Nobody switched back after an installation",
			bad: 'FROM node:22-slim\nUSER node\nWORKDIR /app\nCOPY --chown=node . .\nUSER «root»\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\nCMD ["node", "server.js"]\n',
			fixed:
				'FROM node:22-slim\nUSER node\nWORKDIR /app\nCOPY --chown=node . .\nUSER root\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\nUSER node\nCMD ["node", "server.js"]\n',
		},
		{ caption: "Not the last one", good: "FROM debian:12\nUSER root\nRUN make\nUSER app\n" },
		{
			caption: "The user of this file is there, and nothing below needs root",
			bad: 'FROM debian:12\nRUN groupadd -g 999 app && useradd -u 999 -g 999 app\nUSER «root»\nCMD ["a"]\n',
			fixed: 'FROM debian:12\nRUN groupadd -g 999 app && useradd -u 999 -g 999 app\nUSER 999:999\nCMD ["a"]\n',
		},
		{
			caption: "Nobody switched back to the user that was there before",
			bad: 'FROM node:22\nUSER node\nCOPY . .\nUSER «0:0»\nRUN apt-get update\n# start\nCMD ["node"]\n',
			fixed: 'FROM node:22\nUSER node\nCOPY . .\nUSER 0:0\nRUN apt-get update\nUSER node\n# start\nCMD ["node"]\n',
		},
		{
			caption: "Or to the one that the base image brings; a group alone leaves the user root",
			bad: "FROM jenkins/jenkins:lts\nUSER «:1000»\nRUN apt-get update\n",
			fixed: "FROM jenkins/jenkins:lts\nUSER :1000\nRUN apt-get update\nUSER jenkins\n",
		},
		{
			caption: "Root by group, by zeros, by default of an argument, in a stage below",
			bad: 'FROM debian:12 AS base\nARG RUN_AS="root"\nUSER «${RUN_AS}:staff»\nRUN id\nFROM base\nCMD ["a"]\n',
			fixed:
				'FROM debian:12 AS base\nARG RUN_AS="root"\nUSER ${RUN_AS}:staff\nRUN id\nFROM base\nRUN groupadd --gid 10001 app \\\n    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin --no-log-init app\nUSER 10001:10001\nCMD ["a"]\n',
		},
		{
			caption: "A second name for uid 0",
			bad: 'FROM archlinux\nRUN useradd -o -u 0 toor\nUSER «toor»\nCMD ["a"]\n',
			fixed: 'FROM archlinux\nRUN useradd -o -u 0 toor\nUSER 10001:10001\nCMD ["a"]\n',
		},
		{
			caption: "What stands for an argument without a value",
			bad: "FROM archlinux\nARG U\nUSER «${U:-root}»\n",
			fixed: "FROM archlinux\nARG U\nUSER 10001:10001\n",
		},
		{ caption: "All zeros", bad: "FROM archlinux\nUSER «'00'»\n", fixed: "FROM archlinux\nUSER 10001:10001\n" },
		{
			caption: "An image that nobody described has files for a user of its own: another one would be a guess",
			bad: "FROM acme/base:3\nUSER «root»\nRUN make\n",
		},
		{
			caption: "A user that it is known to bring is none",
			bad: "FROM denoland/deno\nUSER «root»\n",
			fixed: "FROM denoland/deno\nUSER 1993:1993\n",
		},
		{
			caption: "Nor is one that this file creates and has used",
			bad: 'FROM acme/base:3\nRUN useradd app\nUSER app\nRUN a\nUSER «root»\nCMD ["a"]\n',
			fixed: 'FROM acme/base:3\nRUN useradd app\nUSER app\nRUN a\nUSER app\nCMD ["a"]\n',
		},
		{
			caption: "Nor one that this file gives files to",
			bad: 'FROM acme/base:3\nCOPY --chown=app:app . /app\nUSER app\nRUN make\nUSER «root»\nRUN chown x /y\nCMD ["/app/run"]\n',
			fixed: 'FROM acme/base:3\nCOPY --chown=app:app . /app\nUSER app\nRUN make\nUSER root\nRUN chown x /y\nUSER app\nCMD ["/app/run"]\n',
		},
		{
			caption: "Nor a plain number",
			bad: "FROM acme/base:3\nUSER 1000:1000\nRUN make\nUSER «root»\n",
			fixed: "FROM acme/base:3\nUSER 1000:1000\nRUN make\nUSER 1000:1000\n",
		},
		{
			caption: "A package's user, for one step: who runs the container is unknown",
			bad: "FROM debian:12\nRUN apt-get install -y postgresql\nUSER postgres\nRUN createdb a\nUSER «root»\nRUN make\n",
		},
		{
			caption: "That it owns the folders of its service says nothing more",
			bad: 'FROM debian:12\nRUN apt-get install -y postgresql && chown -R postgres:postgres /var/run/postgresql\nUSER postgres\nRUN createdb a\nUSER «root»\nCOPY server /srv/\nCMD ["/srv/server"]\n',
		},
		{
			caption: "What a stage for tests ends with is not in the image below",
			bad: "FROM node:22 AS app\nUSER «root»\nFROM app AS test\nRUN a\n",
		},
		{
			caption: "For editors, whose settings say whom they work as: information only",
			bad: "FROM mcr.microsoft.com/devcontainers/base:bookworm\nUSER «root»\nRUN make\n",
		},
		{
			caption: "Whatever their tag is",
			bad: "ARG V\nFROM mcr.microsoft.com/devcontainers/base:${V}\nUSER «root»\nRUN make\n",
		},
		{
			caption: "The init system that the image starts with: information only",
			bad: "FROM phusion/baseimage:noble-1.0.3\nRUN useradd app\nUSER «root»\n",
		},
		{ caption: "One by a variable", bad: "FROM debian:12\nENV INIT=initsh\nUSER «root»\nENTRYPOINT /usr/bin/$INIT\n" },
		{
			caption: "One by its name: nothing to propose",
			bad: 'FROM debian:12\nRUN useradd app\nUSER «root»\nCMD ["/usr/bin/saltinit"]\n',
		},
		{
			caption: "A small init is none",
			bad: 'FROM node:22\nUSER «root»\nENTRYPOINT ["dumb-init", "--"]\nCMD ["node"]\n',
			fixed: 'FROM node:22\nUSER 1000:1000\nENTRYPOINT ["dumb-init", "--"]\nCMD ["node"]\n',
		},
		{
			caption: "Nor is a program that prepares something, whatever it is called",
			bad: 'FROM node:22\nUSER «root»\nCMD ["sh", "-c", "bin/db-init && exec server"]\n',
			fixed: 'FROM node:22\nUSER 1000:1000\nCMD ["sh", "-c", "bin/db-init && exec server"]\n',
		},
		{ caption: "A variable hides what starts", bad: "ARG BASE\nFROM $BASE\nRUN useradd app\nUSER «root»\n" },
		{
			caption: "Windows",
			bad: "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\r\nUSER «ContainerAdministrator»\r\nRUN setx /m PATH a\r\n",
			fixed:
				"FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\r\nUSER ContainerAdministrator\r\nRUN setx /m PATH a\r\nUSER ContainerUser\r\n",
		},
		{
			caption: "Windows, on an image that nobody knows",
			bad: "FROM acme/windows\nUSER «ContainerAdministrator»\n",
			fixed: "FROM acme/windows\nUSER ContainerUser\n",
		},
		{
			caption: "The monitor of Internet Information Services needs it: information only",
			bad: "FROM mcr.microsoft.com/windows/servercore/iis:windowsservercore-ltsc2022\nUSER «ContainerAdministrator»\n",
		},
		{
			caption: "The entry point hands over: information only",
			bad: 'FROM debian:12\nUSER «root»\nENTRYPOINT ["setpriv", "--reuid=app", "a"]\n',
		},
		{ caption: "Nobody else may enter root's home", bad: 'FROM node:22\nUSER «root»\nWORKDIR /root/app\nCMD ["node", "a.js"]\n' },
		{
			caption: "Nor run what is root's alone",
			bad: 'FROM debian:12\nRUN useradd app\nCOPY run.sh /opt/\nRUN chown root:root /opt/run.sh && chmod 500 /opt/run.sh\nUSER «root»\nCMD ["/opt/run.sh"]\n',
		},
		{
			caption: "Root by an entry that the file writes",
			bad: "FROM debian:12\nRUN echo 'r1:x:0:0::/:/bin/sh' >> /etc/passwd\nUSER «r1»\n",
			fixed: "FROM debian:12\nRUN echo 'r1:x:0:0::/:/bin/sh' >> /etc/passwd\nUSER 10001:10001\n",
		},
		{
			caption: "An entry whose number changes behind it",
			good: "FROM debian:12\nRUN echo 'app:x:0:0::/:/bin/sh' >> /etc/passwd && usermod -u 1000 app\nUSER app\n",
		},
		{ caption: "An editor's user is there", bad: "FROM debian:12\nRUN useradd -m vscode\nUSER «root»\n" },
		{
			caption: "Builder stages may be root",
			good: "FROM debian:12 AS build\nUSER root\nRUN make\nFROM debian:12\nUSER 1000\n",
			notBuilt: true,
		},
		{
			caption: "Group 0 is OpenShift's way; a name begins with root",
			good: "FROM debian:12\nUSER 1001:0\nFROM debian:12\nUSER rootless\n",
		},
		{ caption: "A variable that only the build knows", good: "FROM debian:12\nARG RUN_AS\nUSER $RUN_AS\n" },
		{ caption: "Declared again with a value", good: "FROM debian:12\nARG U\nARG U=app\nUSER ${U:-root}\n" },
		{ caption: "Or without one, which leaves it", good: "FROM debian:12\nARG U=app\nARG U\nUSER ${U:-root}\n" },
		{
			caption: "A script may start an SSH server",
			bad: 'FROM alpine:3.22\nUSER «root»\nRUN apk add openssh\nEXPOSE 22\nCMD ["/start.sh"]\n',
		},
	],
	check(file) {
		const reported = new Set<Step>();
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped") continue;
			const { value, step } = userAt(stage);
			const user = value.kind === "set" ? value.value : userWithoutArgument(step);
			if (step === undefined || user === undefined || !isRootAccount(stage, user) || reported.has(step)) continue;
			reported.add(step);
			const intended = rootStartOf(stage);
			reports.push({
				span: userSpan(step),
				message: messageFor(user, intended),
				...(intended === undefined && !isEditorImage(stage) ? {} : { severity: "info" as LintSeverity }),
				fixes: () => (intended === undefined && mayRunAsAnother(stage) ? fixesFor(stage, step) : []),
				related: stage.image === undefined ? [] : [{ span: stage.image.span, message: "The stage that is shipped" }],
			});
		}
		return reports;
	},
});

function messageFor(user: string, intended: RootStart | undefined): string {
	const last = `USER ${shortened(user, 40)} is the last one`;
	if (intended === undefined) return `The container runs as ${isAdministrator(user) ? "administrator" : "root"}: ${last}`;
	return intended.kind === "handsOver" ? `${last}, and the start hands over to another user` : `${last}, and ${intended.program} needs it`;
}

function userSpan(step: Step): Span {
	return sourceSpan(step.arguments, 0, step.arguments.text.length);
}

function fixesFor(stage: Stage, step: Step): readonly Fix[] {
	const proposal = proposalAfterRoot(stage, step);
	if (proposal === undefined) return [];
	const note = "What the program writes to must belong to this user.";
	// Steps below USER were written for root: they keep it, and another USER follows them.
	const alone =
		proposal.creation === undefined &&
		step.stage === stage &&
		!stage.steps.some(({ ordinal, keyword }) => ordinal > step.ordinal && (keyword === "RUN" || keyword === "WORKDIR"));
	const edit = alone ? replace(userSpan(step), proposal.user) : insertBeforeStart(stage, runAsLines(proposal));
	return edit === undefined ? [] : [{ title: proposal.title, safety: "review", edits: [edit], note }];
}
