import { removeFlag } from "../../dockerfile/edits/edit.ts";
import { checkedFlags } from "../../dockerfile/model/checkedFlags.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const flagDuplicate = defineRule({
	id: "flag-duplicate",
	title: "A flag is given twice",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [...same(["dockerfile-utils", "FLAG_DUPLICATE"]), ...similar(["hadolint", "DL1000"])],
	onlyWith: { texts: ["--"] },
	why: "The builder stops before it runs anything: only `RUN --mount`, `RUN --device` and `--exclude` may be repeated.",
	remedy: "Keep the one that is meant.",
	references: ["https://docs.docker.com/reference/dockerfile/#copy"],
	examples: [
		{
			caption: "The same owner twice",
			bad: "FROM node:22\nCOPY --chown=node --link «--chown=node» . /app\n",
			fixed: "FROM node:22\nCOPY --chown=node --link . /app\n",
		},
		{ caption: "Given once", good: "FROM node:22\nCOPY --chown=node --link . /app\n" },
		{
			caption: "With the same value, and with another",
			bad: "FROM debian:12\nCOPY --from=a «--from=a» x /x\nCOPY --chown=1 --link \\\n  «--chown=2» \\\n  x /x\nHEALTHCHECK --retries=1 «--retries=1» CMD a\n",
			fixed: "FROM debian:12\nCOPY --from=a x /x\nCOPY --chown=1 --link \\\n  \\\n  x /x\nHEALTHCHECK --retries=1 CMD a\n",
		},
		{
			caption: "Flags that may be repeated",
			good: "FROM debian:12\nRUN --mount=type=cache,target=/a --mount=type=cache,target=/b true\nCOPY --exclude=a --exclude=b . /\n",
		},
		{ caption: "A flag that nobody reads", good: "FROM debian:12\nHEALTHCHECK --retries=1 --retries=1 NONE\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const { instruction, flag, kind } of checkedFlags(file)) {
			if (kind === undefined || kind === "list") continue;
			const first = instruction.flags.find((other) => other.name === flag.name);
			if (first === undefined || first === flag) continue;
			reports.push({
				span: flag.span,
				message: `${instruction.keyword} has --${flag.name} twice`,
				related: [{ span: first.span, message: "The first one" }],
				// The file does not build as it stands.
				fixes: [{ title: `Remove the second --${flag.name}`, safety: "review", edits: [removeFlag(file, flag)] }],
			});
		}
		return reports;
	},
});
