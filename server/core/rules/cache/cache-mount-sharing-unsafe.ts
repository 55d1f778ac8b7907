import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter, replace } from "../../dockerfile/edits/edit.ts";
import { isInside } from "../../dockerfile/files/mountCoverage.ts";
import { cacheMountUses } from "../../dockerfile/layers/cacheTargets.ts";
import { mountOption } from "../../dockerfile/model/mounts.ts";
import type { CacheToolId } from "../../knowledge/cacheDirectories.ts";
import { defineRule, type Report } from "../rule.ts";

/** Tools that two builds at once disturb, by their manuals: apt and dnf stop at a lock, the others write without one. */
const ALONE: ReadonlySet<CacheToolId> = new Set([
	"apt",
	"apk",
	"dnf",
	"dnf5",
	"yum",
	"tdnf",
	"zypper",
	"maven",
	"gradle",
	"cargo",
	"composer",
	"yarn",
	"bundler",
]);

export const cacheMountSharingUnsafe = defineRule({
	id: "cache-mount-sharing-unsafe",
	title: "Builds that run at once share a cache that tolerates only one writer",
	category: "cache",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["RUN"], words: ["mount"] },
	why: "A cache mount is shared by all builds of a builder, and by the platforms of one build, unless it says otherwise. apt then stops at `Could not get lock`; others write into each other's files, and a later build finds a broken package. It happens once in a hundred builds, and never when somebody looks.",
	remedy: "Add `sharing=locked`: the second build waits until the first one is done with the cache.",
	references: ["https://docs.docker.com/reference/dockerfile/#run---mounttypecache"],
	examples: [
		{
			caption: "One after the other",
			good: "FROM debian:12\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\\n    --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \\\n    apt-get update && apt-get install -y gcc\n",
		},
		{
			caption: "apt locks what it works on",
			bad: "FROM debian:12\nRUN --mount=type=cache,«target=/var/cache/apt» \\\n    --mount=type=cache,«dst=/var/lib/apt/lists»,id=lists \\\n    apt-get update && apt-get install -y gcc\n",
			fixed:
				"FROM debian:12\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\\n    --mount=type=cache,dst=/var/lib/apt/lists,sharing=locked,id=lists \\\n    apt-get update && apt-get install -y gcc\n",
		},
		{
			caption: "Shared on purpose is no better",
			bad: "FROM maven:3.9-eclipse-temurin-21\nRUN --mount=type=cache,target=/root/.m2,«sharing=shared» mvn package\n",
			fixed: "FROM maven:3.9-eclipse-temurin-21\nRUN --mount=type=cache,target=/root/.m2,sharing=locked mvn package\n",
		},
		{
			caption: "Cargo's lock lies outside of what is mounted",
			bad: "FROM rust:1.80\nRUN --mount=type=cache,«target=/usr/local/cargo/registry» --mount=type=cache,target=/app/target cargo build\n",
			fixed:
				"FROM rust:1.80\nRUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked --mount=type=cache,target=/app/target cargo build\n",
		},
		{
			caption: "Tools that share well, and other modes",
			good: "FROM node:22\nRUN --mount=type=cache,target=/root/.npm npm ci\nRUN --mount=type=cache,target=/usr/local/share/.cache/yarn,sharing=locked yarn\nFROM debian:12\nRUN --mount=type=cache,target=/var/cache/apt,sharing=private apt-get install -y gcc\nRUN --mount=type=cache,target=/root/.cache make\nRUN --mount=type=tmpfs,target=/var/cache/apt apt-get install -y gcc\nFROM rust:1.80\nRUN --mount=type=cache,target=/usr/local/cargo cargo build\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				if (step.flags.length === 0) continue;
				const uses = cacheMountUses(step).filter(({ use }) => ALONE.has(use.tool.id));
				for (const mount of new Set(uses.map((use) => use.mount))) {
					const own = uses.filter((use) => use.mount === mount);
					const sharing = mountOption(mount, "sharing");
					const option = sharing ?? mountOption(mount, "target");
					if (option === undefined || (sharing !== undefined && sharing.value !== "shared")) continue;
					// With all of CARGO_HOME its lock is mounted, too.
					const first = own.find(({ use, path, target }) => use.tool.id !== "cargo" || !holdsLock(target, path));
					if (first === undefined) continue;
					const inPlace = file.text.slice(option.span.start, option.span.end).endsWith(option.value);
					reports.push({
						span: option.span,
						message: `Builds at the same time share this cache, which ${first.use.tool.id} does not tolerate`,
						fixes: inPlace
							? [
									{
										title: "Add sharing=locked",
										safety: "safe",
										edits: [sharing === undefined ? insertAfter(option.span, ",sharing=locked") : replace(sharing.valueSpan, "locked")],
									},
								]
							: [],
					});
				}
			}
		}
		return reports;
	},
});

/** Whether a target holds CARGO_HOME itself, of which `path` is `registry` or `git/db`. */
function holdsLock(target: string, path: string): boolean {
	return isInside(path.replace(/\/(?:registry|git\/db)$/, ""), target);
}
