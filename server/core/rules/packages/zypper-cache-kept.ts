import { rootPrefix } from "../../dockerfile/commands/rootPrefix.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { cleaningCall } from "../../dockerfile/layers/cleaningCalls.ts";
import { cacheLeftBy, cacheNeededAfter, ZYPPER_CACHE } from "../../dockerfile/layers/systemCaches.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import type { PackageCall } from "../../dockerfile/packages/packageCalls.ts";
import type { EditFix } from "../../finding.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const zypperCacheKept = defineRule({
	id: "zypper-cache-kept",
	title: "zypper's cache stays in the layer",
	category: "packages",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3036"],
		["trivy", "DS-0020"],
		["kics", "38300d1a-feb2-4a48-936a-d1ef1cd24313"],
		["semgrep", "missing-zypper-clean"],
		["droast", "DF045"],
	),
	onlyWith: { words: ["zypper"] },
	why: "zypper keeps the lists of all packages of its repositories, and what it made of them: often 100 MB, out of date within days, pulled and stored by every host. What a later instruction removes stays in the layer below.",
	remedy: "Append `&& zypper clean --all` to the RUN that installs.",
	references: [
		"https://manpages.opensuse.org/Tumbleweed/zypper/zypper.8.en.html",
		"https://docs.docker.com/build/building/best-practices/#run",
	],
	examples: [
		{ caption: "Cleaned by the RUN that installs", good: "FROM opensuse/leap:15.6\nRUN zypper -n install curl && zypper clean --all\n" },
		{
			caption: "The cache stays",
			bad: "FROM opensuse/leap:15.6\nRUN zypper -n «install» curl\n",
			fixed: "FROM opensuse/leap:15.6\nRUN zypper -n install curl && zypper clean --all\n",
		},
		{
			caption: "Short verbs, in the layout of the file",
			bad: "FROM opensuse/leap:15.6 AS base\r\nRUN zypper ref; \\\r\n    zypper -n «up»\r\nFROM base\r\nRUN zypper cc && \\\r\n    zypper -n «in» \\\r\n    # the tool\r\n    curl\r\n",
			fixed:
				"FROM opensuse/leap:15.6 AS base\r\nRUN zypper ref; \\\r\n    zypper -n up \\\r\n    && zypper clean --all\r\nFROM base\r\nRUN zypper cc && \\\r\n    zypper -n in \\\r\n    # the tool\r\n    curl && \\\r\n    zypper clean --all\r\n",
		},
		{
			caption: "Cleaned in the same layer",
			good: "FROM opensuse/leap:15.6\nRUN zypper -n in a && zypper clean\nRUN zypper -n in b && zypper cc -a\nRUN zypper -n in c && rm -rf /var/cache/zypp*\n",
		},
		{
			caption: "On a mount, for another root, or not shipped",
			good: "FROM opensuse/leap:15.6 AS build\nRUN zypper -n in gcc\nFROM opensuse/leap:15.6\nRUN --mount=type=cache,target=/var/cache/zypp zypper -n in a\nRUN zypper --root /mnt -n in b\nRUN zypper -n rm c\nCOPY --from=build /a /a\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" && stage.use !== "ancestor") continue;
			for (const step of runSteps(stage)) {
				const call = cacheLeftBy(step, ZYPPER_CACHE);
				if (call?.verbWord === undefined) continue;
				reports.push({
					span: call.verbWord.span,
					message: `${call.program} ${call.verb} leaves its cache in the layer`,
					fixes: () => fixesOf(step, call),
				});
			}
		}
		return reports;
	},
});

function fixesOf(step: Step, call: PackageCall): readonly EditFix[] {
	const prefix = rootPrefix(step, call.command);
	const cleaning = prefix === undefined ? undefined : cleaningCall(step, call, "clean --all", prefix);
	if (cleaning === undefined) return [];
	const safety = cacheNeededAfter(step, ZYPPER_CACHE) || !cleaning.certain ? "review" : "safe";
	return [{ title: `Append ${call.program} clean --all`, safety, edits: [cleaning.edit] }];
}
