import { stageFamily } from "../../dockerfile/base/baseFacts.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { leavesUserToChildren, rootImageOf } from "../../dockerfile/users/rootImage.ts";
import { type RootStart, rootStartOf } from "../../dockerfile/users/rootStart.ts";
import { mayRunAsAnother } from "../../dockerfile/users/runAs.ts";
import { runAsFixes } from "../../dockerfile/users/runAsFix.ts";
import { isForEditor, unusedUser } from "../../dockerfile/users/unusedUser.ts";
import { userAt } from "../../dockerfile/variables/state.ts";
import type { LintSeverity, Related } from "../../finding.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const userMissing = defineRule({
	id: "user-missing",
	title: "The container runs as root because no USER says otherwise",
	category: "user",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(
			["trivy", "DS-0002"],
			["checkov", "CKV_DOCKER_3"],
			["kics", "fd54f200-402c-4333-a5a4-36ef6709af2f"],
			["semgrep", "missing-user", "missing-user-entrypoint"],
			["sonar", "S6471"],
			["cis", "4.1"],
			["dockle", "CIS-DI-0001"],
			["scout", "default-non-root-user"],
			["droast", "DF020"],
		),
		...similar(["tally", "stateful-root-runtime", "user-created-but-never-used"]),
	],
	supersededBy: ["user-created-but-unused"],
	why: "Root in a container is root for the kernel, too. Who takes over the process can write to every file of the image, install tools, read what is mounted, and needs one flaw in the runtime or the kernel, one socket or one careless volume to be root on the host.\n\nAs another user the same takeover ends at what that user may read and write.",
	remedy:
		"Create a user with fixed numbers, give it the few folders that it writes to, and let `USER uid:gid` be the last word before CMD or ENTRYPOINT. A number needs no entry in `/etc/passwd`, and Kubernetes can verify it. Images that start as root on purpose and hand over with gosu, su-exec or setpriv are reported as information only.",
	references: [
		"https://docs.docker.com/build/building/best-practices/#user",
		"https://docs.docker.com/reference/dockerfile/#user",
		"https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
	],
	examples: [
		{
			caption: "A server that starts as root",
			bad: 'FROM «debian:12»\nCOPY server /usr/local/bin/server\n# How it starts\nCMD ["server"]\n',
			fixed:
				'FROM debian:12\nCOPY server /usr/local/bin/server\nRUN groupadd --gid 10001 app \\\n    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin --no-log-init app\nUSER 10001:10001\n# How it starts\nCMD ["server"]\n',
		},
		{
			caption: "Windows line breaks, BusyBox tools, the first of the start instructions",
			bad: 'FROM «alpine:3.20»\r\nCOPY app /app\r\nEXPOSE 80\r\nHEALTHCHECK CMD wget -q localhost\r\nENTRYPOINT ["/app"]\r\nCMD ["serve"]\r\n',
			fixed:
				'FROM alpine:3.20\r\nCOPY app /app\r\nEXPOSE 80\r\nRUN addgroup -g 10001 app \\\r\n    && adduser -D -H -s /sbin/nologin -u 10001 -G app app\r\nUSER 10001:10001\r\nHEALTHCHECK CMD wget -q localhost\r\nENTRYPOINT ["/app"]\r\nCMD ["serve"]\r\n',
		},
		{
			caption: "Tools that build need a home for their caches",
			bad: 'FROM «golang:1.25-alpine»\nCOPY . /src\nWORKDIR /src\nCMD ["go", "run", "."]\n',
			fixed:
				'FROM golang:1.25-alpine\nCOPY . /src\nWORKDIR /src\nRUN addgroup -g 10001 app \\\n    && adduser -D -s /sbin/nologin -u 10001 -G app app\nUSER 10001:10001\nCMD ["go", "run", "."]\n',
		},
		{
			caption: "Tools that manage systems keep settings in it; with the tools of Debian",
			bad: 'FROM «debian:12» AS a\nCMD ["pulumi"]\n',
			fixed:
				'FROM debian:12 AS a\nRUN groupadd --gid 10001 app \\\n    && useradd --uid 10001 --gid 10001 --create-home --shell /usr/sbin/nologin --no-log-init app\nUSER 10001:10001\nCMD ["pulumi"]\n',
		},
		{
			caption: "A toolchain without a program is there to be worked with",
			bad: "FROM «golang:1.26-trixie»\nRUN echo a\n",
			fixed:
				"FROM golang:1.26-trixie\nRUN echo a\nRUN groupadd --gid 10001 app \\\n    && useradd --uid 10001 --gid 10001 --create-home --shell /usr/sbin/nologin --no-log-init app\nUSER 10001:10001\n",
		},
		{ caption: "A build of root's goes on", bad: 'FROM «maven:3.9»\nRUN ./mvnw compile\nCMD ["mvn", "jetty:run"]\n' },
		{ caption: "It is copied in", bad: "FROM «archlinux»\nCOPY --from=golang:1.25 /usr/local/go /usr/local/go\n" },
		{ caption: "A number has no home", bad: 'FROM «archlinux»\nCMD ["npm", "start"]\n' },
		{
			caption: "The base image brings a user",
			bad: 'FROM «node:22-slim»\nWORKDIR /app\nCOPY . .\nCMD ["node", "app.js"]\n',
			fixed: 'FROM node:22-slim\nWORKDIR /app\nCOPY . .\nUSER 1000:1000\nCMD ["node", "app.js"]\n',
		},
		{
			caption: "A start instruction above the last build step is not the end; one that is commented out needs root if it comes back",
			bad: "FROM «busybox:1»\nCMD top\nRUN touch /a\n\n# For more:\n# RUN touch /b\n\n# See c(1).",
			fixed: "FROM busybox:1\nCMD top\nRUN touch /a\n\n# For more:\n# RUN touch /b\n\n# See c(1).\nUSER 10001:10001",
		},
		{
			caption: "Distroless and scratch need a number, and no command",
			bad: 'FROM golang:1.23 AS build\nRUN go build -o /app .\nFROM «gcr.io/distroless/static-debian12»\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n',
			fixed:
				'FROM golang:1.23 AS build\nRUN go build -o /app .\nFROM gcr.io/distroless/static-debian12\nCOPY --from=build /app /app\nUSER 65532:65532\nENTRYPOINT ["/app"]\n',
		},
		{
			caption: "An image without passwd",
			bad: 'FROM «scratch»\nCOPY app /app\nENTRYPOINT ["/app"]\n',
			fixed: 'FROM scratch\nCOPY app /app\nUSER 10001:10001\nENTRYPOINT ["/app"]\n',
		},
		{
			caption: "Through stage names; builder stages may stay root",
			bad: 'FROM python:3.12 AS base\nENV A=1\nFROM base AS build\nRUN make\nFROM «base»\nCOPY --from=build /a /a\nCMD ["python", "a.py"]\n',
			fixed:
				'FROM python:3.12 AS base\nENV A=1\nFROM base AS build\nRUN make\nFROM base\nCOPY --from=build /a /a\nRUN groupadd --gid 10001 app \\\n    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin --no-log-init app\nUSER 10001:10001\nCMD ["python", "a.py"]\n',
		},
		{ caption: "An image that nobody described decides", bad: "FROM «acme/base:3»\nRUN make" },
		{
			caption: "A user that this file creates is none",
			bad: "FROM «acme/base:3»\nRUN groupadd -g 1500 app && useradd -u 1500 -g app app\n",
			fixed: "FROM acme/base:3\nRUN groupadd -g 1500 app && useradd -u 1500 -g app app\nUSER 1500:1500\n",
		},
		{
			caption: "Nothing starts: still no second user",
			bad: "FROM «alpine:3.22»\nRUN addgroup -g 1654 app && adduser -u 1654 -G app -D app\n",
			fixed: "FROM alpine:3.22\nRUN addgroup -g 1654 app && adduser -u 1654 -G app -D app\nUSER 1654:1654\n",
		},
		{
			caption: "A user for logins, or for a daemon, is there: a second one would be of no use",
			bad: "FROM «debian:12»\nRUN useradd user && echo 'user ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers.d/user\n",
		},
		{ caption: "An init that starts services as their users", bad: "FROM «phusion/baseimage:noble-1.0.3»\nRUN useradd app\n" },
		{ caption: "An editor's user is there", bad: "FROM «debian:12»\nRUN useradd -m vscode\n" },
		{ caption: "An editor's settings say whom it works as", bad: "FROM a AS a\n# See remoteUser\nFROM «elixir:1.18»\n" },
		{
			caption: "Those of another stage do not",
			bad: "FROM a AS dev\n# See remoteUser\nRUN b\nFROM «archlinux»\n",
			fixed: "FROM a AS dev\n# See remoteUser\nRUN b\nFROM archlinux\nUSER 10001:10001\n",
		},
		{
			caption: "Nor where an application starts",
			bad: '# See remoteUser\nFROM «archlinux»\nCMD ["a"]\n',
			fixed: '# See remoteUser\nFROM archlinux\nUSER 10001:10001\nCMD ["a"]\n',
		},
		{ caption: "Its server writes to folders of root", bad: "FROM «nginx:1.27»\nCOPY build /usr/share/nginx/html\n" },
		{ caption: "One that a package brings", bad: 'FROM «debian:12»\nRUN apt-get install -y nginx\nCMD ["/usr/sbin/nginx"]\n' },
		{
			caption: "An application that is called like a server",
			bad: 'FROM «debian:12»\nCOPY tor /app/tor\nCMD ["/app/tor"]\n',
			fixed:
				'FROM debian:12\nCOPY tor /app/tor\nRUN groupadd --gid 10001 app \\\n    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin --no-log-init app\nUSER 10001:10001\nCMD ["/app/tor"]\n',
		},
		{
			caption: "The file prepares them",
			bad: "FROM «nginx:1.27»\nRUN touch /run/nginx.pid && chown -R nginx:nginx /run/nginx.pid /var/cache/nginx\n",
			fixed: "FROM nginx:1.27\nRUN touch /run/nginx.pid && chown -R nginx:nginx /run/nginx.pid /var/cache/nginx\nUSER 101:101\n",
		},
		{
			caption: "A server whose image lets everybody write there",
			bad: "FROM «php:8.5-apache»\nCOPY . /var/www/html\n",
			fixed: "FROM php:8.5-apache\nCOPY . /var/www/html\nUSER 33:33\n",
		},
		{
			caption: "A server whose package has a user for it, to whom its settings belong",
			bad: 'FROM «debian:12»\nRUN apt-get install -y redis-server\nCMD ["redis-server", "/etc/redis/redis.conf"]\n',
		},
		{ caption: "For development", bad: 'FROM «debian:12» AS dev\nCMD ["a"]\n' },
		{
			caption: ".NET brings a user since 8.0",
			bad: 'FROM «mcr.microsoft.com/dotnet/aspnet:8.0»\nENTRYPOINT ["dotnet", "a.dll"]\n',
			fixed: 'FROM mcr.microsoft.com/dotnet/aspnet:8.0\nUSER 1654:1654\nENTRYPOINT ["dotnet", "a.dll"]\n',
		},
		{
			caption: "Not before",
			bad: 'FROM «mcr.microsoft.com/dotnet/runtime:6.0-alpine»\nENTRYPOINT ["dotnet", "a.dll"]\n',
			fixed:
				'FROM mcr.microsoft.com/dotnet/runtime:6.0-alpine\nRUN addgroup -g 10001 app \\\n    && adduser -D -H -s /sbin/nologin -u 10001 -G app app\nUSER 10001:10001\nENTRYPOINT ["dotnet", "a.dll"]\n',
		},
		{
			caption: "The default of an argument is a base image, too; another shell creates no user",
			bad: 'ARG BASE=ubuntu:24.04\nFROM «$BASE»\nSHELL ["pwsh", "-c"]\nCMD ["a"]\n',
			fixed: 'ARG BASE=ubuntu:24.04\nFROM $BASE\nSHELL ["pwsh", "-c"]\nUSER 10001:10001\nCMD ["a"]\n',
		},
		{
			caption: "Windows has names of its own",
			bad: 'FROM «mcr.microsoft.com/windows/servercore:ltsc2022»\nCMD ["a.exe"]\n',
			fixed: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nUSER ContainerUser\nCMD ["a.exe"]\n',
		},
		{
			caption: "In the images of languages, too",
			bad: 'FROM «golang:1.25.7-windowsservercore-ltsc2022»\nCMD ["a.exe"]\n',
			fixed: 'FROM golang:1.25.7-windowsservercore-ltsc2022\nUSER ContainerUser\nCMD ["a.exe"]\n',
		},
		{
			caption: "Starting as root is intended: information, and nothing to repair",
			bad: 'FROM «alpine:3.22»\nRUN adduser -D a && apk add "su-exec>=0.2"\nCOPY docker-entrypoint.sh /\nENTRYPOINT ["/docker-entrypoint.sh"]\n',
		},
		{ caption: "A script is handed what needs root", bad: 'FROM «debian:12»\nENTRYPOINT ["docker-entrypoint.sh"]\nCMD ["containerd"]\n' },
		{ caption: "Docker in Docker", bad: "FROM «docker:27-dind»\n" },
		{ caption: "Started by a script", bad: 'FROM «docker:dind»\nCOPY start.sh /\nENTRYPOINT ["/start.sh"]\n' },
		{ caption: "With options", bad: 'FROM «docker:27-dind-alpine3.22»\nCMD ["--tls=false"]\n' },
		{ caption: "Its engine alone", bad: "FROM «debian:12»\nRUN apt-get install -y docker.io\nVOLUME /var/lib/docker\n" },
		{ caption: "With another program, which may start it", bad: 'FROM «debian:12»\nVOLUME /var/lib/docker\nCMD ["a"]\n' },
		{ caption: "A server of root is", bad: 'FROM «debian:12»\nENTRYPOINT ["tini", "--", "/a.sh"]\nCMD ["nginx", "-g", "daemon off;"]\n' },
		{ caption: "Or, perhaps, a word of its own", bad: 'FROM «python:3.12»\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["cron"]\n' },
		{ caption: "There by ways that are not seen", bad: 'FROM «debian:12»\nRUN make install\nENTRYPOINT ["/run.sh"]\nCMD ["nginx"]\n' },
		{ caption: "The system may bring it", bad: 'FROM «centos:7»\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["init"]\n' },
		{ caption: "It is installed: information", bad: 'FROM «debian:12»\nRUN apt install -y cron\nENTRYPOINT ["/run.sh"]\nCMD ["cron"]\n' },
		{ caption: "Or an SSH server", bad: 'FROM «debian:12»\nRUN apt install -y openssh-server && mkdir /run/sshd\nCMD ["/start.sh"]\n' },
		{
			caption: "A tool that needs a home is, and a number has none",
			bad: 'FROM «mcr.microsoft.com/dotnet/sdk:7.0»\nCOPY mvn-entrypoint.sh /usr/local/bin/\nENTRYPOINT ["/usr/local/bin/mvn-entrypoint.sh"]\nCMD ["mvn"]\n',
		},
		{ caption: "Nobody else may enter root's home", bad: 'FROM «debian:12»\nWORKDIR /root/app\nCMD ["./a"]\n' },
		{ caption: "Somebody is named, here or by an earlier stage", good: "FROM debian:12 AS base\nUSER 1000\nFROM base\nRUN id\n" },
		{ caption: "Root on purpose is another finding", good: 'FROM debian:12\nUSER root\nCMD ["a"]\n' },
		{
			caption: "Images that run as somebody else",
			good: "FROM gcr.io/distroless/static:nonroot\nFROM bitnami/redis\nFROM golang:1.25-nanoserver-ltsc2022\nFROM mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-ltsc2022\n",
		},
		{
			caption: "Hardened images, and names that say so",
			good: "FROM cgr.dev/acme/app:latest\nFROM chainguard/redis\nFROM ghcr.io/acme/web-unprivileged:1\nFROM docker:27-dind-rootless\n",
		},
		{ caption: "Files to be copied out", good: "FROM golang AS build\nRUN make\nFROM scratch\nCOPY --from=build /out /\n" },
		{ caption: "A variable hides the user, or the base", good: 'ARG BASE\nFROM $BASE\nCMD ["a"]\nFROM debian:12\nARG APP\nUSER $APP\n' },
		{ caption: "A list of images for a tool that updates them", good: "FROM python:3.13 AS a\nFROM acme/x:1 AS b\n" },
		{ caption: "For the images that start from this one", good: "FROM node:22\nONBUILD COPY . .\nONBUILD USER node\n" },
		{ caption: "A created user that nobody uses is the better finding", good: 'FROM debian:12\nRUN useradd -u 1000 app\nCMD ["a"]\n' },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" || stage.image === undefined || userAt(stage).step !== undefined || leavesUserToChildren(stage)) continue;
			const root = rootImageOf(stage);
			if (root === undefined) continue;
			const intended = root.known ? rootStartOf(stage) : undefined;
			const account = unusedUser(stage);
			const forEditor = isForEditor(stage);
			reports.push({
				span: account?.nameWord.span ?? stage.image.span,
				message: intended === undefined ? root.message : intendedMessage(stage, intended),
				...(root.known && intended === undefined && !forEditor ? {} : { severity: "info" as LintSeverity }),
				fixes: () => (intended === undefined && !forEditor && mayRunAsAnother(stage) ? runAsFixes(stage, root) : []),
				related: relatedTo(stage),
			});
		}
		return reports;
	},
});

function intendedMessage(stage: Stage, start: RootStart): string {
	if (start.kind === "handsOver") return "No USER: the container starts as root and hands over to another user";
	return `No USER: the container runs as ${stageFamily(stage) === "windows" ? "ContainerAdministrator" : "root"}, which ${start.program} needs`;
}

function relatedTo(stage: Stage): readonly Related[] {
	const first = lineage(stage).at(-1);
	return first === undefined || first === stage || first.image === undefined
		? []
		: [{ span: first.image.span, message: "The base image decides the user" }];
}
