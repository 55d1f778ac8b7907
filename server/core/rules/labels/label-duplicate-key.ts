import { removeAssignment } from "../../dockerfile/edits/edit.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import { type Label, labelsOf } from "../../dockerfile/variables/labels.ts";
import type { Fix } from "../../finding.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const labelDuplicateKey = defineRule({
	id: "label-duplicate-key",
	title: "A stage sets the same label twice",
	category: "labels",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["tally", "labels/no-duplicate-keys"]),
	onlyWith: { instructions: ["LABEL"] },
	why: "The last value wins, and the other one only misleads whoever reads the file: a version or a commit that is changed in the wrong place never reaches the image.",
	remedy: "Keep one of the two.",
	references: ["https://docs.docker.com/reference/dockerfile/#label"],
	examples: [
		{
			caption: "The later one counts",
			bad: 'FROM debian:12\nLABEL vendor="Acme" «version="1.0"»\nLABEL version="1.1"\n',
			fixed: 'FROM debian:12\nLABEL vendor="Acme"\nLABEL version="1.1"\n',
		},
		{ caption: "Once each", good: 'FROM debian:12\nLABEL vendor="Acme" version="1.1"\n' },
		{
			caption: "In one instruction, and across them, in any spelling",
			bad: 'FROM debian:12\nLABEL «a=1» b=2 \\\n  «"a"=3»\nLABEL a 4\n',
			fixed: "FROM debian:12\nLABEL b=2\nLABEL a 4\n",
		},
		{
			caption: "The same value, alone in its instruction",
			bad: "FROM debian:12\r\nLABEL «vendor=\"Acme Inc.\"»\r\nRUN true\r\nLABEL vendor='Acme Inc.'\r\n",
			fixed: "FROM debian:12\r\nRUN true\r\nLABEL vendor='Acme Inc.'\r\n",
		},
		{ caption: "A comment would go with it", bad: "FROM debian:12\nLABEL a=0 \\\n  «b=1» \\\n# why\n  c=2\nLABEL b=3\n" },
		{
			caption: "A stage may say it differently than the one it starts from",
			good: "FROM debian:12 AS a\nLABEL v=1 V=2\nFROM a\nLABEL v=3\nFROM debian:12\nLABEL v=4\nONBUILD LABEL v=5\n",
		},
		{ caption: "Keys that only the build knows", good: "FROM debian:12\nARG K\nLABEL $K=1 $K=2\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const labels = labelsOf(stage);
			if (labels.length < 2) continue;
			const later = new Map<string, Label>();
			for (const label of [...labels].reverse()) {
				const winner = later.get(label.key);
				if (winner === undefined) {
					later.set(label.key, label);
					continue;
				}
				const equal = winner.value !== undefined && winner.value === label.value;
				reports.push({
					span: label.assignment.span,
					message: `${shortened(label.key, 50)} is set again further down${equal ? ", to the same value" : ""}`,
					...(equal ? { severity: "info" as const } : {}),
					tags: ["unnecessary"],
					related: [{ span: winner.assignment.span, message: "This value wins" }],
					fixes: () => fixesFor(file, label),
				});
			}
		}
		return reports;
	},
});

function fixesFor(file: Dockerfile, { step, assignment, value, key }: Label): readonly Fix[] {
	const edit = removeAssignment(file, step, assignment);
	// A value with a variable can stop the build: `${V:?}`.
	return edit === undefined ? [] : [{ title: `Remove this ${key}`, safety: value === undefined ? "review" : "safe", edits: [edit] }];
}
