import { labelsWithKey } from "../../dockerfile/variables/labels.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

const KEYS = ["org.opencontainers.image.revision"];

export const labelRevisionInvalid = defineRule({
	id: "label-revision-invalid",
	title: "The value of a label is no commit",
	category: "labels",
	severity: "warning",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3055"]),
	onlyWith: { instructions: ["LABEL"] },
	why: "The revision leads from an image to the sources that it was made from. The name of a branch or a version leads to whatever that is today.",
	remedy: "Use the id of the commit: `git rev-parse HEAD`.",
	references: ["https://specs.opencontainers.org/image-spec/annotations/", "https://git-scm.com/docs/git-rev-parse"],
	options: [{ name: "labels", description: "Further keys whose values are commits.", default: [] }],
	examples: [
		{ caption: "A branch", bad: "FROM debian:12\nLABEL org.opencontainers.image.revision=«main»\n" },
		{ caption: "A commit", good: "FROM debian:12\nLABEL org.opencontainers.image.revision=3f2a1b0\n" },
		{
			caption: "Branches, versions, ids that are too short",
			bad: 'FROM debian:12\nLABEL org.opencontainers.image.revision=«main» commit=«v1.2.3»\nLABEL org.opencontainers.image.revision "«abc12»"\n',
			options: { labels: ["commit"] },
		},
		{
			caption: "Ids, short ones, those of SHA-256, variables",
			good: `FROM debian:12\nARG C\nLABEL org.opencontainers.image.revision=3f2a1b0\nLABEL org.opencontainers.image.revision=${"a1".repeat(20)}\nLABEL org.opencontainers.image.revision=${"a1".repeat(32)}\nLABEL org.opencontainers.image.revision=$C commit=main\n`,
		},
	],
	check(file, { options }) {
		const reports: Report[] = [];
		for (const { value, valueSpan } of labelsWithKey(file, [...KEYS, ...(options["labels"] as readonly string[])])) {
			if (value === undefined || value.trim() === "" || /^(?:[0-9a-f]{7,40}|[0-9a-f]{64})$/i.test(value)) continue;
			reports.push({ span: valueSpan, message: `${shortened(value, 50)} is not the id of a commit` });
		}
		return reports;
	},
});
