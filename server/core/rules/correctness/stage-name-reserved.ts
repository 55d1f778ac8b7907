import { freeStageName, renameStage } from "../../dockerfile/edits/stageReferences.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const stageNameReserved = defineRule({
	id: "stage-name-reserved",
	title: "A stage has a reserved name",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3063"], ["buildkit", "ReservedStageName"], ["droast", "DF084"]),
	why: "`scratch` is the empty image and `context` the build context. Behind `AS scratch`, every `FROM scratch` starts from that stage: an image that was to be empty has all that lies in it.",
	remedy: "Choose another name.",
	references: ["https://docs.docker.com/reference/build-checks/reserved-stage-name/"],
	examples: [
		{
			caption: "The name of the build context",
			bad: "FROM node:22 AS «context»\nRUN npm ci && npm run build\nFROM nginx:1.27\nCOPY --from=context /dist /usr/share/nginx/html\n",
			fixed:
				"FROM node:22 AS context-stage\nRUN npm ci && npm run build\nFROM nginx:1.27\nCOPY --from=context-stage /dist /usr/share/nginx/html\n",
		},
		{
			caption: "A name of its own",
			good: "FROM node:22 AS web\nRUN npm ci && npm run build\nFROM nginx:1.27\nCOPY --from=web /dist /usr/share/nginx/html\n",
		},
		{
			caption: "Both, in any case",
			bad: "FROM debian:12 AS «Context»\nFROM debian:12 AS «scratch»\nFROM debian:12\nCOPY --from=context /a /a\nCOPY --from=scratch /b /b\n",
			fixed:
				"FROM debian:12 AS context-stage\nFROM debian:12 AS scratch-stage\nFROM debian:12\nCOPY --from=context-stage /a /a\nCOPY --from=scratch-stage /b /b\n",
		},
		{ caption: "Others", good: "FROM scratch AS files\nFROM scratch AS build-context\nFROM scratch\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.name === undefined || !/^(?:scratch|context)$/i.test(stage.name.text)) continue;
			const name = freeStageName(file, `${stage.name.text}-stage`);
			const edits = renameStage(file, stage, name);
			reports.push({
				span: stage.name.span,
				message: `The name ${stage.name.text} is reserved`,
				fixes: edits === undefined ? [] : [{ title: `Rename to ${name}`, safety: "review", edits }],
			});
		}
		return reports;
	},
});
