import { homeAt } from "../../dockerfile/accounts/home.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import { cacheMountsOf, misplacedCaches } from "../../dockerfile/layers/cacheTargets.ts";
import type { Dockerfile, Step } from "../../dockerfile/model/model.ts";
import { type MountOption, mountOption } from "../../dockerfile/model/mounts.ts";
import { normalPath } from "../../dockerfile/variables/state.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const cacheMountTargetWrong = defineRule({
	id: "cache-mount-target-wrong",
	title: "A cache is mounted where the tool does not look",
	category: "cache",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["RUN"], words: ["mount"] },
	why: "Nothing says that a cache is never used: the build works, fetches everything each time, and leaves the downloads in the layer. Mostly the mount lies in the home of another user than the one that the step runs as, or in `~`, which the builder takes for a name like any other; `$HOME` is empty there.",
	remedy: "Mount the directory that the tool uses for the user in force, spelled out: `target=/home/node/.npm`.",
	references: [
		"https://docs.docker.com/build/cache/optimize/#use-cache-mounts",
		"https://docs.docker.com/reference/dockerfile/#run---mounttypecache",
	],
	examples: [
		{
			caption: "The official image keeps it elsewhere",
			bad: "FROM rust:1.83\nCOPY . .\nRUN --mount=type=cache,target=«/root/.cargo/registry»,sharing=locked cargo build --release\n",
			fixed: "FROM rust:1.83\nCOPY . .\nRUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked cargo build --release\n",
		},
		{
			caption: "Where Cargo looks",
			good: "FROM rust:1.83\nCOPY . .\nRUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked cargo build --release\n",
		},
		{
			caption: "The builder knows no home",
			bad: "FROM node:22\nRUN --mount=type=cache,target=«~/.npm» npm ci\nUSER node\nRUN --mount=type=cache,uid=1000,dst=«$HOME/.npm» \\\n    --mount=type=cache,target=«${HOME}/.x» npm ci\n",
			fixed:
				"FROM node:22\nRUN --mount=type=cache,target=/root/.npm npm ci\nUSER node\nRUN --mount=type=cache,uid=1000,dst=/home/node/.npm \\\n    --mount=type=cache,target=/home/node/.x npm ci\n",
		},
		{
			caption: "The home of another user",
			bad: "FROM node:22\nUSER node\nRUN --mount=type=cache,target=«/root/.npm»,uid=1000,gid=1000 npm ci\nFROM python:3.12\nRUN useradd -u 10001 -d /srv/app app\nUSER app\nRUN --mount=type=cache,target=«/home/app/.cache/pip»,uid=10001 pip install -r requirements.txt\n",
			fixed:
				"FROM node:22\nUSER node\nRUN --mount=type=cache,target=/home/node/.npm,uid=1000,gid=1000 npm ci\nFROM python:3.12\nRUN useradd -u 10001 -d /srv/app app\nUSER app\nRUN --mount=type=cache,target=/srv/app/.cache/pip,uid=10001 pip install -r requirements.txt\n",
		},
		{
			caption: "Images that keep it elsewhere; yarn as root; Fedora 41",
			bad: "FROM rust:1.80\nRUN --mount=type=cache,target=«/root/.cargo/registry» cargo build\nFROM golang:1.22\nRUN --mount=type=cache,target=«/root/go/pkg/mod» --mount=type=cache,target=/root/.cache/go-build go build .\nFROM node:22\nRUN --mount=type=cache,target=«/root/.cache/yarn» yarn install\nFROM fedora:41\nRUN --mount=type=cache,target=«/var/cache/dnf» dnf install -y gcc\n",
			fixed:
				"FROM rust:1.80\nRUN --mount=type=cache,target=/usr/local/cargo/registry cargo build\nFROM golang:1.22\nRUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build go build .\nFROM node:22\nRUN --mount=type=cache,target=/usr/local/share/.cache/yarn yarn install\nFROM fedora:41\nRUN --mount=type=cache,target=/var/cache/libdnf5 dnf install -y gcc\n",
		},
		{
			caption: "Of another tool, another version, another image",
			bad: "FROM python:3.12\nRUN --mount=type=cache,target=«/root/.cache/pip» uv sync\nFROM node:22\nRUN --mount=type=cache,target=«/root/.pnpm-store» pnpm install\nFROM composer:2\nRUN --mount=type=cache,target=«/root/.composer/cache» composer install\n",
			fixed:
				"FROM python:3.12\nRUN --mount=type=cache,target=/root/.cache/uv uv sync\nFROM node:22\nRUN --mount=type=cache,target=/root/.local/share/pnpm/store pnpm install\nFROM composer:2\nRUN --mount=type=cache,target=/tmp/cache composer install\n",
		},
		{
			caption: "apk keeps packages in one place only",
			bad: "FROM alpine:3.20\nRUN --mount=type=cache,target=«/var/cache/apk» \\\n  apk add gcc\n",
			fixed: "FROM alpine:3.20\nRUN --mount=type=cache,target=/etc/apk/cache \\\n  apk add gcc\n",
		},
		{
			caption: "Names that the tools do not use, or no longer",
			bad: "FROM python:3.12\nRUN --mount=type=cache,target=«/root/.pip» pip install a\nFROM node:22\nRUN --mount=type=cache,target=«/root/.pnpm-store» pnpm install\nFROM ruby:3.3\nRUN --mount=type=cache,target=«/root/.gem» bundle install\n",
			fixed:
				"FROM python:3.12\nRUN --mount=type=cache,target=/root/.cache/pip pip install a\nFROM node:22\nRUN --mount=type=cache,target=/root/.local/share/pnpm/store pnpm install\nFROM ruby:3.3\nRUN --mount=type=cache,target=/usr/local/bundle/cache bundle install\n",
		},
		{
			caption: "Names that are nearly right",
			bad: "FROM golang:1.24\nRUN --mount=type=cache,target=«/root/.cache/go» go build\nFROM oven/bun:1\nRUN --mount=type=cache,target=«/root/.cache/bun» bun install\nFROM node:22\nRUN --mount=type=cache,target=«/root/.npm» yarn install\nFROM debian:12\nRUN --mount=type=cache,target=«/var/cache/apts» apt-get install -y x\n",
			fixed:
				"FROM golang:1.24\nRUN --mount=type=cache,target=/root/.cache/go-build go build\nFROM oven/bun:1\nRUN --mount=type=cache,target=/root/.bun/install/cache bun install\nFROM node:22\nRUN --mount=type=cache,target=/usr/local/share/.cache/yarn yarn install\nFROM debian:12\nRUN --mount=type=cache,target=/var/cache/apt apt-get install -y x\n",
		},
		{
			caption: "The cache of npm for what npx calls beside yarn",
			good: "FROM node:22\nRUN --mount=type=cache,target=/root/.npm yarn install && npx node-prune\n",
		},
		{
			caption: "An old pnpm, and gems of a user",
			good: "FROM node:16\nRUN npm i -g pnpm@6\nRUN --mount=type=cache,target=/root/.pnpm-store pnpm install\nFROM ruby:3.3\nENV GEM_HOME=/root/.gem\nRUN --mount=type=cache,target=/root/.gem bundle install\n",
		},
		{
			caption: "In place, or a part, or around it",
			good: "FROM node:22\nRUN --mount=type=cache,target=/root/.npm npm ci\nRUN --mount=type=cache,target=/root/.npm/_cacache npm ci\nRUN --mount=type=cache,target=/root npm ci\nUSER node\nENV HOME=/root\nRUN --mount=type=cache,target=/root/.npm npm ci\nRUN --mount=type=cache,target=$HOME/.npm npm ci\n",
		},
		{
			caption: "Moved by an option, a variable, a configuration or a link",
			good: "FROM node:22\nRUN --mount=type=cache,target=/home/x/.npm npm ci --cache /home/x/.npm\nRUN --mount=type=cache,target=/home/x/.npm npm config set cache /home/x/.npm && npm ci\nFROM node:22\nENV YARN_CACHE_FOLDER=/root/.cache/yarn\nRUN --mount=type=cache,target=/root/.cache/yarn yarn\nFROM alpine:3.20\nRUN ln -s /var/cache/apk /etc/apk/cache\nRUN --mount=type=cache,target=/var/cache/apk apk add gcc\nFROM node:22\nCOPY package.json .npmrc ./\nRUN --mount=type=cache,target=/home/x/.npm npm ci\nFROM node:16\nRUN npm install -g pnpm@6\nRUN --mount=type=cache,target=/root/.pnpm-store pnpm install\nFROM php:8.3-cli\nRUN --mount=type=cache,target=/root/.composer/cache composer install\nFROM python:3.12\nRUN --mount=type=cache,target=/root/.cache/pip pip install uv && uv sync\n",
		},
		{
			caption: "Nobody knows the base image, its user, or what the mount is for",
			good: "FROM example.com/base\nRUN --mount=type=cache,target=/root/.npm npm ci\nFROM node:22\nUSER 4711\nRUN --mount=type=cache,target=/root/.npm npm ci\nFROM node:22\nUSER node\nRUN --mount=type=cache,target=/root/.npm make\nRUN --mount=type=cache,target=/app/.gradle --mount=type=cache,target=node_modules/.cache npm run build\nFROM gradle:8\nRUN --mount=type=cache,target=/root/.gradle gradle build\nARG DIR\nRUN --mount=type=cache,target=$DIR/.npm npm ci\n",
		},
	],
	check(file) {
		if (!file.text.includes("cache")) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				if (step.flags.length === 0) continue;
				const literal = [...literalHomes(file, step)];
				reports.push(...literal);
				for (const { mount, target, tool, path } of misplacedCaches(step)) {
					const option = mountOption(mount, "target");
					if (option === undefined || literal.some(({ span }) => span.start === option.valueSpan.start)) continue;
					reports.push(
						tool === "apk"
							? {
									span: option.valueSpan,
									message: "apk keeps no packages in /var/cache/apk, only where /etc/apk/cache is",
									severity: "info",
									fixes: () => fixesOf(file, option, path),
								}
							: {
									span: option.valueSpan,
									message: `${tool.split(" ")[0]} keeps its cache in ${shortened(path, 36)}, not in ${shortened(target, 30)}`,
									fixes: () => fixesOf(file, option, path),
								},
					);
				}
			}
		}
		return reports;
	},
});

/** Targets with `~`, and with `$HOME` where the file does not declare it. */
function literalHomes(file: Dockerfile, step: Step): readonly Report[] {
	const reports: Report[] = [];
	for (const mount of cacheMountsOf(step)) {
		const option = mountOption(mount, "target");
		const rest = option === undefined ? undefined : /^(?:~|\$HOME|\$\{HOME\})(?=\/|$)(.*)$/su.exec(option.value)?.[1];
		if (option === undefined || rest === undefined) continue;
		const tilde = option.value.startsWith("~");
		if (!tilde) {
			const expansion = expandAt(step, option.value);
			if (expansion.kind !== "known" || !expansion.unset.some(({ name }) => name === "HOME")) continue;
		}
		const home = homeAt(step);
		reports.push({
			span: option.valueSpan,
			message: tilde
				? `${shortened(option.value, 40)} is no home for the builder, but a folder named ~`
				: `HOME is not set for the builder: the target is ${shortened(rest === "" ? "empty" : rest, 40)}`,
			fixes: () => (home.kind === "set" ? fixesOf(file, option, normalPath(home.value + rest)) : []),
		});
	}
	return reports;
}

function fixesOf(file: Dockerfile, { valueSpan, value }: MountOption, path: string): readonly Fix[] {
	if (/[\s,"'$\\]/.test(path) || file.text.slice(valueSpan.start, valueSpan.end) !== value) return [];
	return [{ title: `Mount ${shortened(path, 50)}`, safety: "review", edits: [replace(valueSpan, path)] }];
}
