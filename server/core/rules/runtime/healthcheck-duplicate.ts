import { overriddenSteps } from "../../dockerfile/edits/overridden.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const healthcheckDuplicate = defineRule({
	id: "healthcheck-duplicate",
	title: "A HEALTHCHECK has no effect: a later one of the stage replaces it",
	category: "runtime",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(["hadolint", "DL3012"], ["buildkit", "MultipleInstructionsDisallowed"], ["trivy", "DS-0023"], ["droast", "DF041"]),
		...similar(["dockerfile-utils", "MULTIPLE_INSTRUCTIONS"]),
	],
	onlyWith: { instructions: ["HEALTHCHECK"] },
	why: "An image has one health check: the last one of its stage. A container that is meant to be watched in two ways is watched in one, and a `HEALTHCHECK NONE` at the end switches everything off.",
	remedy: "Keep one HEALTHCHECK; a script can ask for several things and fail if one of them does.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#healthcheck",
		"https://docs.docker.com/reference/build-checks/multiple-instructions-disallowed/",
	],
	examples: [
		{
			caption: "The last one counts",
			bad: "FROM nginx:1.27\n«HEALTHCHECK» --interval=30s CMD curl -f http://localhost/\nHEALTHCHECK --interval=10s CMD curl -f http://localhost/health\n",
			fixed: "FROM nginx:1.27\nHEALTHCHECK --interval=10s CMD curl -f http://localhost/health\n",
		},
		{ caption: "One of them", good: "FROM nginx:1.27\nHEALTHCHECK --interval=10s CMD curl -f http://localhost/health\n" },
		{
			caption: "Two checks",
			bad: "FROM debian:12\n«HEALTHCHECK» --interval=5s CMD a\nHEALTHCHECK CMD b\n",
			fixed: "FROM debian:12\nHEALTHCHECK CMD b\n",
		},
		{
			caption: "None, and then one",
			bad: "FROM debian:12\n«HEALTHCHECK» NONE\nHEALTHCHECK CMD b\n",
			fixed: "FROM debian:12\nHEALTHCHECK CMD b\n",
		},
		{ caption: "One for each stage", good: "FROM debian:12 AS a\nHEALTHCHECK CMD a\nFROM a\nHEALTHCHECK NONE\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const { step, by, fixes } of overriddenSteps(file, "HEALTHCHECK")) {
			reports.push({
				span: step.keywordSpan,
				message: `This HEALTHCHECK has no effect: line ${by.firstLine + 1} sets another one`,
				...(step.stage.use === "shipped" ? {} : { severity: "hint" as const }),
				related: [{ span: by.keywordSpan, message: "This one is in force" }],
				tags: ["unnecessary"],
				fixes,
			});
		}
		return reports;
	},
});
