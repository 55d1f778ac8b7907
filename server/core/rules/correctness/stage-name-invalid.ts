import { replace } from "../../dockerfile/edits/edit.ts";
import { freeStageName, renameStage } from "../../dockerfile/edits/stageReferences.ts";
import type { Dockerfile, Stage } from "../../dockerfile/model/model.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import type { Fix } from "../../finding.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const stageNameInvalid = defineRule({
	id: "stage-name-invalid",
	title: "The name of a stage, or the word AS, is misspelt",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [...same(["dockerfile-utils", "INVALID_BUILD_STAGE_NAME", "INVALID_AS"]), ...similar(["sonar", "S2260"])],
	supersededBy: ["invisible-character"],
	why: "The builder stops before it runs anything. Variables are not replaced in names of stages.",
	remedy: "A name begins with a letter, and goes on with letters, digits, hyphens, underscores and dots.",
	references: ["https://docs.docker.com/reference/dockerfile/#from"],
	examples: [
		{
			caption: "A slash",
			bad: "FROM node:22 AS «build/web»\nRUN npm ci && npm run build\nFROM nginx:1.27\nCOPY --from=build/web /dist /usr/share/nginx/html\n",
			fixed: "FROM node:22 AS build-web\nRUN npm ci && npm run build\nFROM nginx:1.27\nCOPY --from=build-web /dist /usr/share/nginx/html\n",
		},
		{
			caption: "A hyphen",
			good: "FROM node:22 AS build-web\nRUN npm ci && npm run build\nFROM nginx:1.27\nCOPY --from=build-web /dist /usr/share/nginx/html\n",
		},
		{
			caption: "Characters that no name has",
			bad: "FROM debian:12 AS «2nd/stage»\nFROM debian:12 as «My!Stage»\nFROM debian:12\nCOPY --from=2nd/stage /a /a\n",
			fixed: "FROM debian:12 AS stage-2nd-stage\nFROM debian:12 as my-stage\nFROM debian:12\nCOPY --from=stage-2nd-stage /a /a\n",
		},
		{ caption: "A variable", bad: "ARG V=1\nFROM debian:12 AS «build-$V»\n" },
		{
			caption: "AS",
			bad: "FROM debian:12 «sa» a\nfrom debian:12 «=» b\nFROM debian:12 «AS:» c\n",
			fixed: "FROM debian:12 AS a\nfrom debian:12 as b\nFROM debian:12 AS c\n",
		},
		{ caption: "Good names", good: "FROM debian:12 AS Build-1_x.y\nFROM debian:12 as a\nFROM debian:12 aS b\n" },
		{ caption: "Other words, and templates", good: "FROM {{ a }} AS {{ b }}\n" },
	],
	check(file) {
		if (templateMark(file) !== undefined) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const report = stage.name === undefined ? misspeltAs(stage) : badName(file, stage);
			if (report !== undefined) reports.push(report);
		}
		return reports;
	},
});

function badName(file: Dockerfile, stage: Stage): Report | undefined {
	const { text, span } = stage.name ?? { text: "", span: { start: 0, end: 0 } };
	if (/^[a-z][a-z0-9_.-]*$/i.test(text)) return undefined;
	const name = freeStageName(file, text);
	const edits = text.includes("$") ? undefined : renameStage(file, stage, name);
	const fix: Fix | undefined = edits && { title: `Rename to ${shortened(name, 40)}`, safety: "review", edits };
	return {
		span,
		message: text.includes("$")
			? `Variables are not replaced in the name of a stage: ${shortened(text, 40)}`
			: `${shortened(text, 50)} cannot be the name of a stage`,
		fixes: fix === undefined ? [] : [fix],
	};
}

function misspeltAs({ from }: Stage): Report | undefined {
	const words = splitAtBlanks(from.arguments);
	const [, second, third] = words;
	if (words.length !== 3 || second === undefined || third === undefined || !/^[a-z=:"'-]{1,4}$/i.test(second.text)) return undefined;
	const as = from.keywordText === from.keywordText.toLowerCase() ? "as" : "AS";
	return {
		span: second.span,
		message: `${second.text} stands where AS should be`,
		fixes: [{ title: `Change to ${as}`, safety: "review", edits: [replace(second.span, as)] }],
	};
}
