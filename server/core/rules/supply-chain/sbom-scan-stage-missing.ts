import { insertGlobalArgument } from "../../dockerfile/edits/edit.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { declaresArgument } from "../../dockerfile/variables/variables.ts";
import { shortened } from "../../text.ts";
import { defineRule } from "../rule.ts";

const NAME = "BUILDKIT_SBOM_SCAN_STAGE";

export const sbomScanStageMissing = defineRule({
	id: "sbom-scan-stage-missing",
	title: "The SBOM leaves out the stages that built the image",
	category: "supply-chain",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	why: "The SBOM that BuildKit attests describes the last stage alone. Libraries that were linked into a binary, and the compilers and tools that made it, are in the stages before. When one of them turns out to be bad, nobody can tell from the SBOM which images it went into.",
	remedy:
		"Declare `ARG BUILDKIT_SBOM_SCAN_STAGE=true` before the first FROM to scan every stage that is built, or in single stages; a list of stage names as the value picks some. It changes nothing but the SBOM, and only where one is made (`--sbom=true`). What is only used through `FROM` needs none: the last stage holds it.",
	references: ["https://docs.docker.com/build/metadata/attestations/sbom/#scan-stages"],
	examples: [
		{
			caption: "A compiler stage",
			bad: "ARG V=1.23\n«FROM» golang:$V AS build\nRUN go build -o /app\nFROM scratch\nCOPY --from=build /app /app\n",
			fixed:
				"ARG V=1.23\nARG BUILDKIT_SBOM_SCAN_STAGE=true\nFROM golang:$V AS build\nRUN go build -o /app\nFROM scratch\nCOPY --from=build /app /app\n",
		},
		{
			caption: "Reported once",
			bad: "FROM scratch AS files\nCOPY a /a\n«FROM» debian:12 AS one\nRUN a\nFROM debian:12 AS two\nRUN b\nFROM debian:12\nCOPY --from=files /a /a\nCOPY --from=one /b /b\nRUN --mount=from=two,target=/t true\n",
			fixed:
				"ARG BUILDKIT_SBOM_SCAN_STAGE=true\nFROM scratch AS files\nCOPY a /a\nFROM debian:12 AS one\nRUN a\nFROM debian:12 AS two\nRUN b\nFROM debian:12\nCOPY --from=files /a /a\nCOPY --from=one /b /b\nRUN --mount=from=two,target=/t true\n",
		},
		{
			caption: "Decided for one stage",
			good: "FROM golang:1.23 AS build\nARG BUILDKIT_SBOM_SCAN_STAGE=true\nRUN go build\nFROM scratch\nCOPY --from=build /app /app\n",
		},
		{
			caption: "One stage, ancestors of the last one, and stages that nothing needs",
			good: "FROM debian:12 AS base\nRUN a\nFROM debian:12 AS other\nRUN b\nFROM base\nRUN c\n",
		},
	],
	check(file) {
		const stage = file.stages.find(isBuilder);
		if (stage === undefined || declaresArgument(file, NAME)) return [];
		const edit = insertGlobalArgument(file, `ARG ${NAME}=true`);
		return [
			{
				span: stage.from.keywordSpan,
				message: `An SBOM of this build leaves out stage ${shortened(stage.name?.text ?? String(stage.index), 40)}`,
				fixes: edit === undefined ? [] : [{ title: "Scan every stage that is built", safety: "safe", edits: [edit] }],
			},
		];
	},
});

/** A stage that the image takes files from, with a file system that holds more than those files. */
function isBuilder(stage: Stage): boolean {
	return stage.use === "copied" && stage.base.kind !== "scratch" && stage.steps.some((step) => step.keyword === "RUN");
}
