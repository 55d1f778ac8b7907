import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import { mountTarget } from "../../dockerfile/files/mountCoverage.ts";
import { cacheMountsOf, cacheMountUses } from "../../dockerfile/layers/cacheTargets.ts";
import type { Dockerfile, Stage, Step } from "../../dockerfile/model/model.ts";
import { type Mount, mountOption } from "../../dockerfile/model/mounts.ts";
import { rootBase } from "../../dockerfile/model/stages.ts";
import { packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import type { Fix } from "../../finding.ts";
import { supportLines } from "../../image/supportEnd.ts";
import type { CacheToolId } from "../../knowledge/cacheDirectories.ts";
import { ALPINE, DEBIAN, UBUNTU } from "../../knowledge/supportEnds.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

/** What these keep is of one release of one distribution. */
const OF_A_RELEASE: ReadonlySet<CacheToolId> = new Set(["apt", "apk", "dnf", "dnf5", "yum", "tdnf", "zypper"]);

export const cacheMountIdCollision = defineRule({
	id: "cache-mount-id-collision",
	title: "Stages of different systems share one cache",
	category: "cache",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["RUN"], words: ["mount"] },
	why: "A cache mount without an `id` is named after its target, for all builds of a builder: `/var/cache/apt` of a Debian stage is that of an Ubuntu stage, and `/app/target` of the amd64 build that of the arm64 one. They throw each other's files away at best; at worst one links what the other compiled.",
	remedy:
		"Give each its own: `id=apt-bookworm`, `id=target-$TARGETARCH` (with `ARG TARGETARCH` above). The build argument `BUILDKIT_CACHE_MOUNT_NS` keeps projects apart.",
	references: ["https://docs.docker.com/reference/dockerfile/#run---mounttypecache"],
	examples: [
		{
			caption: "An id for each",
			good: "FROM debian:12 AS a\nRUN --mount=type=cache,target=/var/cache/apt,id=apt-debian-12,sharing=locked apt-get update && apt-get install -y gcc\nFROM ubuntu:24.04\nRUN --mount=type=cache,target=/var/cache/apt,id=apt-ubuntu-24.04,sharing=locked apt-get update && apt-get install -y curl\nCOPY --from=a /a /a\n",
		},
		{
			caption: "Two distributions",
			bad: "FROM debian:12 AS a\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y gcc\nFROM ubuntu:24.04\nRUN --mount=type=cache,«target=/var/cache/apt»,sharing=locked apt-get update && apt-get install -y curl\nCOPY --from=a /a /a\n",
			fixed:
				"FROM debian:12 AS a\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y gcc\nFROM ubuntu:24.04\nRUN --mount=type=cache,target=/var/cache/apt,id=apt-ubuntu-24.04,sharing=locked apt-get update && apt-get install -y curl\nCOPY --from=a /a /a\n",
		},
		{
			caption: "What is compiled for several platforms",
			bad: "FROM rust:1.80 AS build\nARG TARGETARCH\nWORKDIR /app\nRUN --mount=type=cache,«target=/app/target» \\\n    cargo build --release && cp target/release/a /a\nFROM debian:12\nCOPY --from=build /a /a\n",
			fixed:
				"FROM rust:1.80 AS build\nARG TARGETARCH\nWORKDIR /app\nRUN --mount=type=cache,target=/app/target,id=target-$TARGETARCH \\\n    cargo build --release && cp target/release/a /a\nFROM debian:12\nCOPY --from=build /a /a\n",
		},
		{
			caption: "The same release under another name, another tool, another id",
			good: "FROM debian:12 AS a\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y gcc\nFROM node:22-bookworm AS b\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y gcc\nRUN --mount=type=cache,target=/root/.npm npm ci\nFROM node:22-alpine3.20 AS c\nRUN --mount=type=cache,target=/root/.npm npm ci\nFROM ubuntu:24.04\nRUN --mount=type=cache,id=u,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y gcc\n",
		},
		{
			caption: "One platform, a release that nobody knows",
			good: "FROM rust:1.80 AS build\nWORKDIR /app\nRUN --mount=type=cache,target=/app/target cargo build --release\nFROM debian:12\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y gcc\nFROM debian\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y gcc\n",
		},
	],
	check(file) {
		if (!file.text.includes("cache")) return [];
		const owners = new Map<string, string>();
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				if (step.flags.length === 0) continue;
				const release = releaseOf(stage);
				for (const { mount, target, use } of cacheMountUses(step)) {
					const option = mountOption(mount, "target");
					if (option === undefined || release === undefined || !OF_A_RELEASE.has(use.tool.id)) continue;
					const id = mountOption(mount, "id")?.value ?? target;
					const owner = owners.get(id);
					if (owner === undefined) owners.set(id, release);
					if (owner === undefined || owner === release) continue;
					reports.push({
						span: option.span,
						message: `${shortened(id, 30)} is the cache of a stage of ${owner}, too; this one is ${release}`,
						fixes: () => fixesOf(file, mount, `${use.tool.id}-${release.toLowerCase().replace(" ", "-")}`),
					});
				}
				reports.push(...compiled(file, step));
			}
		}
		return reports;
	},
});

/** `Debian 12`; undefined where the tag does not say. */
function releaseOf(stage: Stage): string | undefined {
	const base = rootBase(stage);
	if (base.kind !== "image") return undefined;
	const line = supportLines(base.reference).find(({ product }) => product === DEBIAN || product === UBUNTU || product === ALPINE);
	return line === undefined ? undefined : `${line.product.name} ${line.line}`;
}

/** The target folder of cargo, in a stage that the file builds for several platforms one after another. */
function compiled(file: Dockerfile, step: Step): readonly Report[] {
	if (step.stage.platform !== undefined || !/TARGET(?:ARCH|PLATFORM)/.test(file.text)) return [];
	if (!packageCallsOf(step).some((call) => call.manager === "cargo" && call.kind === "build")) return [];
	const reports: Report[] = [];
	for (const mount of cacheMountsOf(step)) {
		const option = mountOption(mount, "target");
		if (option === undefined || mountOption(mount, "id") !== undefined || !mountTarget(step, mount)?.endsWith("/target")) continue;
		const declared = step.stage.steps.some((other) => other.keyword === "ARG" && /\bTARGETARCH\b/.test(other.arguments.text));
		reports.push({
			span: option.span,
			message: "All platforms of a build share this folder of compiled files",
			fixes: () => (declared ? fixesOf(file, mount, "target-$TARGETARCH") : []),
		});
	}
	return reports;
}

function fixesOf(file: Dockerfile, mount: Mount, id: string): readonly Fix[] {
	const option = mountOption(mount, "target");
	if (option === undefined || mountOption(mount, "id") !== undefined) return [];
	if (file.text.slice(option.valueSpan.start, option.valueSpan.end) !== option.value) return [];
	return [{ title: `Name the cache ${id}`, safety: "review", edits: [insertAfter(option.span, `,id=${id}`)] }];
}
