import { cacheMountsOf } from "../../dockerfile/cacheTargets.ts";
import { insertAfter, replace } from "../../dockerfile/edit.ts";
import { stepsBehind } from "../../dockerfile/mentions.ts";
import type { Step } from "../../dockerfile/model.ts";
import { mountTarget } from "../../dockerfile/mountCoverage.ts";
import { type MountOption, mountOption } from "../../dockerfile/mounts.ts";
import { callHasOption, packageCallsOf } from "../../dockerfile/packageCalls.ts";
import { runSteps } from "../../dockerfile/scripts.ts";
import { expandAt } from "../../dockerfile/variables.ts";
import type { EditFix } from "../../finding.ts";
import { defineRule } from "../rule.ts";

const REMOVES_UNUSED = new Set(["autoremove", "auto-remove", "autopurge"]);

export const cacheMountAptLibWhole = defineRule({
	id: "cache-mount-apt-lib-whole",
	title: "All of /var/lib/apt is on a cache mount",
	category: "cache",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["RUN"], words: ["mount"] },
	why: "`/var/lib/apt` holds more than package lists: in `extended_states` apt notes which packages came along with others. On a mount that note is not part of the image, and the mount brings in the one of other builds. A later `apt-get autoremove` then removes too little, or what was asked for.",
	remedy: "Mount `/var/lib/apt/lists`: that is what the next build can use.",
	references: [
		"https://manpages.debian.org/bookworm/apt/apt-get.8.en.html#FILES",
		"https://docs.docker.com/reference/dockerfile/#run---mounttypecache",
	],
	examples: [
		{
			caption: "What autoremove reads is not in the image",
			bad: "FROM debian:12\nRUN --mount=type=cache,target=«/var/lib/apt/»,sharing=locked apt-get update && apt-get install -y gcc\nRUN apt-get purge -y gcc && apt-get autoremove -y\n",
			fixed:
				"FROM debian:12\nRUN --mount=type=cache,target=/var/lib/apt/lists,sharing=locked apt-get update && apt-get install -y gcc\nRUN apt-get purge -y gcc && apt-get autoremove -y\n",
		},
		{
			caption: "A hint where nothing is removed",
			bad: "FROM debian:12\nRUN --mount=type=cache,id=lib,dst=«/var/lib/apt» apt-get update && apt-get install -y gcc\n",
			fixed: "FROM debian:12\nRUN --mount=type=cache,id=lib-lists,dst=/var/lib/apt/lists apt-get update && apt-get install -y gcc\n",
		},
		{
			caption: "Every mount of the same cache, and no other",
			bad: "FROM debian:12 AS a\nRUN --mount=type=cache,id=lib,target=«/var/lib/apt» apt-get update\nRUN --mount=type=cache,id=lib,target=«/var/lib/apt» apt-get install -y gcc\nFROM a\nRUN --mount=type=cache,target=«/var/lib/apt» apt-get update\nRUN --mount=type=cache,target=«/var/lib/apt/» apt-get install -y g++\n",
			fixed:
				"FROM debian:12 AS a\nRUN --mount=type=cache,id=lib-lists,target=/var/lib/apt/lists apt-get update\nRUN --mount=type=cache,id=lib-lists,target=/var/lib/apt/lists apt-get install -y gcc\nFROM a\nRUN --mount=type=cache,target=/var/lib/apt/lists apt-get update\nRUN --mount=type=cache,target=/var/lib/apt/lists apt-get install -y g++\n",
		},
		{
			caption: "No edit where another mount may be of the same cache",
			bad: "FROM debian:12\nARG LISTS\nRUN --mount=type=cache,target=«/var/lib/apt» apt-get update\nRUN --mount=type=cache,id=/var/lib/apt,target=$LISTS apt-get install -y gcc\n",
		},
		{
			caption: "The lists alone, or no cache",
			good: "FROM debian:12\nRUN --mount=type=cache,target=/var/lib/apt/lists apt-get update\nRUN --mount=type=tmpfs,target=/var/lib/apt apt-get update\n",
		},
	],
	check(file) {
		if (!file.text.includes(WHOLE)) return [];
		const mounts = file.stages.flatMap((stage) => runSteps(stage).flatMap(locatedMounts));
		return mounts
			.filter(({ path }) => path === WHOLE)
			.map((located) => ({
				span: located.target.valueSpan,
				message: "The cache mount on /var/lib/apt holds extended_states of apt, too",
				...(removesUnused(located.step) ? {} : { severity: "hint" as const }),
				fixes: () => fixesOf(located, mounts),
			}));
	},
});

const WHOLE = "/var/lib/apt";
const LISTS = "/var/lib/apt/lists";

interface LocatedMount {
	readonly step: Step;
	readonly target: MountOption;
	/** Undefined where a variable or the base image decides. */
	readonly path: string | undefined;
	/** Without one, the target tells the caches apart. */
	readonly id: MountOption | undefined;
}

function locatedMounts(step: Step): readonly LocatedMount[] {
	return cacheMountsOf(step).flatMap((mount) => {
		const target = mountOption(mount, "target");
		return target === undefined ? [] : [{ step, target, path: mountTarget(step, mount), id: mountOption(mount, "id") }];
	});
}

/** The same repair for every mount of one cache: where one RUN fetches the lists and the next one installs, both have to look in the same place. */
function fixesOf(located: LocatedMount, mounts: readonly LocatedMount[]): readonly EditFix[] {
	const name = cacheName(located);
	const shared = name === undefined ? [] : mounts.filter((other) => cacheName(other) === name);
	const hidden = mounts.some((other) => cacheName(other) === undefined && (other.path ?? WHOLE).startsWith(WHOLE));
	if (hidden || shared.length === 0) return [];
	const isUniform = shared.every(({ path, id }) => path === WHOLE && (id === undefined) === (located.id === undefined));
	if (!isUniform || !shared.every(({ step, target, id }) => standsInPlace(step, target) && (id === undefined || standsInPlace(step, id))))
		return [];
	return [
		{
			title: `Mount ${LISTS}`,
			safety: "review",
			edits: shared.flatMap(({ target, id }) => [
				replace(target.valueSpan, LISTS),
				// What the old cache holds lies one folder too deep.
				...(id === undefined ? [] : [insertAfter(id.valueSpan, "-lists")]),
			]),
		},
	];
}

/** What tells the cache of a mount from others; undefined where a variable that nobody knows is part of it. */
function cacheName({ step, path, id }: LocatedMount): string | undefined {
	if (id === undefined) return path;
	const expansion = expandAt(step, id.value);
	return expansion.kind === "known" && expansion.unset.length === 0 ? expansion.value : undefined;
}

function standsInPlace({ stage }: Step, { value, valueSpan }: MountOption): boolean {
	return stage.file.text.slice(valueSpan.start, valueSpan.end) === value;
}

function removesUnused(step: Step): boolean {
	return [step, ...stepsBehind(step)].some((later) =>
		packageCallsOf(later).some(
			(call) => call.manager === "apt" && (REMOVES_UNUSED.has(call.verb) || callHasOption(call, "--auto-remove", "--autoremove")),
		),
	);
}
