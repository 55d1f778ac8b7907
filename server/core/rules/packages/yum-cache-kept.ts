import { rootPrefix } from "../../dockerfile/commands/rootPrefix.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { dnfGeneration } from "../../dockerfile/layers/caches.ts";
import { cleaningCall } from "../../dockerfile/layers/cleaningCalls.ts";
import { cacheLeftBy, cacheNeededAfter, YUM_CACHE } from "../../dockerfile/layers/systemCaches.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import type { PackageCall } from "../../dockerfile/packages/packageCalls.ts";
import type { EditFix } from "../../finding.ts";
import { DNF_WORDS } from "../needs.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const yumCacheKept = defineRule({
	id: "yum-cache-kept",
	title: "yum's cache stays in the layer",
	category: "packages",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3032"],
		["trivy", "DS-0015"],
		["kics", "00481784-25aa-4a55-8633-3136dfcf4f37"],
		["semgrep", "missing-yum-clean-all"],
		["terrascan", "AC_DOCKER_0009"],
		["droast", "DF047", "DF004"],
	),
	onlyWith: { words: DNF_WORDS },
	why: "yum keeps the lists of all packages of its repositories, and what it made of them: often more than 100 MB, out of date within days, pulled and stored by every host. What a later instruction removes stays in the layer below.",
	remedy: "Append `&& yum clean all && rm -rf /var/cache/yum` to the RUN that installs.",
	references: ["https://man7.org/linux/man-pages/man8/yum.8.html", "https://docs.docker.com/build/building/best-practices/#run"],
	examples: [
		{
			caption: "Cleaned by the RUN that installs",
			good: "FROM centos:7\nRUN yum install -y httpd && yum clean all && rm -rf /var/cache/yum\n",
		},
		{
			caption: "The cache stays",
			bad: "FROM centos:7\nRUN yum «install» -y httpd\n",
			fixed: "FROM centos:7\nRUN yum install -y httpd && yum clean all && rm -rf /var/cache/yum\n",
		},
		{
			caption: "Groups and modules",
			bad: "FROM centos:7\nRUN yum -y group «install» 'Development Tools'\nRUN yum module «install» -y nodejs:18\n",
			fixed:
				"FROM centos:7\nRUN yum -y group install 'Development Tools' && yum clean all && rm -rf /var/cache/yum\nRUN yum module install -y nodejs:18 && yum clean all && rm -rf /var/cache/yum\n",
		},
		{
			caption: "In the layout of the file; where yum is dnf nothing else is left",
			bad: "FROM centos:8 AS base\r\nRUN yum update -y && \\\r\n    # the server\r\n    yum «install» -y httpd && \\\r\n    mkdir /x\r\nFROM base\r\n",
			fixed:
				"FROM centos:8 AS base\r\nRUN yum update -y && \\\r\n    # the server\r\n    yum install -y httpd && \\\r\n    mkdir /x && \\\r\n    yum clean all\r\nFROM base\r\n",
		},
		{
			caption: "Cleaned too early, too little, or later",
			bad: "FROM centos:7\nRUN yum clean all && sudo yum «install» -y a && rm -rf /tmp/*\nRUN yum «install» -y b; yum clean packages\nRUN yum «install» -y c; yum clean dbcache\nRUN yum clean all\n",
			fixed:
				"FROM centos:7\nRUN yum clean all && sudo yum install -y a && rm -rf /tmp/* && yum clean all && rm -rf /var/cache/yum\nRUN yum install -y b && yum clean all && rm -rf /var/cache/yum; yum clean packages\nRUN yum install -y c && yum clean all && rm -rf /var/cache/yum; yum clean dbcache\nRUN yum clean all\n",
		},
		{
			caption: "No edit behind exit",
			bad: "FROM centos:7\nRUN yum «install» -y a; exit 0\n",
			fixed: "FROM centos:7\nRUN yum install -y a && yum clean all && rm -rf /var/cache/yum; exit 0\n",
		},
		{
			caption: "Cleaned in the same layer",
			good: "FROM centos:7\nRUN yum install -y a && yum clean all\nRUN yum install -y b && yum -y clean metadata\nRUN yum install -y c && rm -rf /var/cache/yum\nRUN yum install -y d && rm -rf /var/cache/*\nRUN yum install -y e && dnf clean all\n",
		},
		{
			caption: "On a mount, for another root, not shipped, or nobody knows",
			good: "FROM centos:7 AS build\nRUN yum install -y gcc\nFROM centos:7\nRUN --mount=type=cache,target=/var/cache/yum yum install -y a\nRUN yum --installroot=/mnt install -y b\nRUN yum install -y c && rm -rf $CACHE\nRUN yum remove -y d && yum list\nCOPY --from=build /a /a\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" && stage.use !== "ancestor") continue;
			for (const step of runSteps(stage)) {
				const call = cacheLeftBy(step, YUM_CACHE);
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
	// Versions before dnf leave what belongs to repositories that are gone.
	const generation = dnfGeneration(step.stage);
	const orphans = generation === "dnf" || generation === "dnf5" ? "" : ` && ${prefix}rm -rf /var/cache/yum`;
	const cleaning = prefix === undefined ? undefined : cleaningCall(step, call, "clean all", prefix, orphans);
	if (cleaning === undefined) return [];
	const safety = cacheNeededAfter(step, YUM_CACHE) || !cleaning.certain ? "review" : "safe";
	return [{ title: "Append yum clean all", safety, edits: [cleaning.edit] }];
}
