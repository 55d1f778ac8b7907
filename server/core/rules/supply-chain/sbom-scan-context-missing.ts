import { insertGlobalArgument } from "../../dockerfile/edits/edit.ts";
import { contextCopyOf } from "../../dockerfile/files/contextCopies.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { mountOption, mountsOf } from "../../dockerfile/model/mounts.ts";
import { declaresArgument } from "../../dockerfile/variables/variables.ts";
import { defineRule } from "../rule.ts";

const NAME = "BUILDKIT_SBOM_SCAN_CONTEXT";

export const sbomScanContextMissing = defineRule({
	id: "sbom-scan-context-missing",
	title: "The SBOM leaves out what is in the build context",
	category: "supply-chain",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { texts: ["mount=", "from="] },
	why: "The SBOM that BuildKit attests describes the file system of the final image. What is compiled from the context is in it as a binary without a list of its parts: lock files and manifests, from which a scanner could tell the dependencies, stay in the context. A vulnerability in one of them is then not found.",
	remedy:
		"Declare `ARG BUILDKIT_SBOM_SCAN_CONTEXT=true` before the first FROM. What is copied into the shipped stage itself is found without it. It changes nothing but the SBOM, and only where one is made: `docker buildx build --sbom=true --provenance=mode=max`, with the containerd image store or a container builder. `--build-arg` can turn it off, but only an ARG that is declared.",
	references: ["https://docs.docker.com/build/metadata/attestations/sbom/#sbom-scan-arguments"],
	examples: [
		{
			caption: "Sources come from the context",
			bad: "# syntax=docker/dockerfile:1\n# build\n«FROM» golang:1.23 AS build\nCOPY . .\nRUN go build -o /app\nFROM scratch\nCOPY --from=build /app /app\n",
			fixed:
				"# syntax=docker/dockerfile:1\nARG BUILDKIT_SBOM_SCAN_CONTEXT=true\n# build\nFROM golang:1.23 AS build\nCOPY . .\nRUN go build -o /app\nFROM scratch\nCOPY --from=build /app /app\n",
		},
		{
			caption: "Below the other global ARGs",
			bad: "ARG V=1\r\nARG W=2\r\n\r\n«FROM» debian:$V\r\nRUN --mount=target=/src make -C /src\r\n",
			fixed: "ARG V=1\r\nARG W=2\r\nARG BUILDKIT_SBOM_SCAN_CONTEXT=true\r\n\r\nFROM debian:$V\r\nRUN --mount=target=/src make -C /src\r\n",
		},
		{
			caption: "Below a shebang and its syntax line",
			bad: "#!/usr/bin/env -S docker build -f\n# syntax=docker/dockerfile:1\n# build\n«FROM» golang:1.23 AS build\nCOPY . .\nFROM scratch\nCOPY --from=build /app /app\n",
			fixed:
				"#!/usr/bin/env -S docker build -f\n# syntax=docker/dockerfile:1\nARG BUILDKIT_SBOM_SCAN_CONTEXT=true\n# build\nFROM golang:1.23 AS build\nCOPY . .\nFROM scratch\nCOPY --from=build /app /app\n",
		},
		{ caption: "Decided, one way or the other", good: "ARG BUILDKIT_SBOM_SCAN_CONTEXT=false\nFROM debian:12\nCOPY a /a\n" },
		{ caption: "All of it stays in the image, where the SBOM finds it", good: "FROM debian:12 AS base\nCOPY a /a\nFROM base\nCOPY . /b\n" },
		{
			caption: "Nothing comes from the context",
			good: "FROM debian:12 AS a\nFROM debian:12\nCOPY --from=a /a /a\nADD https://example.com/b /b\nCOPY <<EOF /c\nEOF\nRUN --mount=type=cache,target=/c --mount=from=a,target=/a true\n",
		},
	],
	check(file) {
		const first = file.stages[0];
		if (first === undefined || declaresArgument(file, NAME)) return [];
		if (!file.stages.some((stage) => stage.use !== "unused" && stage.steps.some(losesContext))) return [];
		const edit = insertGlobalArgument(file, `ARG ${NAME}=true`);
		return [
			{
				span: first.from.keywordSpan,
				message: "An SBOM of this build leaves out what was in the build context",
				fixes: edit === undefined ? [] : [{ title: "Scan the build context, too", safety: "safe", edits: [edit] }],
			},
		];
	},
});

/** Whether a step reads files of the context that do not stay in the image: by a bind mount, or in a stage that is only copied from. */
function losesContext(step: Step): boolean {
	if (step.keyword === "RUN") return mountsOf(step).some((mount) => mount.type === "bind" && mountOption(mount, "from") === undefined);
	return step.stage.use === "copied" && (contextCopyOf(step)?.sources.length ?? 0) > 0;
}
