import { rootPrefix } from "../../dockerfile/commands/rootPrefix.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { cleaningCall } from "../../dockerfile/layers/cleaningCalls.ts";
import { cacheLeftBy, cacheNeededAfter, DNF_CACHE } from "../../dockerfile/layers/systemCaches.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import type { PackageCall } from "../../dockerfile/packages/packageCalls.ts";
import type { EditFix } from "../../finding.ts";
import { DNF_WORDS } from "../needs.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const dnfCacheKept = defineRule({
	id: "dnf-cache-kept",
	title: "dnf's cache stays in the layer",
	category: "packages",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3040"],
		["trivy", "DS-0019", "DS-0027"],
		["kics", "295acb63-9246-4b21-b441-7c1f1fb62dc0"],
		["semgrep", "missing-dnf-clean-all"],
		["terrascan", "AC_DOCKER_00025"],
		["droast", "DF046", "DF004"],
	),
	onlyWith: { words: DNF_WORDS },
	why: "dnf and its relatives microdnf and tdnf keep the lists of all packages of their repositories, and what they made of them: often more than 100 MB, out of date within days, pulled and stored by every host. What a later instruction removes stays in the layer below.",
	remedy: "Append `&& dnf clean all` to the RUN that installs, with the program that it calls.",
	references: [
		"https://dnf.readthedocs.io/en/latest/command_ref.html#clean-command",
		"https://docs.docker.com/build/building/best-practices/#run",
	],
	examples: [
		{ caption: "Cleaned by the RUN that installs", good: "FROM fedora:42\nRUN dnf install -y httpd && dnf clean all\n" },
		{
			caption: "The cache stays",
			bad: "FROM fedora:42\nRUN dnf «install» -y httpd\n",
			fixed: "FROM fedora:42\nRUN dnf install -y httpd && dnf clean all\n",
		},
		{
			caption: "Groups, modules and short forms",
			bad: "FROM fedora:42\nRUN dnf module «install» -y nodejs:18\nRUN dnf -y group «install» x\nRUN dnf -y «in» a\nRUN dnf «up» -y\nRUN dnf «debuginfo-install» -y b\nRUN microdnf module «install» -y c\n",
			fixed:
				"FROM fedora:42\nRUN dnf module install -y nodejs:18 && dnf clean all\nRUN dnf -y group install x && dnf clean all\nRUN dnf -y in a && dnf clean all\nRUN dnf up -y && dnf clean all\nRUN dnf debuginfo-install -y b && dnf clean all\nRUN microdnf module install -y c && microdnf clean all\n",
		},
		{
			caption: "Relatives, in the layout of the file",
			bad: "FROM registry.access.redhat.com/ubi9/ubi-minimal AS base\r\nRUN microdnf «install» -y \\\r\n    # the server\r\n    httpd \\\r\n  && mkdir /x\r\nFROM base\r\nRUN <<EOF\r\nset -e\r\ntdnf «upgrade» -y\r\nEOF\r\n",
			fixed:
				"FROM registry.access.redhat.com/ubi9/ubi-minimal AS base\r\nRUN microdnf install -y \\\r\n    # the server\r\n    httpd \\\r\n  && mkdir /x \\\r\n  && microdnf clean all\r\nFROM base\r\nRUN <<EOF\r\nset -e\r\ntdnf upgrade -y\r\ntdnf clean all\r\nEOF\r\n",
		},
		{
			caption: "With the rights that the install has",
			bad: "FROM acme/base:1\nUSER app\nRUN sudo dnf «install» -y a\nRUN dnf clean all && sudo dnf -y «install» b\n",
			fixed:
				"FROM acme/base:1\nUSER app\nRUN sudo dnf install -y a && sudo dnf clean all\nRUN dnf clean all && sudo dnf -y install b && sudo dnf clean all\n",
		},
		{
			caption: "Where dnf is still there, and was called",
			bad: "FROM fedora:42\nRUN dnf «install» -y a && rpm -e --nodeps dnf5\nRUN dnf «install» -y b && dnf remove -y c\nRUN if command -v dnf; then dnf «install» -y d; fi\n",
			fixed:
				"FROM fedora:42\nRUN dnf install -y a && dnf clean all && rpm -e --nodeps dnf5\nRUN dnf install -y b && dnf remove -y c && dnf clean all\nRUN if command -v dnf; then dnf install -y d && dnf clean all; fi\n",
		},
		{
			caption: "In a function that is called",
			bad: "FROM fedora:42\nRUN f() { dnf «install» -y curl; }; f\n",
			fixed: "FROM fedora:42\nRUN f() { dnf install -y curl && dnf clean all; }; f\n",
		},
		{
			caption: "Cleaned in the same layer",
			good: 'FROM fedora:42\nRUN f() { dnf install -y "$@"; }; f e; dnf clean all\nRUN g() { dnf install -y e; }\nRUN h() { dnf clean all; }; i() { dnf install -y e; }; i; h\nRUN dnf install -y a && dnf clean all\nRUN dnf upgrade -y; yum clean all\nRUN microdnf install -y c && rm -rf /var/cache/{dnf,yum}\nRUN dnf install -y d && rm -rf /var/cache/libdnf5/*\n',
		},
		{
			caption: "On a mount of any generation, for another root, not shipped, or nobody knows",
			good: "FROM fedora:42 AS build\nRUN dnf install -y gcc\nFROM fedora:42\nRUN --mount=type=cache,target=/var/cache/libdnf5 dnf install -y a\nRUN --mount=type=cache,target=/var/cache/dnf dnf install -y a\nRUN dnf --installroot /mnt install -y b\nRUN dnf install -y c && /clean.sh\nRUN dnf remove -y d\nCOPY --from=build /a /a\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" && stage.use !== "ancestor") continue;
			for (const step of runSteps(stage)) {
				const call = cacheLeftBy(step, DNF_CACHE);
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
	const cleaning = prefix === undefined ? undefined : cleaningCall(step, call, "clean all", prefix);
	if (cleaning === undefined) return [];
	const safety = cacheNeededAfter(step, DNF_CACHE) || !cleaning.certain ? "review" : "safe";
	return [{ title: `Append ${call.program} clean all`, safety, edits: [cleaning.edit] }];
}
