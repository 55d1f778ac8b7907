import { cacheMountsOf } from "../../dockerfile/cacheTargets.ts";
import { replace } from "../../dockerfile/edit.ts";
import { stepsBehind } from "../../dockerfile/mentions.ts";
import type { Step } from "../../dockerfile/model.ts";
import { mountTarget } from "../../dockerfile/mountCoverage.ts";
import { mountOption } from "../../dockerfile/mounts.ts";
import { callHasOption, packageCallsOf } from "../../dockerfile/packageCalls.ts";
import { runSteps } from "../../dockerfile/scripts.ts";
import { defineRule, type Report } from "../rule.ts";

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
			fixed: "FROM debian:12\nRUN --mount=type=cache,id=lib,dst=/var/lib/apt/lists apt-get update && apt-get install -y gcc\n",
		},
		{
			caption: "The lists alone, or no cache",
			good: "FROM debian:12\nRUN --mount=type=cache,target=/var/lib/apt/lists apt-get update\nRUN --mount=type=tmpfs,target=/var/lib/apt apt-get update\n",
		},
	],
	check(file) {
		if (!file.text.includes("/var/lib/apt")) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const mount of cacheMountsOf(step)) {
					const option = mountOption(mount, "target");
					if (option === undefined || mountTarget(step, mount) !== "/var/lib/apt") continue;
					const inPlace = file.text.slice(option.valueSpan.start, option.valueSpan.end) === option.value;
					reports.push({
						span: option.valueSpan,
						message: "The cache mount on /var/lib/apt holds extended_states of apt, too",
						...(removesUnused(step) ? {} : { severity: "hint" as const }),
						fixes: inPlace
							? [{ title: "Mount /var/lib/apt/lists", safety: "review", edits: [replace(option.valueSpan, "/var/lib/apt/lists")] }]
							: [],
					});
				}
			}
		}
		return reports;
	},
});

function removesUnused(step: Step): boolean {
	return [step, ...stepsBehind(step)].some((later) =>
		packageCallsOf(later).some(
			(call) => call.manager === "apt" && (REMOVES_UNUSED.has(call.verb) || callHasOption(call, "--auto-remove", "--autoremove")),
		),
	);
}
