import { templateMark } from "../../dockerfile/model/template.ts";
import { INSTRUCTIONS } from "../../knowledge/instructions.ts";
import { defineRule, type Report } from "../rule.ts";

export const onbuildDiscouraged = defineRule({
	id: "onbuild-discouraged",
	title: "ONBUILD is used",
	category: "correctness",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	supersededBy: ["onbuild-trigger-invalid"],
	onlyWith: { instructions: ["ONBUILD"] },
	why: "What ONBUILD holds runs in other people's builds, right behind their FROM, where their Dockerfile does not show it. They can neither leave it out nor move it, and linters and reviewers of that file see nothing of it. Podman and Buildah drop it when they write images in the OCI format.",
	remedy: "Put the steps into the Dockerfiles that need them, or into a script that they call.",
	references: ["https://docs.docker.com/reference/dockerfile/#onbuild", "https://docs.podman.io/en/latest/markdown/podman-build.1.html"],
	examples: [
		{ caption: "A trigger", bad: "FROM node:22\nWORKDIR /app\n«ONBUILD» COPY . .\n" },
		{ caption: "Each one", bad: "FROM node:22\nWORKDIR /app\n«ONBUILD» COPY package.json .\n«onbuild» RUN npm install\n" },
		{ caption: "Without", good: "FROM node:22\nWORKDIR /app\nCOPY package.json .\n" },
	],
	check(file) {
		if (templateMark(file) !== undefined) return [];
		const reports: Report[] = [];
		for (const { keyword, keywordSpan, trigger } of file.instructions) {
			if (keyword !== "ONBUILD" || trigger === undefined || !INSTRUCTIONS.has(trigger.keyword)) continue;
			reports.push({ span: keywordSpan, message: `${trigger.keyword} runs in every build that starts from this image` });
		}
		return reports;
	},
});
