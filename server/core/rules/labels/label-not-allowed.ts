import { removeAssignment } from "../../dockerfile/edits/edit.ts";
import { labelsOf } from "../../dockerfile/variables/labels.ts";
import { matchesGlob } from "../../glob.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** No key that anybody has agreed on is longer. */
const LONGEST = 500;

export const labelNotAllowed = defineRule({
	id: "label-not-allowed",
	title: "A label is not among those that are allowed",
	category: "labels",
	severity: "info",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3050"]),
	onlyWith: { instructions: ["LABEL"] },
	why: "Where labels drive dashboards, bills and policies, one that nobody has agreed on is noise at best. At worst it is a misspelt one: the image has it, and the tool that looks for the right one does not find it.",
	remedy: "Use a key of the list, or add the new one to it. Without a list in `labels` the rule is silent.",
	references: ["https://docs.docker.com/reference/dockerfile/#label"],
	options: [{ name: "labels", description: "The keys that may be set, with `*`.", default: [] }],
	examples: [
		{ caption: "Misspelt", bad: "FROM debian:12\nLABEL «taem»=web\n", fixed: "FROM debian:12\n", options: { labels: ["team"] } },
		{ caption: "One of them", good: "FROM debian:12\nLABEL team=web\n", options: { labels: ["team"] } },
		{
			caption: "One that nobody knows",
			bad: "FROM debian:12\nLABEL team=a \\\n  «taem»=b org.acme.x=c\nLABEL «owner» me\n",
			fixed: "FROM debian:12\nLABEL team=a \\\n  org.acme.x=c\n",
			options: { labels: ["team", "org.acme.*"] },
		},
		{ caption: "No list, and keys that only the build knows", good: "FROM debian:12\nLABEL a=b\n" },
		{ caption: "Variables", good: "FROM debian:12\nARG K\nLABEL $K=b\n", options: { labels: ["team"] } },
	],
	check(file, { options }) {
		const allowed = options["labels"] as readonly string[];
		if (allowed.length === 0) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const { key, assignment, step } of labelsOf(stage)) {
				if (key.length <= LONGEST && allowed.some((pattern) => matchesGlob(pattern, key))) continue;
				const edit = removeAssignment(file, step, assignment);
				reports.push({
					span: assignment.nameSpan,
					message: `${shortened(key, 60)} is not among the allowed labels`,
					fixes: edit === undefined ? [] : [{ title: `Remove ${key}`, safety: "review", edits: [edit] }],
				});
			}
		}
		return reports;
	},
});
