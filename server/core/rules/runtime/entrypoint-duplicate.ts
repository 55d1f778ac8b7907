import { overriddenSteps } from "../../dockerfile/edits/overridden.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const entrypointDuplicate = defineRule({
	id: "entrypoint-duplicate",
	title: "An ENTRYPOINT has no effect: a later one of the stage replaces it",
	category: "runtime",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(
			["hadolint", "DL4004"],
			["buildkit", "MultipleInstructionsDisallowed"],
			["trivy", "DS-0007"],
			["kics", "6938958b-3f1a-451c-909b-baeee14bdc97"],
			["semgrep", "multiple-entrypoint-instructions"],
			["droast", "DF039"],
		),
		...similar(["sonar", "S6589"], ["dockerfile-utils", "MULTIPLE_INSTRUCTIONS"]),
	],
	onlyWith: { instructions: ["ENTRYPOINT"] },
	why: "An image has one entry point: the last one of its stage. An earlier one that was to drop privileges, to fetch secrets or to wait for a database is left out without a word.",
	remedy:
		'Keep one ENTRYPOINT. Where one program prepares what another one runs, let the first end with `exec "$@"` and name the second in CMD.',
	references: [
		"https://docs.docker.com/reference/dockerfile/#entrypoint",
		"https://docs.docker.com/reference/build-checks/multiple-instructions-disallowed/",
	],
	examples: [
		{
			caption: "The last one counts",
			bad: 'FROM debian:12\n«ENTRYPOINT» ["/usr/local/bin/init"]\nENTRYPOINT ["/usr/local/bin/app"]\n',
			fixed: 'FROM debian:12\nENTRYPOINT ["/usr/local/bin/app"]\n',
		},
		{ caption: "One of them", good: 'FROM debian:12\nENTRYPOINT ["/usr/local/bin/app"]\n' },
		{
			caption: "The last one counts, also one that says: none",
			bad: 'FROM debian:12\n«ENTRYPOINT» ["/init"]\n«ENTRYPOINT» /serve\nENTRYPOINT []\n',
			fixed: "FROM debian:12\nENTRYPOINT []\n",
		},
		{
			caption: "A stage that nobody ships",
			bad: "FROM debian:12 AS a\n«ENTRYPOINT» a\nENTRYPOINT b\nFROM debian:12\nCOPY --from=a /a /a\n",
			fixed: "FROM debian:12 AS a\nENTRYPOINT b\nFROM debian:12\nCOPY --from=a /a /a\n",
		},
		{
			caption: "Another stage's is replaced on purpose, a deferred one is another image's",
			good: 'FROM debian:12 AS a\nENTRYPOINT ["a"]\nONBUILD ENTRYPOINT ["b"]\nFROM a\nENTRYPOINT []\nCMD ["c"]\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const { step, by, fixes } of overriddenSteps(file, "ENTRYPOINT")) {
			reports.push({
				span: step.keywordSpan,
				message: `This ENTRYPOINT has no effect: line ${by.firstLine + 1} sets another one`,
				...(step.stage.use === "shipped" ? {} : { severity: "hint" as const }),
				related: [{ span: by.keywordSpan, message: "This one is in force" }],
				tags: ["unnecessary"],
				fixes,
			});
		}
		return reports;
	},
});
