import { stageReferences } from "../../dockerfile/edits/stageReferences.ts";
import type { Dockerfile, Stage } from "../../dockerfile/model/model.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const stageCircular = defineRule({
	id: "stage-circular",
	title: "A stage needs one that comes after it",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["tally", "circular-stage-deps"]),
	why: "The builder stops: it makes the stages in the order in which they stand, and cannot take from one that is not there yet. Two stages that need each other can never be made.",
	remedy:
		"Put the stage that is needed above those that need it. Where two need each other, move what both need into a third one above them.",
	references: ["https://docs.docker.com/reference/dockerfile/#copy---from"],
	examples: [
		{
			caption: "Two that need each other",
			bad: "FROM debian:12 AS a\nCOPY --from=«b» /x /x\nFROM debian:12 AS b\nCOPY --from=a /y /y\n",
		},
		{
			caption: "Through FROM, a number and a mount",
			bad: "FROM debian:12 AS a\nRUN --mount=from=«c»,target=/x true\nCOPY --from=«2» /x /x\nFROM a AS b\nFROM b AS c\n",
		},
		{ caption: "The wrong order", bad: "FROM debian:12 AS a\nCOPY --from=«b» /x /x\nFROM debian:12 AS b\nFROM a\n" },
		{
			caption: "One above, and itself, which is reported otherwise",
			good: "FROM debian:12 AS a\nFROM debian:12 AS b\nCOPY --from=a /x /x\nCOPY --from=b /x /x\n",
		},
		{ caption: "A stage that nobody builds is not looked at", good: "FROM debian:12 AS a\nCOPY --from=b /x /x\nFROM debian:12 AS b\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const { stage: needed, inside: needing, step, span, text } of stageReferences(file)) {
			if (needed.index <= needing.index || step?.keyword === "ADD") continue;
			const loop = needs(file, needed, needing);
			if (!loop && needing.use === "unused") continue;
			reports.push({
				span,
				message: loop
					? `${shortened(text, 30)} itself needs the stage that this instruction is in`
					: `The stage ${shortened(text, 50)} comes after this one`,
				related: [{ span: needed.from.span, message: "The stage that is needed" }],
			});
		}
		return reports;
	},
});

/** Whether one stage needs another, directly or through others. */
function needs(file: Dockerfile, from: Stage, wanted: Stage): boolean {
	const seen = new Set<Stage>();
	const queue = [from];
	for (let stage = queue.pop(); stage !== undefined; stage = queue.pop()) {
		if (stage === wanted) return true;
		if (seen.has(stage)) continue;
		seen.add(stage);
		for (const reference of stageReferences(file)) if (reference.inside === stage) queue.push(reference.stage);
	}
	return false;
}
