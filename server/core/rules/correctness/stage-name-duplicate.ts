import { nameForShared, renameStage } from "../../dockerfile/edits/stageReferences.ts";
import type { Dockerfile, Stage } from "../../dockerfile/model/model.ts";
import type { Fix } from "../../finding.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const stageNameDuplicate = defineRule({
	id: "stage-name-duplicate",
	title: "Two stages have the same name",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3024"],
		["buildkit", "DuplicateStageName"],
		["trivy", "DS-0012"],
		["checkov", "CKV_DOCKER_11"],
		["kics", "f2daed12-c802-49cd-afed-fe41d0b82fed"],
		["semgrep", "alias-must-be-unique"],
		["dockerfile-utils", "DUPLICATE_BUILD_STAGE_NAME"],
		["droast", "DF042"],
	),
	supersededBy: ["stage-name-reserved"],
	why: "Nothing stops the build, and which stage is meant depends on who asks: FROM takes the stage above it, `COPY --from` the last one of the name in the file, even from further up. What is shipped may come from another stage than the one that was tested.",
	remedy: "Give each stage a name of its own. Case does not tell two names apart.",
	references: ["https://docs.docker.com/reference/build-checks/duplicate-stage-name/"],
	examples: [
		{
			caption: "Two builders",
			bad: "FROM golang:1.22 AS build\nRUN go build -o /app\nFROM node:22 AS «build»\nRUN npm ci && npm run build\nFROM debian:12\nCOPY --from=build /dist /dist\n",
			fixed:
				"FROM golang:1.22 AS build-1\nRUN go build -o /app\nFROM node:22 AS build\nRUN npm ci && npm run build\nFROM debian:12\nCOPY --from=build /dist /dist\n",
		},
		{
			caption: "Two names",
			good: "FROM golang:1.22 AS server\nRUN go build -o /app\nFROM node:22 AS web\nRUN npm ci && npm run build\nFROM debian:12\nCOPY --from=server /app /app\nCOPY --from=web /dist /dist\n",
		},
		{
			caption: "FROM means the first one, COPY the last one",
			bad: "FROM golang:1.22 AS build\nFROM build AS test\nFROM node:22 AS «Build»\nFROM debian:12\nCOPY --from=build /a /a\n",
			fixed: "FROM golang:1.22 AS build-1\nFROM build-1 AS test\nFROM node:22 AS Build\nFROM debian:12\nCOPY --from=build /a /a\n",
		},
		{
			caption: "Three of them",
			bad: "FROM a:1 AS x\nFROM x AS «x»\nFROM x AS «X»\nFROM x\nCOPY --from=x /a /a\n",
			fixed: "FROM a:1 AS x-1\nFROM x-1 AS x-2\nFROM x-2 AS X\nFROM x\nCOPY --from=x /a /a\n",
		},
		{
			caption: "Two names, one of which the other would get",
			bad: "FROM a:1 AS x\nFROM b:1 AS x-1\nFROM x-1 AS y\nFROM x AS «x»\nFROM c:1 AS «x-1»\n",
			fixed: "FROM a:1 AS x-1-2\nFROM b:1 AS x-1-2-2\nFROM x-1-2-2 AS y\nFROM x-1-2 AS x\nFROM c:1 AS x-1\n",
		},
		{ caption: "Different names", good: "FROM a:1 AS x\nFROM b:1 AS y\nFROM x\nFROM y\n" },
	],
	check(file) {
		const seen = new Map<string, Stage>();
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.name === undefined) continue;
			const { text, span } = stage.name;
			const before = seen.get(text.toLowerCase());
			seen.set(text.toLowerCase(), stage);
			if (before?.name === undefined) continue;
			reports.push({
				span,
				message: `The stage in line ${before.from.firstLine + 1} is called ${shortened(text, 50)}, too`,
				related: [{ span: before.name.span, message: "The stage above it" }],
				fixes: () => fixesFor(file, before),
			});
		}
		return reports;
	},
});

function fixesFor(file: Dockerfile, before: Stage): readonly Fix[] {
	const name = nameForShared(before);
	const edits = renameStage(file, before, name);
	return edits === undefined ? [] : [{ title: `Rename the one above to ${shortened(name, 40)}`, safety: "review", edits }];
}
