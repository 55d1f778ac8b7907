import { stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { type CacheConflict, cacheConflicts } from "../../dockerfile/layers/cacheConflicts.ts";
import { aptEdits } from "../../dockerfile/layers/cacheMountFix.ts";
import { cacheMountUses } from "../../dockerfile/layers/cacheTargets.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { mountOption } from "../../dockerfile/model/mounts.ts";
import { rootBase } from "../../dockerfile/model/stages.ts";
import { anyStep } from "../../dockerfile/model/stepFold.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const cacheMountCleanupConflict = defineRule({
	id: "cache-mount-cleanup-conflict",
	title: "A RUN mounts a cache and empties or bypasses it",
	category: "cache",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	subCodes: {
		"docker-clean": "The image is set up to delete packages of apt after each install, so that the mount stays empty",
	},
	onlyWith: { instructions: ["RUN"], words: ["mount"] },
	why: "What lies on a cache mount is no part of the image: there is nothing to clean up. A command that empties it, or an option that bypasses it, makes the next build fetch everything again, and other builds that share the cache with it.\n\nThe images of Debian and Ubuntu come with `/etc/apt/apt.conf.d/docker-clean`, which deletes packages as soon as they are installed: a mount on `/var/cache/apt` stays empty until that file is gone.",
	remedy:
		"Remove the clean-up and the option from the RUN that has the mount. For apt, remove `docker-clean` in a RUN of its own above it, and set `Binary::apt::APT::Keep-Downloaded-Packages`.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#example-cache-apt-packages",
		"https://docs.docker.com/build/cache/optimize/#use-cache-mounts",
	],
	examples: [
		{
			caption: "What was mounted is emptied",
			bad: "FROM node:22\nCOPY package.json package-lock.json ./\nRUN --mount=type=cache,target=/root/.npm npm ci && «npm cache clean --force»\n",
			fixed: "FROM node:22\nCOPY package.json package-lock.json ./\nRUN --mount=type=cache,target=/root/.npm npm ci\n",
		},
		{
			caption: "Kept for the next build",
			good: "FROM node:22\nCOPY package.json package-lock.json ./\nRUN --mount=type=cache,target=/root/.npm npm ci\n",
		},
		{
			caption: "Emptied by a command, or by removing the folder",
			bad: "FROM debian:12\nRUN rm -f /etc/apt/apt.conf.d/docker-clean\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\\n    --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \\\n    apt-get update \\\n    && apt-get install -y gcc \\\n    && «apt-get clean» \\\n    && rm -rf «/var/lib/apt/lists/*» /tmp/x\n",
			fixed:
				"FROM debian:12\nRUN rm -f /etc/apt/apt.conf.d/docker-clean\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\\n    --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \\\n    apt-get update \\\n    && apt-get install -y gcc \\\n    && rm -rf /tmp/x\n",
		},
		{
			caption: "Emptied by its tool",
			bad: "FROM node:22\nRUN --mount=type=cache,target=/root/.npm npm ci && «npm cache clear --force»\nFROM golang:1.22\nRUN --mount=type=cache,target=/root/.cache/go-build go build . && «go clean -cache»\n",
			fixed:
				"FROM node:22\nRUN --mount=type=cache,target=/root/.npm npm ci\nFROM golang:1.22\nRUN --mount=type=cache,target=/root/.cache/go-build go build .\n",
		},
		{
			caption: "The modules of Go, emptied behind what compiles",
			bad: "FROM golang:1.22\nRUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build go build -o /a . && «go clean -modcache»\nRUN --mount=type=cache,target=/go/pkg/mod go mod download && go build . && «go clean -modcache»\n",
			fixed:
				"FROM golang:1.22\nRUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build go build -o /a .\nRUN --mount=type=cache,target=/go/pkg/mod go mod download && go build .\n",
		},
		{
			caption: "Bypassed by an option",
			bad: "FROM python:3.12\nRUN --mount=type=cache,target=/root/.cache/pip \\\n    pip install «--no-cache-dir» -r a.txt && pip install b\nFROM alpine:3.20\nRUN --mount=type=cache,target=/etc/apk/cache,sharing=locked apk add «--no-cache» gcc\n",
			fixed:
				"FROM python:3.12\nRUN --mount=type=cache,target=/root/.cache/pip \\\n    pip install -r a.txt && pip install b\nFROM alpine:3.20\nRUN --mount=type=cache,target=/etc/apk/cache,sharing=locked apk add gcc\n",
		},
		{
			caption: "Bypassed by a variable",
			bad: "FROM python:3.12\nENV PIP_NO_CACHE_DIR=off\nRUN --mount=type=cache,target=/root/.cache/pip pip «install» a\n",
		},
		{
			caption: "docker-clean of Debian",
			bad: "FROM debian:12 AS build\nRUN --mount=type=cache,«target=/var/cache/apt»,sharing=locked --mount=type=cache,target=/var/lib/apt,sharing=locked apt-get update && apt-get install -y gcc\nFROM debian:12\nCOPY --from=build /a /a\n",
			fixed:
				"FROM debian:12 AS build\nRUN rm -f /etc/apt/apt.conf.d/docker-clean \\\n    && echo 'Binary::apt::APT::Keep-Downloaded-Packages \"true\";' > /etc/apt/apt.conf.d/keep-cache\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked --mount=type=cache,target=/var/lib/apt,sharing=locked apt-get update && apt-get install -y gcc\nFROM debian:12\nCOPY --from=build /a /a\n",
		},
		{
			caption: "Cleaned where nothing is mounted, or something else",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y gcc && apt-get clean && rm -rf /var/lib/apt/lists/*\nRUN --mount=type=cache,target=/var/lib/apt/lists,sharing=locked apt-get update && apt-get install -y gcc && apt-get clean\nRUN --mount=type=cache,target=/root/.npm npm ci && rm -rf /tmp/* /var/lib/apt/lists/*\nRUN --mount=type=tmpfs,target=/root/.npm npm ci && npm cache clean --force\n",
		},
		{
			caption: "Packages are kept",
			good: "FROM debian:12\nRUN <<EOF\nrm -f /etc/apt/apt.conf.d/docker-clean\nEOF\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y gcc\nFROM debian:12\nCOPY keep /etc/apt/apt.conf.d/\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y gcc\nFROM example.com/base\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y gcc\n",
		},
		{
			caption: "Not what the commands sound like",
			good: "FROM golang:1.22\nENV UV_NO_CACHE=0\nRUN --mount=type=cache,target=/root/.cache/go-build --mount=type=cache,target=/go/pkg/mod go clean && go build . && rm -rf /root/.cache/go-build-x\nRUN --mount=type=cache,target=/root/.cache/go-build go build && go clean -modcache\nRUN --mount=type=cache,target=/go/pkg/mod go mod download && go clean -cache\nFROM fedora:41\nRUN --mount=type=cache,target=/var/cache/libdnf5,sharing=locked dnf clean metadata && dnf install -y a\n",
		},
	],
	check(file) {
		if (!file.text.includes("cache")) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				if (step.flags.length === 0) continue;
				const conflicts = cacheConflicts(step);
				for (const conflict of conflicts) reports.push(reportOf(conflict));
				if (conflicts.every(({ path }) => path !== "/var/cache/apt")) reports.push(...cleanedByImage(step));
			}
		}
		return reports;
	},
});

function reportOf({ kind, span, text, path, declared, edits }: CacheConflict): Report {
	const inOneRun = declared === undefined || declared.start === span.start;
	return {
		span,
		message: `${shortened(text, 36)} ${kind === "emptied" ? "empties" : "bypasses"} the cache mounted at ${shortened(path, 32)}`,
		fixes: edits === undefined ? [] : [{ title: `Keep the cache at ${shortened(path, 40)}`, safety: "review", edits }],
		...(inOneRun || declared === undefined ? {} : { related: [{ span: declared, message: `${text} is set here` }] }),
	};
}

/** apt's packages on a mount, in an official image that deletes them, where nothing in the file changes that. */
function cleanedByImage(step: Step): readonly Report[] {
	const use = cacheMountUses(step).find(({ use, path }) => use.tool.id === "apt" && path === "/var/cache/apt");
	const option = use === undefined ? undefined : mountOption(use.mount, "target");
	if (use === undefined || option === undefined || !deletesPackages(step)) return [];
	const edits = aptEdits(use.use);
	return [
		{
			span: option.span,
			message: "docker-clean of the base image deletes what apt puts in /var/cache/apt",
			severity: "info",
			subCode: "docker-clean",
			fixes: edits === undefined || edits.length === 0 ? [] : [{ title: "Keep downloaded packages", safety: "review", edits }],
		},
	];
}

function deletesPackages(step: Step): boolean {
	const base = rootBase(step.stage);
	if (base.kind !== "image" || stageFamily(step.stage) !== "debian") return false;
	if (base.reference.registry !== "docker.io" || !base.reference.repository.startsWith("library/")) return false;
	return !keeping.upTo(step);
}

const keeping = anyStep((step) => {
	const text = [step.arguments.text, ...step.heredocs.map((heredoc) => heredoc.body.text)].join("\n");
	return /docker-clean|Keep-Downloaded|apt\.conf|\/etc\/apt\/?(?:\s|"|$)/.test(text);
});
