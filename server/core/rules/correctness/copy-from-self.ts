import { stageReferences } from "../../dockerfile/edits/stageReferences.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const copyFromSelf = defineRule({
	id: "copy-from-self",
	title: "A stage takes files from itself",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3023"],
		["trivy", "DS-0006"],
		["kics", "cdddb86f-95f6-4fc4-b5a1-483d9afceb2b"],
		["semgrep", "copy-from-own-alias"],
		["droast", "DF050"],
	),
	onlyWith: { texts: ["from="] },
	why: "The builder stops: a stage cannot be finished before it begins.",
	remedy: "Name the stage or the image that has the files. To copy within a stage, use `cp` in RUN.",
	references: ["https://docs.docker.com/reference/dockerfile/#copy---from"],
	examples: [
		{
			caption: "The name of the wrong stage",
			bad: "FROM golang:1.22 AS build\nRUN go build -o /app\nFROM debian:12 AS final\nCOPY --from=«final» /app /app\n",
		},
		{
			caption: "Another stage",
			good: "FROM golang:1.22 AS build\nRUN go build -o /app\nFROM debian:12 AS final\nCOPY --from=build /app /app\n",
		},
		{
			caption: "By name, by number, in a mount",
			bad: "FROM debian:12 AS a\nFROM debian:12 AS b\nCOPY --from=«B» /x /y\nCOPY --from=«1» /x /y\nRUN --mount=type=bind,from=«b»,target=/z true\n",
		},
		{ caption: "The last stage of a name is meant", bad: "FROM debian:12 AS a\nFROM debian:12 AS a\nCOPY --from=«a» /x /y\n" },
		{
			caption: "Another stage, an image, another file",
			good: "FROM debian:12 AS a\nFROM debian:12 AS b\nCOPY --from=a /x /y\nCOPY --from=c /x /y\nONBUILD COPY --from=b /x /y\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const { stage, inside, step, span, text } of stageReferences(file)) {
			if (stage !== inside || step?.keyword === "ADD") continue;
			reports.push({
				span,
				message: `${shortened(text, 50)} is the stage that this instruction is in`,
				related: [{ span: stage.from.span, message: "The stage" }],
			});
		}
		return reports;
	},
});
