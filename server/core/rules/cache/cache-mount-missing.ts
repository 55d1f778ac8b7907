import { stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { cacheMountEdits } from "../../dockerfile/layers/cacheMountFix.ts";
import { type CacheUse, cacheUsesOf, hasCacheMount, isTurnedOff, leavesNothing, otherPlace } from "../../dockerfile/layers/cacheUses.ts";
import { hiddenLists } from "../../dockerfile/layers/laterRemovals.ts";
import { buildsAtStart } from "../../dockerfile/layers/startBuilds.ts";
import { refreshesLists } from "../../dockerfile/packages/aptLists.ts";
import { packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import type { EditFix } from "../../finding.ts";
import type { Span } from "../../text.ts";
import { MANAGER_WORDS } from "../needs.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

const MOST_CHARACTERS = 100;

export const cacheMountMissing = defineRule({
	id: "cache-mount-missing",
	title: "Downloads are thrown away after each build",
	category: "cache",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(["tally", "prefer-package-cache-mounts"]),
		...similar(["tally", "js/node-gyp-cache-mounts", "ruby/prefer-bundler-cache-mount"]),
	],
	// Either way the cache is out of the layer: where a shipped layer keeps one, those rules say so.
	supersededBy: [
		"apt-lists-not-removed",
		"apk-cache-kept",
		"pip-cache-kept",
		"yum-cache-kept",
		"dnf-cache-kept",
		"zypper-cache-kept",
		"npm-cache-kept",
		"yarn-cache-kept",
		"bundler-cache-kept",
		"language-cache-kept",
	],
	onlyWith: { words: MANAGER_WORDS },
	why: "When one dependency changes, the layer that installs them is built anew, and everything is fetched again: minutes of waiting, and one more day on which a registry that is slow or down stops the build. A cache mount keeps the downloads with the builder, from build to build, and never becomes part of the image: nothing has to be cleaned up.",
	remedy:
		"Mount a cache where the tool keeps its downloads: `RUN --mount=type=cache,target=/root/.npm npm ci`. Take out what empties or bypasses it, and name the owner where the step does not run as root. Where a layer is cleaned in the same RUN this rule is content as well; BuildKit is needed for mounts.",
	references: [
		"https://docs.docker.com/build/cache/optimize/#use-cache-mounts",
		"https://docs.docker.com/reference/dockerfile/#run---mounttypecache",
	],
	examples: [
		{
			caption: "A builder fetches everything in every build",
			bad: "FROM node:22 AS build\nCOPY package.json package-lock.json ./\nRUN npm «ci»\nFROM node:22\nCOPY --from=build /dist /dist\n",
			fixed:
				"FROM node:22 AS build\nCOPY package.json package-lock.json ./\nRUN --mount=type=cache,target=/root/.npm npm ci\nFROM node:22\nCOPY --from=build /dist /dist\n",
		},
		{
			caption: "Mounted",
			good: "FROM node:22 AS build\nCOPY package.json package-lock.json ./\nRUN --mount=type=cache,target=/root/.npm npm ci\nFROM node:22\nCOPY --from=build /dist /dist\n",
		},
		{
			caption: "In the folder that a call itself names",
			bad: 'FROM maven:3.9-eclipse-temurin-21\nRUN mvn -B «package» "-Dmaven.repo.local=/x"\nFROM gradle:8-jdk21\nRUN gradle -g /x «build»\nFROM mcr.microsoft.com/dotnet/sdk:8.0\nRUN dotnet «restore» -p:RestorePackagesPath=/x\n',
			fixed:
				'FROM maven:3.9-eclipse-temurin-21\nRUN --mount=type=cache,target=/x,sharing=locked mvn -B package "-Dmaven.repo.local=/x"\nFROM gradle:8-jdk21\nRUN --mount=type=cache,target=/x,sharing=locked gradle -g /x build\nFROM mcr.microsoft.com/dotnet/sdk:8.0\nRUN dotnet restore -p:RestorePackagesPath=/x\n',
		},
		{
			caption: "Package lists that a later layer hides are reported there",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y a\nRUN mkdir /a\nRUN rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "In one that nobody knows",
			good: 'FROM maven:3.9-eclipse-temurin-21\nARG R\nRUN mvn package -Dmaven.repo.local=$R\nRUN MAVEN_OPTS="-Xmx1g -Dmaven.repo.local=/x" mvn package\nFROM gradle:8-jdk21\nRUN gradle -g .gradle build\nFROM mcr.microsoft.com/dotnet/sdk:8.0\nRUN dotnet restore --packages pk\n',
		},
		{
			caption: "What bypasses the cache goes",
			bad: "FROM python:3.12 AS build\nRUN --network=default pip «install» \\\n      --no-cache-dir \\\n      # for wheels\n      -r requirements.txt && \\\n    rm -rf /root/.cache/pip && \\\n    pip wheel --no-cache-dir -w /w a\nFROM python:3.12\nCOPY --from=build /w /w\n",
		},
		{
			caption: "What bypasses or empties the cache goes",
			bad: "FROM python:3.12 AS build\nRUN pip «install» \\\n      --no-cache-dir \\\n      # for wheels\n      -r requirements.txt && \\\n    rm -rf /root/.cache/pip && \\\n    pip wheel --no-cache-dir -w /w a && \\\n    rm -rf /tmp/x ~/.cache/pip\nFROM python:3.12\nCOPY --from=build /w /w\n",
			fixed:
				"FROM python:3.12 AS build\nRUN --mount=type=cache,target=/root/.cache/pip pip install \\\n      # for wheels\n      -r requirements.txt && \\\n    pip wheel -w /w a && \\\n    rm -rf /tmp/x\nFROM python:3.12\nCOPY --from=build /w /w\n",
		},
		{
			caption: "apt needs its packages kept, and two directories",
			bad: "FROM debian:12 AS build\nRUN apt-get «update» \\\n    && apt-get install -y --no-install-recommends gcc \\\n    && apt-get clean \\\n    && rm -rf /var/lib/apt/lists/*\nFROM debian:12\nCOPY --from=build /out /out\n",
			fixed:
				"FROM debian:12 AS build\nRUN rm -f /etc/apt/apt.conf.d/docker-clean \\\n    && echo 'Binary::apt::APT::Keep-Downloaded-Packages \"true\";' > /etc/apt/apt.conf.d/keep-cache\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\\n    --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \\\n    apt-get update \\\n    && apt-get install -y --no-install-recommends gcc\nFROM debian:12\nCOPY --from=build /out /out\n",
		},
		{
			caption: "Where Composer caches depends on what the image has: no path, and no edit",
			bad: "FROM ubuntu:24.04 AS build\nRUN composer «install»\nFROM scratch\nCOPY --from=build /a /a\n",
		},
		{
			caption: "Flags on lines of their own; another user; a variable that moves the cache",
			bad: "FROM node:22 AS build\r\nUSER node\r\nRUN --mount=type=bind,source=package.json,target=package.json \\\r\n    --mount=type=bind,source=yarn.lock,target=yarn.lock \\\r\n    «yarn» --frozen-lockfile\r\nENV npm_config_cache=/cache\r\nRUN npm «install» a\r\nFROM scratch\r\nCOPY --from=build /a /a\r\n",
			fixed:
				"FROM node:22 AS build\r\nUSER node\r\nRUN --mount=type=bind,source=package.json,target=package.json \\\r\n    --mount=type=bind,source=yarn.lock,target=yarn.lock \\\r\n    --mount=type=cache,target=/home/node/.cache/yarn,sharing=locked,uid=1000,gid=1000 \\\r\n    yarn --frozen-lockfile\r\nENV npm_config_cache=/cache\r\nRUN --mount=type=cache,target=/cache,uid=1000,gid=1000 npm install a\r\nFROM scratch\r\nCOPY --from=build /a /a\r\n",
		},
		{
			caption: "What later steps read has to be mounted there, too",
			bad: "FROM golang:1.22 AS build\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN go «mod» download\nCOPY . .\nRUN CGO_ENABLED=0 go «build» -o /app .\nFROM scratch\nCOPY --from=build /app /app\n",
			fixed:
				"FROM golang:1.22 AS build\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN --mount=type=cache,target=/go/pkg/mod go mod download\nCOPY . .\nRUN --mount=type=cache,target=/root/.cache/go-build \\\n    --mount=type=cache,target=/go/pkg/mod \\\n    CGO_ENABLED=0 go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\n",
		},
		{
			caption: "What would empty the mount of the modules goes",
			bad: "FROM golang:1.22 AS build\nWORKDIR /src\nCOPY . .\nRUN go «build» -o /a . && go clean -modcache\nFROM alpine:3.20\nCOPY --from=build /a /a\n",
			fixed:
				"FROM golang:1.22 AS build\nWORKDIR /src\nCOPY . .\nRUN --mount=type=cache,target=/root/.cache/go-build \\\n    --mount=type=cache,target=/go/pkg/mod \\\n    go build -o /a .\nFROM alpine:3.20\nCOPY --from=build /a /a\n",
		},
		{
			caption: "In a script",
			bad: "FROM alpine:3.20 AS build\nRUN <<EOF\napk «add» --no-cache gcc\nEOF\nFROM alpine:3.20\nCOPY --from=build /a /a\n",
			fixed:
				"FROM alpine:3.20 AS build\nRUN --mount=type=cache,target=/etc/apk/cache,sharing=locked <<EOF\napk add gcc\nEOF\nFROM alpine:3.20\nCOPY --from=build /a /a\n",
		},
		{
			caption: "Images of Java, .NET and Bun",
			bad: "FROM eclipse-temurin:21 AS java\nRUN ./gradlew «build» --no-daemon\nFROM mcr.microsoft.com/dotnet/sdk:9.0 AS net\nRUN dotnet «restore»\nFROM oven/bun:1 AS bun\nUSER bun\nRUN bun «install»\nRUN bun «ci»\nFROM scratch\nCOPY --from=java /a /a\nCOPY --from=net /b /b\nCOPY --from=bun /c /c\n",
			fixed:
				"FROM eclipse-temurin:21 AS java\nRUN --mount=type=cache,target=/root/.gradle,sharing=locked ./gradlew build --no-daemon\nFROM mcr.microsoft.com/dotnet/sdk:9.0 AS net\nRUN --mount=type=cache,target=/root/.nuget/packages,sharing=locked dotnet restore\nFROM oven/bun:1 AS bun\nUSER bun\nRUN --mount=type=cache,target=/home/bun/.bun/install/cache,uid=1000,gid=1000 bun install\nRUN --mount=type=cache,target=/home/bun/.bun/install/cache,uid=1000,gid=1000 bun ci\nFROM scratch\nCOPY --from=java /a /a\nCOPY --from=net /b /b\nCOPY --from=bun /c /c\n",
		},
		{
			caption: "Packages that dnf would drop, and a clean-up of apk that finds nothing",
			bad: "FROM alpine:3.20 AS other\nRUN apk «add» gcc && rm -rf /var/cache/apk/*\nFROM fedora:41 AS build\nRUN dnf «install» -y gcc && dnf clean all\nFROM fedora:41\nCOPY --from=build /a /a\n",
			fixed:
				"FROM alpine:3.20 AS other\nRUN --mount=type=cache,target=/etc/apk/cache,sharing=locked apk add gcc\nFROM fedora:41 AS build\nRUN --mount=type=cache,target=/var/cache/libdnf5,sharing=locked dnf install --setopt=keepcache=1 -y gcc\nFROM fedora:41\nCOPY --from=build /a /a\n",
		},
		{
			caption: "No edit where something would be missing: a later install without lists, a shipped store, a broad removal",
			bad: "FROM debian:12 AS build\nRUN apt-get «update» && apt-get install -y a\nRUN apt-get «install» -y b\nRUN apt-get «update» && apt-get install -y c && rm -rf /var/lib/{apt,dpkg}/\nFROM golang:1.22\nRUN go «mod» download\nCOPY --from=build /x /x\n",
		},
		{
			caption: "Mounted, in whatever way",
			good: "FROM node:22 AS build\nRUN --mount=type=cache,target=/root/.npm npm ci\nRUN --mount=type=cache,target=/root npm ci\nRUN --mount=type=cache,id=npm,dst=/cache/npm npm ci\nRUN --mount=type=cache,target=/var/lib/apt apt-get update && apt-get install -y a\nARG CACHE\nRUN --mount=type=cache,target=$CACHE pip install a\nFROM scratch\nCOPY --from=build /a /a\n",
		},
		{
			caption: "Cleaned in the layer that is shipped",
			good: "FROM python:3.12\nRUN pip install --no-cache-dir a\nRUN apt-get update && apt-get install -y b && rm -rf /var/lib/apt/lists/*\nRUN apk add --no-cache c\nRUN npm ci && npm cache clean --force\nENV PIP_NO_CACHE_DIR=1\nRUN pip install d\n",
		},
		{
			caption: "The container builds as it starts, out of what is in the image",
			good: "FROM golang:1.24\nRUN go mod download\nCMD GOAMD64=v3 go run ./hello\n",
		},
		{
			caption: "Each goal of Gradle may build",
			good: "FROM eclipse-temurin:21\nRUN ./gradlew classes\nCMD ./gradlew --offline bootRun\n",
		},
		{
			caption: "It only runs what is built",
			bad: 'FROM mcr.microsoft.com/dotnet/sdk:9.0\nRUN dotnet «restore»\nCMD ["dotnet", "out/app.dll"]\n',
		},
		{
			caption: "Nothing is fetched, or nobody knows where to",
			good: "FROM node:22 AS build\nRUN npm run build && npm --version && yarn --version && go mod verify && mvn -v && uv pip list && apt-get install -f && pip install --no-index a\nRUN corepack enable && yarn install --immutable\nARG USER\nUSER $USER\nRUN npm ci\nFROM scratch\nCOPY --from=build /a /a\n",
		},
		{
			caption: "A folder for the output, flags of the linker, and a build of .NET behind what it needs",
			bad: "FROM mcr.microsoft.com/dotnet/sdk:9.0 AS net\nRUN dotnet «publish» -c Release -o /app\nFROM mcr.microsoft.com/dotnet/sdk:9.0 AS restored\nRUN dotnet publish --no-restore -o /app\nRUN dotnet «restore»\nFROM restored AS other\nRUN dotnet publish -o /app\nFROM scratch\nCOPY --from=net /a /a\nCOPY --from=other /b /b\n",
			fixed:
				"FROM mcr.microsoft.com/dotnet/sdk:9.0 AS net\nRUN --mount=type=cache,target=/root/.nuget/packages,sharing=locked dotnet publish -c Release -o /app\nFROM mcr.microsoft.com/dotnet/sdk:9.0 AS restored\nRUN dotnet publish --no-restore -o /app\nRUN --mount=type=cache,target=/root/.nuget/packages,sharing=locked dotnet restore\nFROM restored AS other\nRUN --mount=type=cache,target=/root/.nuget/packages,sharing=locked dotnet publish -o /app\nFROM scratch\nCOPY --from=net /a /a\nCOPY --from=other /b /b\n",
		},
		{
			caption: "Windows has no such mounts",
			good: "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN npm ci\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stageFamily(stage) === "windows") continue;
			for (const step of runSteps(stage)) {
				const uses = cacheUsesOf(step);
				for (const use of uses) {
					if (hasCacheMount(use, uses) || isTurnedOff(use)) continue;
					if (use.tool.id === "apt" && hiddenLists(file).has(step)) continue;
					if ((stage.use === "shipped" || stage.use === "ancestor") && (leavesNothing(use) || isNeededAtStart(use))) continue;
					reports.push({
						span: spanOf(use),
						message: messageOf(use),
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						fixes: () => fixesOf(use),
					});
				}
			}
		}
		return reports;
	},
});

/** Whether containers build out of what a step fetches: on a mount it would not be in the image. */
function isNeededAtStart({ tool, step }: CacheUse): boolean {
	return tool.neededLater === true && buildsAtStart(step.stage);
}

function spanOf({ step, tool, calls }: CacheUse): Span {
	const call = (tool.id === "apt" ? packageCallsOf(step).find(refreshesLists) : undefined) ?? calls[0];
	return call.verbWord?.span ?? call.command.name?.span ?? call.command.span;
}

function messageOf(use: CacheUse): string {
	const { calls, paths } = use;
	const { manager, program, verb } = calls[0];
	const what = `${manager === "pip" ? "pip" : program} ${verb}`.trim();
	const message = `${what} has no cache mount on ${paths[0]}`;
	return message.length <= MOST_CHARACTERS && otherPlace(use) === undefined ? message : `${what} has no cache mount`;
}

function fixesOf(use: CacheUse): readonly EditFix[] {
	const edits = cacheMountEdits(use);
	if (edits === undefined) return [];
	const note =
		use.tool.neededLater === true
			? "Needs BuildKit; what lies on the mount is not in the layer."
			: use.tool.id === "uv"
				? "Needs BuildKit; set UV_LINK_MODE=copy, because links cannot leave the mount."
				: "Needs BuildKit.";
	return [{ title: `Mount a cache at ${use.paths[0]}`, safety: "review", edits, note }];
}
