import { stageBaseFacts } from "../../dockerfile/base/baseFacts.ts";
import {
	hasNoUpdates,
	type SystemUpgrade,
	systemUpgraded,
	systemUpgradeOf,
	upgradesPackages,
} from "../../dockerfile/layers/systemUpgrade.ts";
import { upgradeEdits } from "../../dockerfile/layers/systemUpgradeFix.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { isRootUser } from "../../dockerfile/variables/state.ts";
import type { EditFix } from "../../finding.ts";
import { familiarName, type ImageReference } from "../../image/reference.ts";
import { defineRule, type Report } from "../rule.ts";

export const securityUpgradeMissing = defineRule({
	id: "security-upgrade-missing",
	title: "The shipped image never gets the security updates of its distribution",
	category: "packages",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	excludes: ["system-upgrade-discouraged"],
	why: "An image on a registry is as old as its last build: weeks for the official ones, months for others. What the distribution has repaired since then is published, scanners report it, and attackers read the same advisories. Until the base image is rebuilt the only way to the repaired packages is to install them.\n\nPeople used to advise against upgrades in a Dockerfile. Docker and OWASP no longer do. What speaks against them is that two builds may differ, and that the layer cache keeps an old upgrade: a build that matters has to run without the cache for this layer.",
	remedy:
		"Upgrade early, in one layer together with the removal of what was fetched for it: `apt-get update && apt-get dist-upgrade -y --no-install-recommends && rm -rf /var/lib/apt/lists/*`. Build with `--no-cache-filter`, or let a date in an ARG above it end the cache; where builds have to be reproducible, use a snapshot mirror.",
	references: [
		"https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html",
		"https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often",
		"https://docs.docker.com/reference/cli/docker/buildx/build/#no-cache-filter",
	],
	examples: [
		{
			caption: "The first RUN of apt takes it in",
			bad: "FROM «python:3.11-slim-bookworm»\nRUN apt-get update && apt-get install -y --no-install-recommends curl\n",
			fixed:
				"FROM python:3.11-slim-bookworm\nRUN apt-get update && apt-get dist-upgrade -y --no-install-recommends && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "One layer below FROM and ARG, above everything else",
			bad: "FROM «debian:12»\nARG VERSION=1\n# who runs it\nUSER 10001\n",
			fixed:
				"FROM debian:12\nARG VERSION=1\nRUN apt-get update \\\n    && apt-get dist-upgrade -y --no-install-recommends \\\n    && rm -rf /var/lib/apt/lists/*\n# who runs it\nUSER 10001\n",
		},
		{
			caption: "In the layout of the RUN",
			bad: "FROM «node:22-bookworm-slim» AS base\r\nRUN apt-get update \\\r\n    # tools\r\n    && apt-get install -y curl \\\r\n    && rm -rf /var/lib/apt/lists/*\r\nFROM base\r\nRUN set -eux; \\\r\n    apt-get update; \\\r\n    apt-get install -y git\r\n",
			fixed:
				"FROM node:22-bookworm-slim AS base\r\nRUN apt-get update \\\r\n    && apt-get dist-upgrade -y --no-install-recommends \\\r\n    # tools\r\n    && apt-get install -y curl \\\r\n    && rm -rf /var/lib/apt/lists/*\r\nFROM base\r\nRUN set -eux; \\\r\n    apt-get update; \\\r\n    apt-get install -y git\r\n",
		},
		{
			caption: "The lists stay where a later install needs them",
			bad: "FROM «debian:12»\nRUN apt-get update && \\\n    apt-get install -y curl\nRUN apt-get install -y git\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && \\\n    apt-get dist-upgrade -y --no-install-recommends && \\\n    apt-get install -y curl\nRUN apt-get install -y git\n",
		},
		{
			caption: "In a script",
			bad: "FROM «debian:12»\nRUN <<EOF\nset -e\napt-get update\napt-get install -y curl\nEOF\n",
			fixed:
				"FROM debian:12\nRUN <<EOF\nset -e\napt-get update\napt-get dist-upgrade -y --no-install-recommends\napt-get install -y curl\nrm -rf /var/lib/apt/lists/*\nEOF\n",
		},
		{
			caption: "A RUN that comes too late is not the place",
			bad: "FROM «debian:12»\nCOPY . /app\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n",
			fixed:
				"FROM debian:12\nRUN apt-get update \\\n    && apt-get dist-upgrade -y --no-install-recommends \\\n    && rm -rf /var/lib/apt/lists/*\nCOPY . /app\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "Below the emulator of a foreign processor",
			bad: "FROM «arm32v7/debian:12»\nARG VERSION=1\nLABEL version=$VERSION\nCOPY qemu-arm-static /usr/bin/\nCOPY . /app\n",
			fixed:
				"FROM arm32v7/debian:12\nARG VERSION=1\nLABEL version=$VERSION\nCOPY qemu-arm-static /usr/bin/\nRUN apt-get update \\\n    && apt-get dist-upgrade -y --no-install-recommends \\\n    && rm -rf /var/lib/apt/lists/*\nCOPY . /app\n",
		},
		{
			caption: "In the RUN below it",
			bad: "FROM «arm32v7/debian:12»\nCOPY --from=qemu /usr/bin/qemu-arm-static /usr/bin/\nRUN apt-get update && apt-get install -y curl\n",
			fixed:
				"FROM arm32v7/debian:12\nCOPY --from=qemu /usr/bin/qemu-arm-static /usr/bin/\nRUN apt-get update && apt-get dist-upgrade -y --no-install-recommends && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "Other distributions",
			bad: 'FROM «alpine:3.20»\nRUN apk add --no-cache curl\nCMD ["sh"]\n',
			fixed: 'FROM alpine:3.20\nRUN apk upgrade --no-cache && apk add --no-cache curl\nCMD ["sh"]\n',
		},
		{
			caption: "set -e overlooks what fails in front of &&",
			bad: "FROM «alpine:3.20»\nRUN set -eux; \\\n    apk add --no-cache curl; \\\n    mkdir -p /app\n",
			fixed: "FROM alpine:3.20\nRUN set -eux; \\\n    apk upgrade --no-cache; \\\n    apk add --no-cache curl; \\\n    mkdir -p /app\n",
		},
		{
			caption: "In a script with set -e",
			bad: "FROM «fedora:41»\nRUN <<EOF\nset -e\ndnf install -y curl\ndnf clean all\nEOF\n",
			fixed: "FROM fedora:41\nRUN <<EOF\nset -e\ndnf upgrade -y --refresh --security\ndnf install -y curl\ndnf clean all\nEOF\n",
		},
		{
			caption: "The list that a script ends with",
			bad: "FROM «alpine:3.20»\nRUN set -e && apk add --no-cache curl\n",
			fixed: "FROM alpine:3.20\nRUN set -e && apk upgrade --no-cache && apk add --no-cache curl\n",
		},
		{
			caption: "In front of an install, in the layout of the chain",
			bad: "FROM «alpine:3.20»\nRUN apk add --no-cache \\\n        curl \\\n    && mkdir /app\n",
			fixed: "FROM alpine:3.20\nRUN apk upgrade --no-cache \\\n    && apk add --no-cache \\\n        curl \\\n    && mkdir /app\n",
		},
		{
			caption: "Two commands on the first line of a chain",
			bad: "FROM «debian:12»\nRUN apt-get update && apt-get install -y curl \\\n    && rm -rf /var/lib/apt/lists/*\n",
			fixed:
				"FROM debian:12\nRUN apt-get update \\\n    && apt-get dist-upgrade -y --no-install-recommends \\\n    && apt-get install -y curl \\\n    && rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "In a chain whose lines end with &&",
			bad: "FROM «alpine:3.21»\nRUN mkdir /app && \\\n    apk add --no-cache curl\n",
			fixed: "FROM alpine:3.21\nRUN mkdir /app && \\\n    apk upgrade --no-cache && \\\n    apk add --no-cache curl\n",
		},
		{
			caption: "Red Hat's family has an option for security updates",
			bad: "FROM «rockylinux:9»\n",
			fixed: "FROM rockylinux:9\nRUN dnf upgrade -y --refresh --security \\\n    && dnf clean all\n",
		},
		{
			caption: "The builder is not what is shipped; upgrades of single packages are not enough",
			bad: "FROM debian:12 AS build\nRUN apt-get update && apt-get dist-upgrade -y\nFROM «ubuntu:24.04»\nCOPY --from=build /out /out\nRUN apk upgrade openssl\n",
			fixed:
				"FROM debian:12 AS build\nRUN apt-get update && apt-get dist-upgrade -y\nFROM ubuntu:24.04\nRUN apt-get update \\\n    && apt-get dist-upgrade -y --no-install-recommends \\\n    && rm -rf /var/lib/apt/lists/*\nCOPY --from=build /out /out\nRUN apk upgrade openssl\n",
		},
		{
			caption: "Upgraded, here or in an ancestor",
			good: "FROM debian:12 AS base\nRUN apt-get update && apt-get upgrade -y && rm -rf /var/lib/apt/lists/*\nFROM base\nRUN mkdir /x\n",
		},
		{
			caption: "Upgraded, in other dialects",
			good: "FROM alpine:3.20\nRUN apk -U upgrade\n",
		},
		{
			caption: "Upgraded by a script, perhaps",
			good: "FROM debian:12\nCOPY setup.sh /\nRUN bash /setup.sh\n",
		},
		{
			caption: "Upgraded by a script that is called like that of Autoconf, perhaps",
			good: "FROM debian:12\nCOPY configure /\nRUN /configure\n",
		},
		{
			caption: "Scripts that upgrade nothing: they prepare a build, are only read, or hold settings",
			bad: "FROM «debian:12»\nADD src.tar /src\nRUN cd /src && ./configure && make install\nRUN sh ./configure --prefix=/usr && sh -n start.sh\nRUN tool --external-config settings.sh\n",
			fixed:
				"FROM debian:12\nRUN apt-get update \\\n    && apt-get dist-upgrade -y --no-install-recommends \\\n    && rm -rf /var/lib/apt/lists/*\nADD src.tar /src\nRUN cd /src && ./configure && make install\nRUN sh ./configure --prefix=/usr && sh -n start.sh\nRUN tool --external-config settings.sh\n",
		},
		{
			caption: "Nothing to upgrade, or rebuilt every day",
			good: "FROM golang:1.22 AS build\nFROM gcr.io/distroless/static-debian12\nCOPY --from=build /a /a\n",
		},
		{ caption: "A release whose packages are in the archive", good: "FROM debian:stretch\nRUN mkdir /x\n" },
		{ caption: "An image that was built for the last time on such a release", good: "FROM node:12-slim\nRUN mkdir /x\n" },
		{ caption: "A single release from its time", good: "FROM openjdk:11.0.3-jdk-slim\nRUN mkdir /x\n" },
		{
			caption: "Releases of PyPy from its time",
			good: "FROM pypy:2-5.10\nRUN mkdir /x\nFROM pypy:3.6-slim\nRUN mkdir /x\nFROM pypy:3-7.1-slim\nRUN mkdir /x\n",
		},
		{ caption: "A line that had ended before there was a newer one", good: "FROM php:7.1-apache\nRUN mkdir /x\n" },
		{
			caption: "On an image that was given up, or such an image itself",
			good: "FROM maven:3.6-jdk-8-slim\nRUN mkdir /x\nFROM java:8-jre\nRUN mkdir /x\nFROM java\nRUN mkdir /x\n",
		},
		{
			caption: "Old lines on distributions that have updates still",
			bad: "FROM «node:16-bullseye-slim»\nRUN mkdir /x\n",
			fixed:
				"FROM node:16-bullseye-slim\nRUN apt-get update \\\n    && apt-get dist-upgrade -y --no-install-recommends \\\n    && rm -rf /var/lib/apt/lists/*\nRUN mkdir /x\n",
		},
		{ caption: "A digest that hides the release", good: `FROM nginx@sha256:${"1".repeat(64)}\nRUN mkdir /x\n` },
		{
			caption: "A small variant on another distribution than Debian",
			bad: "FROM «nginx:1.26-alpine-slim»\nRUN mkdir /x\n",
			fixed: "FROM nginx:1.26-alpine-slim\nRUN apk upgrade --no-cache\nRUN mkdir /x\n",
		},
		{ caption: "On one whose package manager the tag does not tell", good: "FROM swift:5.9-rhel-ubi9-slim\nRUN mkdir /x\n" },
		{ caption: "No packages", good: "FROM scratch\nCOPY a /a\n" },
		{ caption: "A base that nobody knows", good: "ARG BASE\nFROM $BASE\nRUN mkdir /x\n" },
		{ caption: "Windows", good: "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN dir\n" },
	],
	check(file) {
		const seen = new Set<Stage>();
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped") continue;
			const root = lineage(stage).at(-1);
			if (root?.base.kind !== "image" || root.image === undefined || seen.has(root)) continue;
			const { rebuiltDaily, shell } = stageBaseFacts(root);
			const upgrade = systemUpgradeOf(root);
			if (upgrade === undefined || rebuiltDaily === true || shell === "none") continue;
			if (systemUpgraded(stage) !== "no" || hasNoUpdates(root.base.reference)) continue;
			seen.add(root);
			reports.push({
				span: root.image.span,
				message: `${nameOf(root.base.reference)} gets ${upgradesPackages(stage) ? "updates for single packages alone" : "no security updates in this build"}`,
				fixes: () => fixesOf(root, upgrade),
			});
		}
		return reports;
	},
});

function nameOf(reference: ImageReference): string {
	const name = `${familiarName(reference)}${reference.tag === undefined ? "" : `:${reference.tag}`}`;
	return name.length <= 60 ? name : "The base image";
}

function fixesOf(root: Stage, upgrade: SystemUpgrade): readonly EditFix[] {
	const user = stageBaseFacts(root).user;
	if (user === undefined || !isRootUser(user)) return [];
	return [
		{
			title: "Install pending updates",
			safety: "review",
			edits: upgradeEdits(root, upgrade),
			note: "The layer cache keeps an old upgrade: build with --no-cache-filter; two builds may then differ.",
		},
	];
}
